"""The offices that one page serves, by the name of their partnership; each with its mailbox's line.

Files of a mail are read by a process apart, as by the daemon: they come from outside.
"""

import threading
from contextlib import ExitStack

from agent.clock import Clock
from agent.config import Config
from agent.documents.apart import reading_apart
from agent.line import Line
from agent.lines import load_line_of, with_stored_register
from agent.ruleset import PageLimits
from agent.store.db import Database


class Offices:
    """Every partnership of the configuration. Raises ConfigError where a file of one is wrong."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self.config = config
        self.clock = clock
        self.database = Database(config.database)
        self._reading = ExitStack()
        self._lock = threading.Lock()
        try:
            self.database.check_schema()
            reader = self._reading.enter_context(reading_apart(ocr=config.ocr))
            lines = [load_line_of(config, name, self.database, reader) for name in config.mailbox]
        except BaseException:
            self.close()
            raise
        self._lines = {line.office.profile.slug: line for line in lines}

    @property
    def slugs(self) -> tuple[str, ...]:
        """Return every partnership served, in the order of the configuration."""
        return tuple(self._lines)

    @property
    def limits(self) -> PageLimits:
        """Return the limits of the page, which are no partnership's own."""
        return next(iter(self._lines.values())).office.limits.page

    def find_line(self, slug: str) -> Line | None:
        """Return the partnership's line with its register as it is now, or None."""
        with self._lock:
            line = self._lines.get(slug)
            if line is not None:
                line = self._lines[slug] = with_stored_register(line)
            return line

    def names(self) -> dict[str, str]:
        """Return what each partnership calls itself, by its name in addresses."""
        return {slug: line.office.profile.name for slug, line in self._lines.items()}

    def close(self) -> None:
        """End the reading process and let go of the database."""
        self._reading.close()
        self.database.close()
