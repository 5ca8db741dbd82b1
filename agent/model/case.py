"""A case as it stood when it was read, and how a mail was matched to one."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


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
    """A case as read. `version` grows with every change, so that `record` can tell it has moved."""

    ref: str
    type: CaseType
    version: int
    child: Child
    incident_on: date | None
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Key:
    """One thing a case can be found by: `ref`, `message_id`, `child` (name and birth date),
    `nhs_number`; `value` is normalised by `match.keys_of`."""

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
    """Which case a mail belongs to: `case` only when certain, else `proposals` for a person."""

    certainty: Certainty
    case: CaseSnapshot | None = None
    proposals: tuple[CaseSnapshot, ...] = ()
    why: str = ""
