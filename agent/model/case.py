"""A case as it stood when it was read, and how a mail was matched to one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    """A case as read. `version` grows with every change, so that `record` can tell it has moved.

    `state` is `open`, `paused`, `withdrawn`, `closed` or `restricted`, as the events say.
    """

    ref: str
    type: CaseType
    version: int
    child: Child
    incident_on: date | None
    opened_at: datetime
    state: str = "open"


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
class CaseFile:
    """A case with everything that was ever recorded on it, in the order it was recorded."""

    case: CaseSnapshot
    events: tuple[CaseEvent, ...]


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
