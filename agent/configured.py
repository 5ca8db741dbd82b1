"""What commands on the store work with: the configured database, and one partnership's office."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from agent.errors import ConfigError
from agent.invocation import read_config

if TYPE_CHECKING:
    from agent.line import Line
    from agent.profile import Office
    from agent.store.db import Database


@contextmanager
def open_database(context: typer.Context) -> "Iterator[Database]":
    """Give the configured database, at this program's schema; it is closed afterwards."""
    from agent.store.db import Database

    database = Database(read_config(context).database)
    try:
        database.check_schema()
        yield database
    finally:
        database.close()


def load_configured(context: typer.Context, partnership: str | None) -> "Office":
    """Load the partnership that is named, or the only one of the configuration, with its register.

    Raises:
        ConfigError: none is named and there are several, or it is not configured.
    """
    with open_database(context) as database:
        return load_line(context, database, partnership).office


def load_line(context: typer.Context, database: "Database", partnership: str | None) -> "Line":
    """Load everything a person's act on that partnership's mail works with; see `load_configured`.

    Files are read in this process: a person waits for the one mail they named.
    """
    from agent.lines import load_line_of
    from agent.pipeline import IN_THIS_PROCESS

    config = read_config(context)
    sections = {section.partnership: name for name, section in config.mailbox.items()}
    if partnership is None and len(sections) > 1:
        raise ConfigError(f"Say whose, by --partnership: {', '.join(sorted(sections))}.")
    slug = partnership or next(iter(sections))
    if slug not in sections:
        raise ConfigError(f"The configuration has no mailbox of the partnership `{slug}`.")
    return load_line_of(config, sections[slug], database, IN_THIS_PROCESS)
