"""How a clock came by its date, in words and day by day, for `deadline CASE` and the case page.

Pure; it counts nothing anew but the days it shows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from agent.clockrules import EVENTS, RETURN, ClockRule
from agent.deadlines import ClockState, DueBy, State
from agent.london import spoken_day, spoken_time
from agent.workdays import Calendar, DayLine

_DUE_BY = {
    DueBy.LETTER: "the date that the letter names",
    DueBy.EXTENSION: "more time was granted until then",
}


@dataclass(frozen=True, slots=True)
class ClockExplanation:
    """How a clock came by its date: sentences for a person, then the count day by day.

    `days` is empty where none were counted: not started, months, hours, a date named in a letter.
    """

    sentences: tuple[str, ...]
    days: tuple[DayLine, ...] = ()


def explain_clock(
    state: ClockState, rules: Sequence[ClockRule], calendar: Calendar
) -> ClockExplanation:
    """Return how this clock was counted; `rules` and `calendar` are those it was computed with."""
    name = RETURN if state.name.startswith(f"{RETURN}:") else state.name
    rule = next(rule for rule in rules if rule.name == name)
    days = _days(state, rule, calendar.national if rule.national else calendar)
    return ClockExplanation((*_sentences(state, rule), *_closures(rule, calendar, days)), days)


def _days(state: ClockState, rule: ClockRule, calendar: Calendar) -> tuple[DayLine, ...]:
    if state.due is None or state.anchor_on is None or state.due_by is not DueBy.COUNT:
        return ()
    if rule.after.working_days is not None:
        return calendar.explain(state.anchor_on, rule.after.working_days)
    if rule.after.days is not None:
        start = state.anchor_on
        return tuple(
            DayLine(start + timedelta(days=number), number) for number in range(rule.after.days + 1)
        )
    return ()


def _sentences(state: ClockState, rule: ClockRule) -> Iterator[str]:
    if state.due is None:
        yield _not_started(state, rule)
    else:
        yield f"Due {spoken_time(state.due)}: {_reason(state, rule)}."
        if state.opens is not None:
            yield f"Not before {spoken_day(state.opens)}."
        if state.provisional:
            yield "The day it counts from is only proposed: somebody has to confirm it."
        if state.state is State.LATE:
            yield "It is late."
        elif state.state is State.MET:
            yield "It is met."
    for other in state.other_readings:
        yield f"Another reading: {spoken_time(other.due)} ({other.why})."
    yield f"Source: {rule.source} (checked on {spoken_day(rule.checked_on)})."


def _not_started(state: ClockState, rule: ClockRule) -> str:
    if state.anchor:
        return (
            "Nothing is due: the case has ended, the letter came back, or the step is not needed "
            "any more."
        )
    awaited = " or that ".join(EVENTS[ref.event] for ref in rule.anchors)
    return f"Not started: it is not recorded, with a day that can be counted from, that {awaited}."


def _reason(state: ClockState, rule: ClockRule) -> str:
    if state.due_by is not DueBy.COUNT:
        return _DUE_BY[state.due_by]
    day_0 = "" if state.anchor_on is None else f" on {spoken_day(state.anchor_on)}, day 0"
    return f"{rule.after} after {EVENTS[state.anchor]}{day_0}"


def _closures(rule: ClockRule, calendar: Calendar, days: Sequence[DayLine]) -> Iterator[str]:
    """Yield a warning for each closure of the office that this national clock does not stop for."""
    if not rule.national:
        return
    for line in days:
        if line.number and line.on in calendar.closures:
            why = calendar.closures[line.on]
            yield f"The office is closed on {spoken_day(line.on)} ({why}); the count goes on."
