"""The tables, as this version of the program expects them; migrations bring a database there.

No queries here. Work is done on the `Table` of each class (`MESSAGES`, `CASES` ...), because the
ORM's unit of work costs more per mail than all statements together.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.base import Base, table_of
from agent.store.columns import Label
from agent.store.logtables import ACTION_LOG, ACTION_PRIVATE, LOG_HEAD
from agent.store.webtables import APPROVALS, CASE_READERS, CORRECTIONS

# Every revision in order, the newest last. Kept here so that starting up need not import alembic.
REVISIONS = ("0001", "0002", "0003", "0004", "0005")


class Setting(Base):
    """One value of the deployment: `reference_key`, `sending_paused`."""

    __tablename__ = "settings"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class Counter(Base):
    """The next running number of a partnership's case references in a year."""

    __tablename__ = "counters"
    partnership: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    next_number: Mapped[int]


class PositionRow(Base):
    """How far a folder has been read, and what was there before the agent came (backlog)."""

    __tablename__ = "positions"
    mailbox: Mapped[str] = mapped_column(primary_key=True)
    folder: Mapped[str] = mapped_column(primary_key=True)
    uidvalidity: Mapped[int]
    last_uid: Mapped[int]
    backlog_uid: Mapped[int]
    first_contact_at: Mapped[datetime]
    last_poll_at: Mapped[datetime]


class Case(Base):
    """An incident or a learning referral, with its first child and, as `name`, `dob` and
    `nhs_number` each, the others; only `version`, `state`, a corrected `incident_on`, `look_at`,
    when to look at it next, and `due_at`, by which cases are found that are late or due soon, ever
    change in place."""

    __tablename__ = "cases"
    id: Mapped[int] = mapped_column(primary_key=True)
    partnership: Mapped[str]
    ref: Mapped[str] = mapped_column(Label, unique=True)
    type: Mapped[str]
    state: Mapped[str]
    version: Mapped[int]
    number: Mapped[int]
    opened_at: Mapped[datetime]
    child_name: Mapped[str | None]
    child_dob: Mapped[date | None]
    nhs_number: Mapped[str | None]
    other_children: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    incident_on: Mapped[date | None]
    look_at: Mapped[datetime | None] = mapped_column(index=True)
    due_at: Mapped[datetime | None]
    __table_args__ = (
        Index(None, "partnership", "id"),
        Index(None, "partnership", "state", "id"),
        Index(None, "partnership", "due_at"),
    )


class CaseKey(Base):
    """One thing a case can be found by."""

    __tablename__ = "case_keys"
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    partnership: Mapped[str] = mapped_column(primary_key=True)
    sort: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(Label, primary_key=True)
    __table_args__ = (Index(None, "partnership", "sort", "value"),)


class CompletedRow(Base):
    """One thing that a person said a case's letters have to say; the last of a name counts."""

    __tablename__ = "completed"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    name: Mapped[str]
    value: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]


class MessageRow(Base):
    """One mail of one mailbox; its raw bytes lie in the file store under `digest`."""

    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    partnership: Mapped[str]
    mailbox: Mapped[str]
    folder: Mapped[str]
    item: Mapped[str] = mapped_column(Label)
    digest: Mapped[str]
    message_id: Mapped[str] = mapped_column(Label)
    received_at: Mapped[datetime]
    stored_at: Mapped[datetime]
    size_bytes: Mapped[int]
    state: Mapped[str]
    kind: Mapped[str]
    confidence: Mapped[float]
    live_risk: Mapped[bool]
    needs_review: Mapped[bool]
    rule: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    agency: Mapped[str | None]
    reading: Mapped[dict[str, Any]]
    trouble: Mapped[str | None]
    __table_args__ = (
        UniqueConstraint("mailbox", "digest"),
        Index(None, "mailbox", "message_id"),
        Index(None, "mailbox", "folder", "item"),
        Index(None, "received_at"),
        Index(None, "partnership", "id"),
    )


