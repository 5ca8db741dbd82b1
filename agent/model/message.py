"""What arrives: a mail as parsed, what screening found, and what kind it was judged to be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

# Why a mailbox did not hand over a mail's bytes.
Problem = Literal["too_large", "unreadable"]


class Kind(StrEnum):
    """The kinds of mail the agent tells apart; anything it cannot tell is `unknown`."""

    SERIOUS_INCIDENT_REFERRAL = "serious_incident_referral"
    PRACTICE_LEARNING_REFERRAL = "practice_learning_referral"
    NOTIFICATION_COPY = "notification_copy"
    SCOPING_RETURN = "scoping_return"
    NIL_RETURN = "nil_return"
    EXTENSION_REQUEST = "extension_request"
    CASE_CORRESPONDENCE = "case_correspondence"
    DECISION_NOTICE = "decision_notice"
    PANEL_RESPONSE = "panel_response"
    MEETING_RESPONSE = "meeting_response"
    ENQUIRY = "enquiry"
    IMMEDIATE_RISK = "immediate_risk"
    WRONG_DOOR = "wrong_door"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    UNRELATED = "unrelated"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Address:
    """One mail address; `email` is lower case, or "" where the header held no usable address."""

    email: str
    name: str = ""

    @property
    def domain(self) -> str:
        """Return what follows the last @, or ""."""
        return self.email.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Part:
    """One attached file, as bytes; name and type are the sender's claims and prove nothing."""

    filename: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Message:
    """One mail, read without ever failing: what could not be read stands in `defects`.

    `digest` is the SHA-256 of the raw bytes and the mail's only identity. `headers` maps
    lower-case names to every value in order, decoded. `message_id`, `in_reply_to` and
    `references` keep their angle brackets. `envelope_sender` is the Return-Path: "" for the null
    sender, None where the header is absent. `received_at` is aware UTC.
    """

    digest: str
    size_bytes: int
    received_at: datetime
    sent_at: datetime | None
    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    sender: Address
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    envelope_sender: str | None
    subject: str = field(repr=False)
    headers: Mapping[str, tuple[str, ...]] = field(repr=False)
    text: str = field(repr=False)
    html: str = field(repr=False)
    content_type: str
    attachments: tuple[Part, ...] = field(repr=False)
    defects: tuple[str, ...] = ()

    def header(self, name: str) -> str | None:
        """Return the first value of that header, or None."""
        values = self.headers.get(name.lower(), ())
        return values[0] if values else None


@dataclass(frozen=True, slots=True)
class Position:
    """How far one folder has been read; stored in the same transaction as the mail it stands for.

    `uidvalidity` and `last_uid` are 0 for a Maildir. UIDs up to `backlog_uid` were there at first
    contact. -1 means that the folder was renumbered since: then what the server received before
    `first_contact_at` is backlog.
    """

    uidvalidity: int
    last_uid: int
    backlog_uid: int
    first_contact_at: datetime


@dataclass(frozen=True, slots=True)
class Fetched:
    """One mail as the mailbox hands it over, and the position to store once it is recorded.

    `item` is "<uidvalidity>:<uid>" for IMAP, the unique part of the file name for a Maildir.
    `raw` is None exactly when there is a `problem`; `size_bytes` is 0 where it is not known.
    """

    folder: str
    item: str
    received_at: datetime
    size_bytes: int
    raw: bytes | None = field(repr=False)
    backlog: bool
    position: Position
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a rule saw: where, and the words themselves (never more than a snippet)."""

    place: str
    snippet: str


@dataclass(frozen=True, slots=True)
class Screening:
    """What the envelope and headers say before the content is read.

    `automatic` is None for a mail that a person wrote, else one word: `bounce`, `auto_reply`,
    `read_receipt`, `calendar_reply`, `list`, `own`, `no_reply`. Only `may_answer` decides about
    automatic answers: it is false for every automatic mail and where no usable sender stands.
    """

    automatic: str | None
    may_answer: bool
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Classification:
    """What kind of mail it is, by which rule, and what the rule saw.

    `confidence` runs from 0 to 1. `door` says which other service a `wrong_door` belongs to.
    `passed_over` lists, in order, the ids of the rules tried before the one that matched.
    """

    kind: Kind
    rule: str
    why: str
    confidence: float
    also: tuple[Kind, ...] = ()
    live_risk: bool = False
    door: str | None = None
    evidence: tuple[Evidence, ...] = ()
    passed_over: tuple[str, ...] = ()
