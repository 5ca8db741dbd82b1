"""What is to be done: the changes, mails, reviews and log lines that one cause brings about.

A Decision is plain data. `record` carries it out; nothing else changes a case.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from agent.model.case import CaseFile, CaseMatch, CaseType, Child, Key
from agent.model.draft import Draft, Hold


class Review(StrEnum):
    """Why a person must look at a mail. Each value is a documented code (see `REVIEW_MEANING`)."""

    UNKNOWN_KIND = "unknown_kind"
    LOW_CONFIDENCE = "low_confidence"
    LIVE_RISK = "live_risk"
    SECURE_MAIL = "secure_mail"
    WRONG_REFERENCE = "wrong_reference"
    UNVERIFIED_SENDER = "unverified_sender"
    NO_CASE_FOUND = "no_case_found"
    POSSIBLE_CASE = "possible_case"
    BLANK_FORM = "blank_form"
    UNREADABLE_DOCUMENT = "unreadable_document"
    PARTLY_READ = "partly_read"
    POSSIBLE_DUPLICATE = "possible_duplicate"
    CHILD_NOT_NAMED = "child_not_named"
    OTHER_CHILD_NAMED = "other_child_named"
    OTHER_AREA_FORM = "other_area_form"
    WRONG_CHILD = "wrong_child"
    QUARANTINED = "quarantined"
    TOO_LARGE = "too_large"
    UNREADABLE_MAIL = "unreadable_mail"
    SAME_MESSAGE_ID = "same_message_id"


REVIEW_MEANING = {
    Review.UNKNOWN_KIND: "The agent cannot tell what this mail is.",
    Review.LOW_CONFIDENCE: "The agent is not sure enough of what this mail is.",
    Review.LIVE_RISK: "A child may be in danger now: act at once, by telephone.",
    Review.SECURE_MAIL: "It is secure mail that only a person can open, in Outlook or a portal.",
    Review.WRONG_REFERENCE: "It names a case reference that this office never gave.",
    Review.UNVERIFIED_SENDER: "Somebody who is not in the register, or may be forged, writes.",
    Review.NO_CASE_FOUND: "It belongs to a case, but which one cannot be told.",
    Review.POSSIBLE_CASE: "It may belong to a case; say whether it does, and to which.",
    Review.BLANK_FORM: "A form is attached but nothing is filled in.",
    Review.UNREADABLE_DOCUMENT: "An attached file could not be read; open it by hand.",
    Review.PARTLY_READ: "The mail is built so oddly that not all of it was read; open it.",
    Review.POSSIBLE_DUPLICATE: "It may be about a case that is already open; compare the two.",
    Review.CHILD_NOT_NAMED: "The referral does not say who the child is.",
    Review.OTHER_CHILD_NAMED: "The form, or the mail with it, names another child too.",
    Review.OTHER_AREA_FORM: "It is another area's form.",
    Review.WRONG_CHILD: "The return is about another child: it may have come here by mistake.",
    Review.QUARANTINED: "Processing this mail failed; it is kept whole and nothing was done.",
    Review.TOO_LARGE: "The mail is larger than the agent downloads; open it in the mailbox.",
    Review.UNREADABLE_MAIL: "The mailbox would not hand this mail over; open it there.",
    Review.SAME_MESSAGE_ID: "Another mail with the same Message-ID but other content is stored.",
}


class Task(StrEnum):
    """Work for a person that follows from a mail well understood."""

    CONFIRM_FURTHER_REFERRAL = "confirm_further_referral"
    ANSWER_ENQUIRY = "answer_enquiry"
    DECIDE_EXTENSION = "decide_extension"
    CONFIRM_DECISION = "confirm_decision"
    CONFIRM_NOTIFICATION = "confirm_notification"
    READ_PANEL_RESPONSE = "read_panel_response"
    READ_RETURN = "read_return"
    ASK_SCRUTINEER = "ask_scrutineer"
    DATES_DIFFER = "dates_differ"
    NAME_AGENCIES = "name_agencies"
    CHECK_EVENT = "check_event"
    DATES_MOVED = "dates_moved"
    EVENT_REFUSED = "event_refused"
    CONFIRM_CONTACTS = "confirm_contacts"
    CONFIRM_AWARE = "confirm_aware"
    OUT_OF_AREA = "out_of_area"
    LOOKED_AFTER = "looked_after"
    EXCLUSION_MAY_APPLY = "exclusion_may_apply"
    ROUTE_WRONG_DOOR = "route_wrong_door"
    AWAY_BEYOND_DUE = "away_beyond_due"
    COMPLETE_PREFILL = "complete_prefill"
    NO_ADDRESS = "no_address"
    NOBODY_TO_TELL = "nobody_to_tell"
    LETTER_REFUSED = "letter_refused"
    LETTER_BOUNCED = "letter_bounced"
    REMINDER_BOUNCED = "reminder_bounced"
    LATE_RETURN = "late_return"
    RETURN_INCOMPLETE = "return_incomplete"
    RETURN_CHANGED = "return_changed"
    IDENTITY_ANOMALY = "identity_anomaly"
    PROPOSE_AGENCIES = "propose_agencies"
    READ_MEETING_ANSWER = "read_meeting_answer"
    ACKNOWLEDGE_ALARM = "acknowledge_alarm"
    MAIL_FAILED = "mail_failed"
    MAIL_UNCERTAIN = "mail_uncertain"
    SENDING_PAUSED = "sending_paused"


TASK_MEANING = {
    Task.CONFIRM_FURTHER_REFERRAL: "Confirm that this referral is about the same incident.",
    Task.ANSWER_ENQUIRY: "Answer the enquiry.",
    Task.DECIDE_EXTENSION: "Decide on the extension that is asked for.",
    Task.CONFIRM_DECISION: "Confirm the decision or view that this mail gives.",
    Task.CONFIRM_NOTIFICATION: "Confirm when the Panel was notified; clocks start from it.",
    Task.READ_PANEL_RESPONSE: "Read what the Panel says.",
    Task.READ_RETURN: "Read the agency's return.",
    Task.ASK_SCRUTINEER: "Partners disagree: ask the scrutineer and tell the lead representatives.",
    Task.DATES_DIFFER: "Two people recorded it differently: see which is right.",
    Task.NAME_AGENCIES: "Say which agencies the letters go to; none was named with the go.",
    Task.CHECK_EVENT: "Something recorded does not fit what is known of the case: check it.",
    Task.DATES_MOVED: "Dates of this case moved, since other days count as closed now:",
    Task.EVENT_REFUSED: "Somebody tried to record something and was refused.",
    Task.CONFIRM_AWARE: "Confirm when the local authority became aware; clocks start from it.",
    Task.CONFIRM_CONTACTS: "The register has new addresses: a second person has to confirm them.",
    Task.OUT_OF_AREA: "Another authority may be concerned: see which is responsible.",
    Task.LOOKED_AFTER: "The child is looked after: see who placed the child and who is to be told.",
    Task.EXCLUSION_MAY_APPLY: "The area leaves such incidents to another process: decide if so.",
    Task.ROUTE_WRONG_DOOR: "Pass it to the service it is for.",
    Task.AWAY_BEYOND_DUE: "The contact is away beyond the due date: name another, or ring.",
    Task.COMPLETE_PREFILL: "The letters cannot be sent before this is filled in (`case complete`):",
    Task.NO_ADDRESS: "The register has no confirmed mail address for this agency: see to it.",
    Task.NOBODY_TO_TELL: "Nobody in site.toml or the register could be told; tell them yourself.",
    Task.LETTER_REFUSED: "A letter was not sent because something in it is wrong:",
    Task.LETTER_BOUNCED: "A scoping letter came back: the agency does not know of its deadline.",
    Task.REMINDER_BOUNCED: "A reminder came back, so nothing more is written there: ring them.",
    Task.LATE_RETURN: "An agency is late though it was reminded: decide on the drafted letter.",
    Task.RETURN_INCOMPLETE: "Questions or children are left out: decide whether to ask the agency.",
    Task.RETURN_CHANGED: "The agency sent its return again: see what is different.",
    Task.IDENTITY_ANOMALY: "The return tells otherwise who the child is: see which is right.",
    Task.PROPOSE_AGENCIES: "The return names other agencies: decide whether to write to them.",
    Task.READ_MEETING_ANSWER: "Somebody answered the invitation: see who comes.",
    Task.ACKNOWLEDGE_ALARM: "An alarm is raised until a named person acknowledges it.",
    Task.MAIL_FAILED: "A mail could not be delivered; send it another way.",
    Task.MAIL_UNCERTAIN: "A mail may have left or not; look in the Sent folder, then settle it.",
    Task.SENDING_PAUSED: "Too many mails in a short time: sending is paused until a person looks.",
}


# What every code asks of a person, by the code as it is stored.
MEANING: Mapping[str, str] = {
    str(code): words for code, words in (*REVIEW_MEANING.items(), *TASK_MEANING.items())
}


@dataclass(frozen=True, slots=True)
class Note:
    """A review or a task for a person: its code, and one sentence saying what and why."""

    code: Review | Task
    text: str = ""


@dataclass(frozen=True, slots=True)
class EventFact:
    """An event of the case (DESIGN section 4), the London day it happened, and who said so."""

    anchor: str
    on: date
    by: str
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Open a case under this reference; `number` is the running number it was made of, `others`
    the subject children beside the first."""

    ref: str
    number: int
    type: CaseType
    child: Child = field(repr=False)
    incident_on: date | None
    keys: tuple[Key, ...] = field(repr=False)
    events: tuple[EventFact, ...]
    others: tuple[Child, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class AddEvents:
    """Record events on a case; `version` is the one the decision rests on, `state` the case's new
    state where the events change it."""

    ref: str
    version: int
    events: tuple[EventFact, ...]
    keys: tuple[Key, ...] = field(default=(), repr=False)
    state: str | None = None


@dataclass(frozen=True, slots=True)
class AdoptCase:
    """Take over a case that the office had before the agent, under the office's own reference."""

    ref: str
    child: Child = field(repr=False)
    incident_on: date | None
    keys: tuple[Key, ...] = field(repr=False)
    events: tuple[EventFact, ...]
    state: str = "open"


@dataclass(frozen=True, slots=True)
class Complete:
    """What a person says a scoping letter has to say: `summary`, `period` and the like."""

    ref: str
    version: int
    values: Mapping[str, str] = field(repr=False)
    by: str


@dataclass(frozen=True, slots=True)
class CorrectChildren:
    """Put right who the subject children of a case are, the first one first; `keys` are added to
    those that the case is found by."""

    ref: str
    version: int
    children: tuple[Child, ...] = field(repr=False)
    keys: tuple[Key, ...] = field(repr=False)


Change = OpenCase | AddEvents | AdoptCase | Complete | CorrectChildren


@dataclass(frozen=True, slots=True)
class Footing:
    """What a decision stands on beside the mail: the match, the next free reference, the mode.

    `hold` is set where nothing may leave by itself (backlog, shadow mode); `may_write` is false
    where no mail is made at all (intake mode); `repeats_id` where a stored mail with other bytes
    has the same Message-ID. `file` is everything on the case where the match is certain;
    `earlier` the fields of the agency's return before this one; `vouched` says that a person has
    looked at the mail and stands for its sender and its case.
    """

    match: CaseMatch
    new_ref: str
    new_number: int
    hold: Hold | None = None
    may_write: bool = True
    repeats_id: bool = False
    file: CaseFile | None = None
    earlier: Mapping[str, Any] = field(default_factory=dict, repr=False)
    vouched: bool = False


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the action log. `detail` holds ids and codes only; words about people go into
    `private`, which is kept beside the chain and can be erased without breaking it."""

    action: str
    reason: str
    rule: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)
    private: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Decision:
    """Everything one cause brings about, in the order it is recorded.

    `came_back` holds Message-IDs, any of which may be a mail of ours that could not be delivered;
    `overtakes` the open tasks of the case, or of no case where it is about none, that nobody has to
    do any more.
    """

    changes: tuple[Change, ...] = ()
    drafts: tuple[Draft, ...] = ()
    reviews: tuple[Note, ...] = ()
    tasks: tuple[Note, ...] = ()
    log: tuple[LogLine, ...] = ()
    came_back: tuple[str, ...] = ()
    overtakes: tuple[Task, ...] = ()
    case: str | None = None
    agency: str | None = None
