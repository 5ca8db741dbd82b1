"""The clocks an area declares: from which event each runs, how long, and what meets it.

Declared data and nothing else: it counts no day (deadlines does) and knows no case. An area's own
`[[clock]]` tables stand in its profile; a clock it does not declare is taken from limits.toml.
"""

import difflib
from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, NamedTuple, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from agent.declared import Declared
from agent.model.case import CaseType

# Every event a case knows, and what a person calls it.
EVENTS: Mapping[str, str] = MappingProxyType(
    {
        "incident": "the incident",
        "aware": "the local authority became aware of the incident",
        "referral_received": "the referral was received",
        "partners_alerted": "the partners were alerted",
        "recommended": "the recommendation was made",
        "considered": "the case was considered",
        "view_given": "a partner gave its view",
        "criteria_decided": "it was decided whether the criteria are met",
        "referral_added": "a further referral was added",
        "panel_notified": "the national Panel was notified",
        "partnership_notified": "the partnership was notified",
        "rapid_review_agreed": "the rapid review was agreed",
        "scoping_sent": "the scoping letter was sent",
        "scoping_bounced": "the scoping letter came back",
        "return_received": "the return was received",
        "nil_received": "the nil return was received",
        "extension_asked": "more time was asked for",
        "extension_granted": "more time was granted",
        "meeting_set": "the meeting was set",
        "meeting_answered": "an invitation was answered",
        "meeting_held": "the meeting was held",
        "agenda_set": "the agenda was set",
        "review_started": "the review was started",
        "recommendation_approved": "the recommendation was approved",
        "report_sent": "the report was sent to the Panel",
        "panel_responded": "the Panel answered",
        "outcome_shared": "the outcome was shared",
        "paused": "the case was paused",
        "restricted": "the case was restricted",
        "withdrawn": "the case was withdrawn",
        "closed": "the case was closed",
        "reopened": "the case was reopened",
    }
)
# What may follow an event's name after a colon: a meeting's kind, or a decision's outcome.
MEETINGS = frozenset({"meeting_set", "meeting_held", "agenda_set"})
OUTCOMES = MappingProxyType({"criteria_decided": ("met", "not_met")})

# An office that is closed longer is no office: a slip in a date.
_LONGEST_CLOSURE = 31

# The one clock that runs for each agency by itself, from that agency's own letter.
RETURN = "return"
CLOCK_NAMES = (
    "partner_alert",
    "triage",
    "recommendation",
    "decision",
    "la_notification",
    "scoping_out",
    RETURN,
    "papers_out",
    "meeting",
    "sign_off",
    "report",
    "panel_reply",
    "review_6_months",
)


class EventRef(NamedTuple):
    """An event as a clock names it: `meeting_held:rapid_review` has the detail `rapid_review`."""

    event: str
    detail: str = ""


