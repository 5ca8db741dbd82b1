"""Taking what is new in one mailbox down its line, and remembering how far it came."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from agent.clock import Clock
from agent.line import Line
from agent.mail import Mailbox
from agent.pipeline import take
from agent.reconcile import reconcile
from agent.store import inbox

log = structlog.get_logger()

# A Maildir is looked at every second; that it was is worth a write less often.
_NOTED_EVERY = timedelta(minutes=1)


class Intake:
    """One mailbox and its line. `line` may be exchanged between two mails."""

    def __init__(self, line: Line, mailbox: Mailbox, clock: Clock, stop: threading.Event) -> None:
        self.line = line
        self.name = line.mailbox
        self.came_round_at = clock()
        self._mailbox = mailbox
        self._clock = clock
        self._stop = stop
        self._known: dict[str, set[str]] = {}
        self._noted_at: datetime | None = None

    def take_new(self, on_taken: Callable[[], None] = lambda: None) -> int:
        """Take every new mail of every folder and return how many; stops after the mail in hand.

        Raises:
            MailboxError: the mailbox cannot be read now; what was taken stays taken.
            StoreError: nothing can be kept now (disk full, database away); it is taken later.
        """
        taken = sum(self._take_folder(folder, on_taken) for folder in self._mailbox.folders)
        self._note_poll()
        found = reconcile(self.line, self._mailbox, self._clock())
        if found:
            log.info("mails that may have left did leave", mailbox=self.name, count=found)
            on_taken()
        return taken

    def wait(self) -> None:
        """Wait until mail may have arrived, or it is time to look again, or stop is asked for."""
        self.came_round_at = self._clock()
        self._mailbox.wait(self._stop)

    def pause(self, seconds: float) -> None:
        """Let go of the mailbox and wait before the next try."""
        self.came_round_at = self._clock()
        self._mailbox.close()
        self._stop.wait(seconds)

    def close(self) -> None:
        """Let go of the mailbox."""
        self._mailbox.close()

    def _note_poll(self) -> None:
        """Note that the mailbox was read, for whoever asks whether the agent lives."""
        now = self._clock()
        if self._noted_at is None or now - self._noted_at >= _NOTED_EVERY:
            with self.line.database.write() as session:
                inbox.note_poll(session, self.name, now)
            self._noted_at = now

    def _take_folder(self, folder: str, on_taken: Callable[[], None]) -> int:
        database = self.line.database
        with database.read() as session:
            position = inbox.find_position(session, self.name, folder)
            # Only a Maildir asks for them, and it remembers what it has handed over since.
            if folder not in self._known:
                self._known[folder] = inbox.known_items(session, self.name, folder)
        if position is None:
            position = self._mailbox.first_position(folder, self._clock())
            with database.write() as session:
                inbox.set_position(session, self.name, folder, position, self._clock())
            log.info("first contact: what is there now is backlog", mailbox=self.name)
        taken = 0
        max_bytes = self.line.office.limits.mail.max_bytes.value
        for fetched in self._mailbox.new_mail(folder, position, self._known[folder], max_bytes):
            outcome = take(self.line, fetched, self._clock())
            on_taken()
            taken += 1
            log.info(
                "mail taken",
                mailbox=self.name,
                digest=outcome.digest[:12],
                backlog=fetched.backlog,
                repeated=outcome.repeated,
            )
            if self._stop.is_set():
                break
        return taken
