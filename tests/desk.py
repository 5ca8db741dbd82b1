"""An office at work, for scenario tests: mail comes in at a stated time, and what the agent did can
be asked. The line, the store and the sender are the product's own; only the wire is missing."""

import email
import email.policy
from collections.abc import Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Any

from agent.area import load_area
from agent.line import Line
from agent.model.message import Fetched, Position
from agent.pipeline import IN_THIS_PROCESS, Outcome, take
from agent.profile import Site
from agent.ringing import ring_due
from agent.rows import Row, mail_row
from agent.samples import write_referral_form
from agent.send import Route, Sender
from agent.store import actionlog, cases, inbox, numbering, outbox, work
from agent.store.db import Database
from agent.store.files import FileStore
from agent.sweep import sweep
from tests.mails import ANNA, WORD, mail

MONDAY_9AM = datetime(2026, 12, 21, 9, 0, tzinfo=UTC)
SITE = Site(
    mailbox="reviews@northshirescp.example",
    phone="01632 960100",
    mash_phone="01632 960999",
    out_of_hours_phone="01632 960998",
)
ROBIN: Mapping[str, Any] = {
    "child_name": "Robin Alder",
    "child_dob": "04/05/2021",
    "child_address": "2 Harbour Row, Southwood",
    "incident_date": "15.12.26 serious incident",
    "referral_date": "21/12/2026",
    "referrer_name": "Anna Marsh",
    "referrer_agency": "Northshire Police",
    "referrer_role": "Detective Inspector",
    "summary": "Robin was found unresponsive at home.",
    "reason_for_referral": "Serious harm; neglect is suspected.",
}


class KeptMail:
    """A transport that keeps what it is given, or fails as it is told."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, bytes]] = []
        self.failures: list[Exception] = []

    def send(self, sender: str, to: str, raw: bytes) -> None:
        """Keep the mail, or raise the next failure."""
        assert sender == SITE.mailbox
        if self.failures:
            raise self.failures.pop(0)
        self.kept.append((to, raw))

    def close(self) -> None:
        """Nothing is open."""


class Desk:
    """One mailbox of the invented area Northshire and everything the agent keeps about it."""

    def __init__(self, folder: Path, mode: str = "live", overrides: Path | None = None) -> None:
        self.database = Database(f"sqlite:///{folder}/agent.db", durable=False)
        self.database.migrate()
        with self.database.read() as session:
            secret = numbering.get_reference_key(session)
        office, templates = load_area("northshire", SITE, overrides)
        files = FileStore(folder / "files", durable=False)
        self.line = Line(
            "reviews", mode, office, templates, self.database, files, IN_THIS_PROCESS, secret
        )
        self.wire = KeptMail()
        routes = {"reviews": Route(SITE.mailbox, self.wire)}
        self.sender = Sender(self.database, routes, {"reviews": office})
        self._items = 0

    def __enter__(self) -> "Desk":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.database.close()

    def passes(self, now: datetime) -> None:
        """Let the agent do what is due at that moment, and what is due leave."""
        self.sender.deliver_due(lambda: now)
        while sweep(self.line, now) + ring_due(self.line, now):
            self.sender.deliver_due(lambda: now)

    def receives(
        self, raw: bytes | None, at: datetime = MONDAY_9AM, *, backlog: bool = False
    ) -> Outcome:
        """Let a mail arrive and the agent work on it; what is due leaves."""
        self._items += 1
        fetched = Fetched(
            folder="INBOX",
            item=f"7:{self._items}",
            received_at=at,
            size_bytes=len(raw or b""),
            raw=raw,
            backlog=backlog,
            position=Position(7, self._items, 0, MONDAY_9AM),
            problem=None if raw is not None else "too_large",
        )
        outcome = take(self.line, fetched, at)
        self.passes(at)
        return outcome

    def row(self, outcome: Outcome) -> Row:
        """Return the JSON row of a mail."""
        with self.database.read() as session:
            message = inbox.get_message(session, outcome.message_row)
            return mail_row(session, message, message.item, repeated=outcome.repeated)

    @property
    def cases(self) -> list[str]:
        """The references of every case, the oldest first."""
        with self.database.read() as session:
            return [case.ref for case in reversed(cases.list_cases(session))]

    @property
    def outbox(self) -> tuple[outbox.Listed, ...]:
        """Every mail of the outbox, the newest first."""
        with self.database.read() as session:
            return outbox.list_outbox(session)

    @property
    def waiting(self) -> list[str]:
        """The codes of everything that waits for a person, the oldest first."""
        with self.database.read() as session:
            return [note.code for note in work.list_open(session)]

    @property
    def log(self) -> list[str]:
        """What the action log says was done, the oldest first."""
        with self.database.read() as session:
            assert actionlog.verify(session).ok
            return [line.action for line in reversed(actionlog.show(session))]

    @property
    def sent(self) -> list[EmailMessage]:
        """The mails that left, as their recipients' programs read them."""
        return [
            email.message_from_bytes(raw, policy=email.policy.default) for _, raw in self.wire.kept
        ]


def referral(
    answers: Mapping[str, Any] | None = None,
    sender: str = ANNA,
    message_id: str = "<1@police.northshire.example>",
    **changes: Any,
) -> bytes:
    """Return a mail with a filled form about Robin Alder, with these answers changed."""
    form = write_referral_form(ROBIN | dict(answers or {}))
    attachments = [("RA referral.docx", form, WORD)]
    return mail(sender, message_id=message_id, attachments=attachments, **changes)
