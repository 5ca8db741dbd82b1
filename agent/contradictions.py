"""Days that cannot both be right, such as a return before its letter. Pure.

Only what no office could do is a contradiction; a step that is missing is none.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from agent.clockrules import EVENTS
from agent.london import spoken_day
from agent.model.case import CaseEvent
from agent.model.decision import EventFact

# (earlier, later): the later cannot have happened on a day before the earlier.
_ORDER = (
    ("aware", "panel_notified"),
    ("rapid_review_agreed", "scoping_sent"),
    ("scoping_sent", "scoping_bounced"),
    ("scoping_sent", "return_received"),
    ("scoping_sent", "nil_received"),
    ("scoping_sent", "extension_asked"),
    ("scoping_sent", "extension_granted"),
    ("panel_notified", "report_sent"),
    ("report_sent", "panel_responded"),
    ("criteria_decided", "outcome_shared"),
    ("review_started", "closed"),
)
# Everything on a case comes after its incident.
_INCIDENT = "incident"


def find_contradiction(fact: EventFact, events: Sequence[CaseEvent]) -> str:
    """Return in one sentence what recorded event the fact contradicts, or ""; what was only
    proposed contradicts nothing."""
    events = [one for one in events if "proposed" not in one.detail]
    return _with_incident(fact, events) or _with_order(fact, events) or _with_decision(fact, events)


def _with_incident(fact: EventFact, events: Sequence[CaseEvent]) -> str:
    if fact.anchor == _INCIDENT:
        others = [one for one in _standing(events) if one.anchor != _INCIDENT]
        first = min(others, key=lambda one: one.on, default=None)
        if first is not None and first.on < fact.on:
            return _sentence(fact.anchor, fact.on, first.anchor, first.on)
        return ""
    day = _last_day(events, _INCIDENT, "")
    if day is not None and fact.on < day:
        return _sentence(_INCIDENT, day, fact.anchor, fact.on)
    return ""


def _with_order(fact: EventFact, events: Sequence[CaseEvent]) -> str:
    agency = fact.detail.get("agency", "")
    for earlier, later in _ORDER:
        if fact.anchor == later:
            # An agency's letter may have gone out twice: the first one counts.
            days = _days(events, earlier, agency)
            if days and fact.on < min(days):
                return _sentence(earlier, min(days), later, fact.on)
        elif fact.anchor == earlier and not (agency and _days(events, earlier, agency)):
            days = _days(events, later, agency)
            if days and min(days) < fact.on:
                return _sentence(earlier, fact.on, later, min(days))
    return ""


def _with_decision(fact: EventFact, events: Sequence[CaseEvent]) -> str:
    """A rapid review of what does not meet the criteria needs a new decision first."""
    if fact.anchor != "rapid_review_agreed":
        return ""
    decided = [one for one in events if one.anchor == "criteria_decided"]
    if decided and decided[-1].detail.get("outcome") == "not_met":
        return (
            f"On {spoken_day(decided[-1].on)} it was decided that the criteria are not met; "
            "record the new decision first."
        )
    return ""


def _standing(events: Sequence[CaseEvent]) -> Iterable[CaseEvent]:
    """Return of each thing what was recorded last: what was corrected no longer counts."""
    last: dict[tuple[str, str, str], CaseEvent] = {}
    for one in events:
        of = one.detail.get("agency", "") or one.detail.get("partner", "")
        last[one.anchor, of, one.detail.get("kind", "")] = one
    return last.values()


def _last_day(events: Sequence[CaseEvent], anchor: str, agency: str) -> date | None:
    days = _days(events, anchor, agency)
    return days[-1] if days else None


def _days(events: Sequence[CaseEvent], anchor: str, agency: str) -> list[date]:
    """Return the days recorded for an event, of one agency where one is named.

    Of an event of the whole case only the last counts, since it may be a correction.
    """
    found = [one for one in events if one.anchor == anchor]
    own = [one.on for one in found if one.detail.get("agency", "") == agency]
    whole = [one.on for one in found if not one.detail.get("agency")]
    return own if agency and own else whole[-1:]


def _sentence(earlier: str, earlier_on: date, later: str, later_on: date) -> str:
    return (
        f"It cannot be that {EVENTS[later]} on {spoken_day(later_on)}, before {EVENTS[earlier]} "
        f"on {spoken_day(earlier_on)}. If the other day is wrong, record that one again first."
    )