class Event(Base):
    """Something that happened on a case; corrections are new events."""

    __tablename__ = "events"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    anchor: Mapped[str]
    on_day: Mapped[date]
    at: Mapped[datetime]
    by: Mapped[str]
    message_row: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), index=True)
    detail: Mapped[dict[str, Any]]


# The conditions of the partial indexes; a query must carry these very words to be served by one.
OPEN = text("done_at IS NULL")
WAITING = text("state IN ('queued', 'retry')")
UNSENT = text("state <> 'sent'")


class NoteRow(Base):
    """A review or a task that waits for a person, or that one has done."""

    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    partnership: Mapped[str]
    sort: Mapped[str]
    code: Mapped[str]
    text: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    message_row: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), index=True)
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None]
    __table_args__ = (
        Index(
            "ix_notes_open",
            "partnership",
            "sort",
            "id",
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
    )


class ContactRow(Base):
    """One contact of one agency; who proposed its addresses, and who else confirmed them.

    Lists are separated by ";". The register of a partnership is written anew as a whole.
    """

    __tablename__ = "contacts"
    id: Mapped[int] = mapped_column(primary_key=True)
    partnership: Mapped[str]
    agency_id: Mapped[str]
    agency: Mapped[str]
    role: Mapped[str]
    name: Mapped[str]
    title: Mapped[str]
    email: Mapped[str]
    aliases: Mapped[str]
    domains: Mapped[str]
    channel: Mapped[str]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    confirmed_by: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]
    __table_args__ = (Index(None, "partnership", "id"),)


class OutboxRow(Base):
    """One mail to leave, once: its exact bytes, its state, its attempts, and the event that is
    recorded once it has left."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(primary_key=True)
    partnership: Mapped[str]
    mailbox: Mapped[str]
    key: Mapped[str] = mapped_column(Label, unique=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    answers: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), index=True)
    template: Mapped[str]
    to_address: Mapped[str] = mapped_column(Label)
    subject: Mapped[str]
    state: Mapped[str]
    hold: Mapped[str | None]
    mail: Mapped[bytes]
    digest: Mapped[str]
    message_id: Mapped[str] = mapped_column(Label, index=True)
    in_reply_to: Mapped[str]
    agency: Mapped[str | None]
    on_sent: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    not_before_at: Mapped[datetime]
    attempts: Mapped[int]
    last_error: Mapped[str | None]
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "ix_outbox_due",
            "not_before_at",
            "id",
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        ),
        Index("ix_outbox_unsent", "state", "id", sqlite_where=UNSENT, postgresql_where=UNSENT),
        Index(None, "partnership", "id"),
        Index(None, "sent_at"),
        Index(None, "to_address", "sent_at"),
        Index(None, "case_id", "sent_at"),
    )


SETTINGS = table_of(Setting)
COUNTERS = table_of(Counter)
POSITIONS = table_of(PositionRow)
CASES = table_of(Case)
CASE_KEYS = table_of(CaseKey)
COMPLETED = table_of(CompletedRow)
MESSAGES = table_of(MessageRow)
EVENTS = table_of(Event)
NOTES = table_of(NoteRow)
CONTACTS = table_of(ContactRow)
OUTBOX = table_of(OutboxRow)

__all__ = [
    "ACTION_LOG",
    "ACTION_PRIVATE",
    "APPROVALS",
    "CASES",
    "CASE_KEYS",
    "CASE_READERS",
    "COMPLETED",
    "CONTACTS",
    "CORRECTIONS",
    "COUNTERS",
    "EVENTS",
    "LOG_HEAD",
    "MESSAGES",
    "NOTES",
    "OPEN",
    "OUTBOX",
    "POSITIONS",
    "REVISIONS",
    "SETTINGS",
    "UNSENT",
    "WAITING",
    "Base",
]
