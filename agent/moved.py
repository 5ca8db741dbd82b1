"""Which dates of a case another calendar moves: a proclaimed bank holiday, a closed office. Pure.

Clocks are counted anew whenever they are asked for, so that a date follows the calendar by itself;
this tells a person which ones did. What a letter promised an agency stays as it was promised.
"""

from collections.abc import Iterator
from datetime import datetime

from agent.caseclocks import calendar_of, clock_events, rules_for
from agent.deadlines import ClockState, State, compute_clocks
from agent.london import spoken_time
from agent.model.case import CaseFile
from agent.model.decision import Note, Task
from agent.profile import Office
from agent.workdays import Calendar

_RUN = frozenset({State.RUNNING, State.LATE})


def find_moved(file: CaseFile, office: Office, before: Calendar, now: datetime) -> Note | None:
    """Return what to tell a person of the dates that were others by the calendar `before`."""
    moved = [
        f"{clock.name}: {spoken_time(was.due)}, now {spoken_time(clock.due)}"
        for clock, was in _both(file, office, before, now)
        if clock.due is not None and was.due is not None and clock.due != was.due
    ]
    return Note(Task.DATES_MOVED, f"{'; '.join(moved)}.") if moved else None


def _both(
    file: CaseFile, office: Office, before: Calendar, now: datetime
) -> Iterator[tuple[ClockState, ClockState]]:
    """Yield each clock that runs, as it is and as it was."""
    events, rules = clock_events(file.events), rules_for(office, file.case.type)
    old = {clock.name: clock for clock in compute_clocks(events, rules, before, now)}
    for clock in compute_clocks(events, rules, calendar_of(office), now):
        if clock.state in _RUN and clock.name in old:
            yield clock, old[clock.name]
