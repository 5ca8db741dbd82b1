"""From a configuration to working parts: database, lines, mailboxes, transports. It holds no policy
and decides nothing; `Service` opens everything, takes one round, and closes it again."""

import threading
from collections.abc import Iterable
from contextlib import ExitStack
from types import TracebackType

import structlog

from agent.alarms import Round
from agent.clock import Clock
from agent.config import Config, MailboxSection
from agent.documents.apart import reading_apart
from agent.documents.reader import FileReader
from agent.errors import AgentError, ConfigError, MailboxError, StoreError
from agent.intake import Intake
from agent.line import Line
from agent.lines import load_line_of, load_site_of, with_stored_register
from agent.mail import Mailbox, Transport
from agent.mail.alarm import raise_alarm
from agent.mail.imap import ImapMailbox
from agent.mail.maildir import MaildirMailbox, MaildirTransport
from agent.mail.smtp import SmtpTransport
from agent.recount import recount
from agent.ringing import ring_due
from agent.send import Route, Sender
from agent.store.casefiles import look_at_all
from agent.store.db import Database
from agent.sweep import sweep

log = structlog.get_logger()


class Service:
    """A deployment at work. Nothing connects before it is asked for mail.

    Raises:
        ConfigError: a file is wrong, the schema is not this program's, or a live mailbox lacks
            something its letters print.
    """

    def __init__(self, config: Config, clock: Clock, stop: threading.Event) -> None:
        self.clock = clock
        self.stop = stop
        self._database = Database(config.database)
        self._ocr = config.ocr
        self._readers: dict[str, FileReader] = {}
        # The rounds of alarms that were rung: mailbox, alarm, round.
        self._rung: set[tuple[str, int, int]] = set()
        self._recounted = False
        self._reading = ExitStack()
        try:
            self._database.check_schema()
            self._open(config)
        except BaseException:
            self._reading.close()
            self._database.close()
            raise

    def run_once(self) -> list[AgentError]:
        """Take what is new in every mailbox and send what is due; return what stood in the way."""
        trouble: list[AgentError] = []
        self.sender.recover(self.clock())
        for intake in self.intakes:
            try:
                intake.take_new()
            except (MailboxError, StoreError) as error:
                log.error("mailbox out of reach", mailbox=intake.name, why=str(error))
                trouble.append(error)
        self.do_due()
        return trouble

    def do_due(self) -> None:
        """Send what is due, do what is due on cases and alarms, and send what that brings."""
        self.sender.deliver_due(self.clock, self.stop)
        self._refresh_registers()
        self._recount()
        done = 0
        for intake in self.intakes:
            done += sweep(intake.line, self.clock()) + self._ring(intake.line)
        if done:
            self.sender.deliver_due(self.clock, self.stop)

    def _recount(self) -> None:
        """Tell which dates moved, once after each loading: not before the first mail is taken."""
        if not self._recounted:
            for intake in self.intakes:
                recount(intake.line, self.clock())
            self._recounted = True

    def _ring(self, line: Line) -> int:
        alarm = line.office.site.alarm
        timeout_s = line.office.limits.alarm.timeout_s.value

        def ring(due: Round, text: str) -> None:
            about = (line.mailbox, due.alarm.note_id, due.number)
            if about not in self._rung:
                # Noted before: what cannot be rung now is rung with the next round.
                self._rung.add(about)
                raise_alarm(alarm, text, due.alarm.case or "", due.number, timeout_s)

        return ring_due(line, self.clock(), ring)

    def _refresh_registers(self) -> None:
        """Write by the register as it is stored now: an address that two people changed counts at
        once, and so does one that was taken out."""
        for intake in self.intakes:
            line = with_stored_register(intake.line)
            if line is not intake.line:
                intake.line = line
                self.sender.offices = {**self.sender.offices, intake.name: line.office}
                self._look_at_all((intake.line,))

    def _look_at_all(self, lines: Iterable[Line]) -> None:
        """Have every open case looked at: what is due on it may have changed without it."""
        self._recounted = False
        for line in lines:
            with self._database.write() as session:
                look_at_all(session, line.office.profile.slug, self.clock())

    def reload(self, config: Config) -> None:
        """Exchange the lines for newly loaded ones; on any error the old ones stay."""
        lines = {line.mailbox: line for line in self._load_lines(config)}
        if set(lines) != {intake.name for intake in self.intakes}:
            raise ConfigError("A mailbox was added or removed: restart the service for that.")
        for intake in self.intakes:
            intake.line = lines[intake.name]
        self.sender.offices = {name: line.office for name, line in lines.items()}
        self.sender.routes = {
            name: Route(lines[name].office.site.mailbox, route.transport)
            for name, route in self.sender.routes.items()
        }
        self._look_at_all(lines.values())

    def stop_reading(self) -> None:
        """End the processes that read files; the next file would start another."""
        self._reading.close()

    def close(self) -> None:
        """Let go of every connection."""
        for intake in self.intakes:
            intake.close()
        self.sender.close()
        self.stop_reading()
        self._database.close()

    def __enter__(self) -> "Service":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _open(self, config: Config) -> None:
        """Make every part; none of them connects yet."""
        lines = self._load_lines(config)
        self.intakes = tuple(
            Intake(line, _open_mailbox(config.mailbox[line.mailbox]), self.clock, self.stop)
            for line in lines
        )
        routes = {
            line.mailbox: Route(line.office.site.mailbox, transport)
            for line in lines
            if (transport := _open_transport(config.mailbox[line.mailbox])) is not None
        }
        offices = {line.mailbox: line.office for line in lines}
        self.sender = Sender(self._database, routes, offices)
        self._look_at_all(lines)

    def _load_lines(self, config: Config) -> list[Line]:
        """Return the line of every mailbox; raises ConfigError where a live one lacks words."""
        for name, section in config.mailbox.items():
            load_site_of(name, section)
        return [
            load_line_of(config, name, self._database, self._reader_of(name))
            for name in config.mailbox
        ]

    def _reader_of(self, mailbox: str) -> FileReader:
        """Return the mailbox's own reading process: a slow file keeps no other mailbox waiting."""
        if mailbox not in self._readers:
            self._readers[mailbox] = self._reading.enter_context(reading_apart(ocr=self._ocr))
        return self._readers[mailbox]


def _open_mailbox(section: MailboxSection) -> Mailbox:
    if section.imap is not None:
        return ImapMailbox(section.imap)
    assert section.maildir is not None
    return MaildirMailbox(section.maildir)


def _open_transport(section: MailboxSection) -> Transport | None:
    if section.smtp is not None:
        return SmtpTransport(section.smtp)
    return None if section.out_maildir is None else MaildirTransport(section.out_maildir.path)