class Span(Declared):
    """How long after day 0: in exactly one unit.

    Months end on the same day of the month, or on its last one where it has no such day.
    """

    working_days: int | None = Field(default=None, ge=0, le=250)
    days: int | None = Field(default=None, ge=0, le=366)
    months: int | None = Field(default=None, ge=1, le=24)
    hours: int | None = Field(default=None, ge=1, le=744)

    @model_validator(mode="after")
    def _require_one_unit(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError("say how long in one of `working_days`, `days`, `months`, `hours`")
        return self

    def __str__(self) -> str:
        unit, number = next(iter(self.model_dump(exclude_none=True).items()))
        words = unit.replace("_", " ")
        return f"{number} {words.removesuffix('s') if number == 1 else words}"


def _as_list(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Events = Annotated[tuple[str, ...], BeforeValidator(_as_list)]


class Reading(Declared):
    """Another reading of the same words; what it does not say is as the clock says.

    With `day_one` the anchor's day is day 1, or the first working day after it if it is closed.
    """

    why: str = Field(min_length=1)
    source: str = Field(min_length=1)
    anchor: Events = ()
    after: Span | None = None
    cut_off: time | None = None
    day_one: bool = False

    @cached_property
    def anchors(self) -> tuple[EventRef, ...]:
        """Return the events it runs from, the first that is recorded; none: as the clock."""
        return _refs(self.anchor)


class ClockRule(Declared):
    """One clock of an area.

    It runs from the first event of `anchor` that is recorded (a correction wins over what it
    corrects), is met by any event of `stops`, and lapses, nothing being due any more, with one of
    `lapses`. `opens` is the first day of a window that ends when it is due, and `at` the hour at
    which it is due (None: the one of limits.toml). With `cut_off`, what arrives after that hour
    or on a closed day counts as received on the next working day, which is then day 0. A
    `national` clock is not stopped by the office's own closures. `applies = []` declares that the
    area has no such clock. `own` marks a name that other areas do not have.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    own: bool = False
    anchor: Events = Field(min_length=1)
    stops: Events = Field(min_length=1)
    lapses: Events = ()
    after: Span
    opens: Span | None = None
    at: time | None = None
    cut_off: time | None = None
    national: bool = False
    applies: tuple[CaseType, ...] = (CaseType.SERIOUS_INCIDENT,)
    readings: tuple[Reading, ...] = ()
    source: str = Field(min_length=1)
    checked_on: date

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.name in CLOCK_NAMES) == self.own:
            raise ValueError(_misnamed(self.name, self.own))
        named = [*self.anchor, *self.stops, *self.lapses]
        for text in [*named, *(anchor for one in self.readings for anchor in one.anchor)]:
            if wrong := what_is_wrong(text):
                raise ValueError(f"clock `{self.name}`: {wrong}")
        if self.name == RETURN and self.anchor != ("scoping_sent",):
            raise ValueError(f"clock `{RETURN}`: it runs from `scoping_sent`, each agency's letter")
        if self.name == RETURN and self.cut_off is not None:
            raise ValueError(f"clock `{RETURN}`: a letter that is sent has no cut-off hour")
        spans = (one.after or self.after for one in self.readings if one.day_one)
        if any(span.working_days is None for span in spans):
            raise ValueError(f"clock `{self.name}`: `day_one` goes with working days only")
        if self.opens and self.opens.model_fields_set != self.after.model_fields_set:
            raise ValueError(f"clock `{self.name}`: `opens` and `after` must be in the same unit")
        return self

    @cached_property
    def anchors(self) -> tuple[EventRef, ...]:
        """Return the events it runs from, the first that is recorded."""
        return _refs(self.anchor)

    @cached_property
    def stopped_by(self) -> tuple[EventRef, ...]:
        """Return the events that meet it."""
        return _refs(self.stops)

    @cached_property
    def lapsed_by(self) -> tuple[EventRef, ...]:
        """Return the events after which nothing is due."""
        return _refs(self.lapses)

    @property
    def due_hour(self) -> time:
        """Return the hour at which it is due; `get_clocks` sets it where the table does not."""
        if self.at is None:
            raise ValueError(f"clock `{self.name}`: no hour is set; get_clocks sets it.")
        return self.at


def _refuse_twins(rules: tuple[ClockRule, ...]) -> tuple[ClockRule, ...]:
    names = [rule.name for rule in rules]
    if twins := [name for name in names if names.count(name) > 1]:
        raise ValueError(f"two clocks are called `{twins[0]}`")
    return rules


Clocks = Annotated[tuple[ClockRule, ...], AfterValidator(_refuse_twins)]


class Closure(Declared):
    """Days on which an office itself is closed, and what a person calls them; of one day without
    `until`. They stop the office's own clocks and letters, never a national clock."""

    on: date
    until: date | None = None
    name: str = Field(min_length=1)

    @model_validator(mode="after")
    def _end_after_the_start(self) -> Self:
        if not 0 <= len(self.days) - 1 < _LONGEST_CLOSURE:
            raise ValueError(
                f"`{self.name}`: it ends before it begins, or lasts over {_LONGEST_CLOSURE} days"
            )
        return self

    @cached_property
    def days(self) -> tuple[date, ...]:
        """Return every day of it."""
        length = ((self.until or self.on) - self.on).days + 1
        return tuple(self.on + timedelta(days=number) for number in range(length))


class DocumentedClosure(Closure):
    """A closure that the area's own document gives."""

    source: str = Field(min_length=1)
    checked_on: date


class AddedHoliday(Declared):
    """A bank holiday in England that the installed table does not know yet."""

    on: date
    name: str
    source: str
    checked_on: date


def get_clocks(
    own: Sequence[ClockRule], shared: Sequence[ClockRule], due_at: time, case_type: CaseType
) -> tuple[ClockRule, ...]:
    """Return the clocks of a case of that type: the area's own, and the shared ones it does not
    declare, in the order of CLOCK_NAMES with other names last; each has its hour."""
    chosen = {rule.name: rule for rule in (*shared, *own)}
    order = {name: place for place, name in enumerate(CLOCK_NAMES)}
    return tuple(
        rule if rule.at is not None else rule.model_copy(update={"at": due_at})
        for rule in sorted(chosen.values(), key=lambda rule: order.get(rule.name, len(order)))
        if case_type in rule.applies
    )


def _refs(texts: Sequence[str]) -> tuple[EventRef, ...]:
    return tuple(EventRef(*text.split(":", 1)) for text in texts)


def what_is_wrong(text: str) -> str:
    """Return why this is no event, with a meeting's kind or an outcome after a colon; "" if it is
    one."""
    event, colon, detail = text.partition(":")
    if event not in EVENTS:
        return f"there is no event `{event}`; {_likely(event, EVENTS)}"
    if not colon:
        return ""
    if event in MEETINGS:
        return "" if detail.isidentifier() else f"`{text}` names no kind of meeting"
    if detail not in OUTCOMES.get(event, ()):
        return f"`{event}` has no outcome `{detail}`"
    return ""


def _misnamed(name: str, own: bool) -> str:
    if own:
        return f"clock `{name}`: the name is one of all areas; take `own` away"
    likely = _likely(name, CLOCK_NAMES)
    return f"clock `{name}`: other areas have no such name; write `own = true`, or {likely}"


def _likely(name: str, known: Mapping[str, str] | Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean `{near[0]}`?" if near else f"known: {', '.join(known)}"
