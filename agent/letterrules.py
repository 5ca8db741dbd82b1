"""What an area writes, to whom and when, as declared: which mails follow an event, the ladder of
reminders, what leaves by itself. Declared data and nothing else."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from agent.clockrules import EVENTS, MEETINGS, OUTCOMES
from agent.declared import Declared, Figure
from agent.model.case import CaseType

Sending = Literal["auto", "hold", "off"]

TEMPLATES = (
    "ack-referral",
    "ack-practice-learning",
    "ack-return",
    "ack-nil",
    "ack-unreadable",
    "ack-enquiry",
    "receipt",
    "safety-reply",
    "alarm",
    "partner-alert",
    "pass-on",
    "scoping-letter",
    "meeting-invite",
    "reminder",
    "chaser",
    "escalation",
    "extension-received",
    "extension-reply",
    "outcome-referrer",
    "outcome-agency",
    "stand-down",
    "panel-report",
)


def _refuse_unknown(letters: Mapping[str, Sending]) -> Mapping[str, Sending]:
    if unknown := sorted(set(letters) - set(TEMPLATES)):
        raise ValueError(f"there is no letter `{unknown[0]}`; known: {', '.join(TEMPLATES)}")
    return letters


def _refuse_unknown_names(names: tuple[str, ...]) -> tuple[str, ...]:
    _refuse_unknown(dict.fromkeys(names, "hold"))
    return names


LetterNames = Annotated[tuple[str, ...], AfterValidator(_refuse_unknown_names)]
# How each kind of outgoing mail leaves.
Letters = Annotated[Mapping[str, Sending], AfterValidator(_refuse_unknown)]
# What answers a mail in its thread and says nothing about a case: it goes to whoever wrote.
REPLIES = frozenset(
    {
        "ack-referral",
        "ack-practice-learning",
        "ack-return",
        "ack-nil",
        "ack-unreadable",
        "ack-enquiry",
        "receipt",
        "safety-reply",
        "extension-received",
    }
)
# Whom an alert may go to beside the roles of site.toml: who sent the referral, every agency that a
# letter went to, the agency that the event is about, the register's statutory partners, the Panel.
RECIPIENTS = frozenset({"referrer", "agencies", "agency", "statutory_partners", "panel"})


class Alert(Declared):
    """A mail that follows an event of a case, once for each recipient.

    `on` names the event, with a meeting's kind or a decision's outcome after a colon.
    `with_outcome` asks for an outcome of any wording, which holds one of `about` where that is not
    empty. `to` are roles of site.toml or the words of RECIPIENTS; none switches the alert off.
    `what` and `to_do` are words of the text, `clock` the clock whose due date it names. `records`
    is the event that is recorded once all of them have left.
    """

    id: str
    on: str = ""
    applies: tuple[CaseType, ...] = (CaseType.SERIOUS_INCIDENT,)
    template: str = ""
    to: tuple[str, ...]
    what: str = ""
    to_do: str = ""
    clock: str = ""
    encloses: Literal["", "files", "report"] = ""
    records: str = ""
    with_outcome: bool = False
    about: tuple[str, ...] = ()
    source: str = ""
    checked_on: date | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.to:
            return self
        event, _, mark = self.on.partition(":")
        if event not in EVENTS or (mark and event not in MEETINGS and event not in OUTCOMES):
            raise ValueError(f"alert `{self.id}`: there is no event `{self.on}`")
        if self.template not in TEMPLATES:
            raise ValueError(f"alert `{self.id}`: there is no template `{self.template}`")
        if self.records and self.records not in EVENTS:
            raise ValueError(f"alert `{self.id}`: there is no event `{self.records}`")
        if not self.source or self.checked_on is None:
            raise ValueError(f"alert `{self.id}`: say where it comes from (source, checked_on)")
        return self


class Rung(Declared):
    """One step of the ladder: so many working days after the return was due (before it, below 0),
    at that hour. `before_meeting` brings it forward to so many working days before the meeting."""

    id: str
    template: Literal["reminder", "chaser", "escalation"]
    working_days: int = Field(ge=-10, le=20)
    at: time
    before_meeting: int | None = Field(default=None, ge=0, le=10)
    source: str
    checked_on: date


class Scoping(Declared):
    """What the area says of its scoping letters.

    `form` is the Word form under templates/, `signatory` who signs, `timeframe` how long the review
    may take in words, `basis` a sentence on the law ("" says none). `needs_meeting` holds letters
    back until the meeting is set; `office_hours` lets them leave in office hours only, as long as
    their own clock allows it.
    """

    form: str = "forms/scoping.docx"
    signatory: str
    timeframe: str
    basis: str = ""
    guidance: str = ""
    needs_meeting: bool = False
    office_hours: bool = False
    source: str
    checked_on: date


class Hours(Declared):
    """The office hours in which reminders leave, on working days."""

    opens: Figure[time]
    closes: Figure[time]


class Chasing(Declared):
    """For how many working days a request for more time keeps reminders back, and how many working
    days an event may be old for its mails still to be written (after a standstill)."""

    pause_after_asking_wd: Figure[int]
    announce_within_wd: Figure[int]


class LetterRules(Declared):
    """What holds for an area whose own profile does not say otherwise."""

    letters: Letters
    hours: Hours
    chasing: Chasing
    scoping: Scoping
    signposts: Mapping[str, str]
    alert: tuple[Alert, ...]
    rung: tuple[Rung, ...]

    @model_validator(mode="after")
    def _name_all(self) -> Self:
        if missing := sorted(set(TEMPLATES) - set(self.letters)):
            raise ValueError(f"letters: say auto, hold or off for {', '.join(missing)}")
        return self


def merged_alerts(own: Sequence[Alert], shared: Sequence[Alert]) -> tuple[Alert, ...]:
    """Return the area's alerts and the shared ones it does not have under the same id."""
    ids = {alert.id for alert in own}
    every = (*own, *(alert for alert in shared if alert.id not in ids))
    return tuple(alert for alert in every if alert.to)
