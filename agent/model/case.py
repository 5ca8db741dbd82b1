"""A case as it stood when it was read, and how a mail was matched to one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class CaseType(StrEnum):
    """What a case is about."""

    SERIOUS_INCIDENT = "serious_incident"
    PRACTICE_LEARNING = "practice_learning"


@dataclass(frozen=True, slots=True)
class Child:
    """The subject child as the referral names them; any part may be unknown."""

    name: str | None
    dob: date | None
    nhs_number: str | None = None


@dataclass(frozen=True, slots=True)
class CaseSnapshot:
    """A case as read. `version` grows with every change, so that `record` can tell it has moved.

    `state` is `open`, `paused`, `withdrawn`, `closed` or `restricted`, as the events say. `child`
    is the first subject child of the incident, `others` are the further ones.
    """

    ref: str
    type: CaseType
    version: int
    child: Child
    incident_on: date | None
    opened_at: datetime
    state: str = "open"
    others: tuple[Child, ...] = ()

    @property
    def children(self) -> tuple[Child, ...]:
        """Return every subject child of the incident."""
        return (self.child, *self.others)


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """An event as recorded: `at` is when it was recorded, `on` the London day it happened.

    `detail` holds texts; several agencies in one are separated by ";".
    """

    anchor: str
    on: date
    by: str
    at: datetime
    message_row: int | None
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CaseMail:
    """A mail of ours on a case, as it stands in the outbox; `state` is one of `outbox.State`."""

    id: int
    key: str
    template: str
    to_address: str
    agency: str | None
    state: str
    message_id: str
    subject: str = field(repr=False)
    created_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class CaseNote:
    """A review or a task on a case; `is_open` until a person has done it."""

    code: str
    text: str = field(repr=False)
    is_open: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with everything that was ever recorded on it, in the order it was recorded.

    `referral` are the fields of the referral that opened it, as they were read; `completed` is what
    a person has said since for the letters, the latest of each name. `unread_from` names the
    agencies a mail of which waits for a person, on this case or on none.
    """

    case: CaseSnapshot
    events: tuple[CaseEvent, ...]
    mails: tuple[CaseMail, ...] = ()
    notes: tuple[CaseNote, ...] = ()
    referral: Mapping[str, Any] = field(default_factory=dict, repr=False)
    completed: Mapping[str, str] = field(default_factory=dict, repr=False)
    unread_from: frozenset[str] = frozenset()

    def has_mail(self, key: str) -> bool:
        """Return whether this very mail was ever made."""
        return any(mail.key == key for mail in self.mails)

    def has_note(self, code: str, text: str) -> bool:
        """Return whether exactly this was ever put before a person."""
        return any(note.code == code and note.text == text for note in self.notes)


@dataclass(frozen=True, slots=True)
class Key:
    """One thing a case can be found by: `ref`, `message_id`, `office_ref`, `child` (name and birth
    date), `nhs_number`; of a child that is only alike `born`, `sounds`, `home`, `family`. `value`
    is normalised by `match.keys_of`."""

    sort: str
    value: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case that shares at least one key with a mail, and the keys it shares."""

    case: CaseSnapshot
    shared: tuple[Key, ...]


class Certainty(StrEnum):
    """How sure a match is; `proposed` is only ever shown to a person."""

    CERTAIN = "certain"
    PROPOSED = "proposed"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class CaseMatch:
    """Which case a mail belongs to: `case` only when certain, else `proposals` for a person.

    `by_likeness` says that the mail names none of the proposals: their child is merely alike.
    """

    certainty: Certainty
    case: CaseSnapshot | None = None
    proposals: tuple[CaseSnapshot, ...] = ()
    why: str = ""
    by_likeness: bool = False
