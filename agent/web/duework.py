"""What is late and what is due soon, on every case of a partnership, the first due first."""

from dataclasses import dataclass
from datetime import datetime, time

from agent.caseclocks import calendar_of, clocks_of
from agent.counting import at_hour
from agent.deadlines import State
from agent.london import london_day
from agent.model.case import CaseFile
from agent.recipients import find_agency
from agent.store.caselist import Wanted, find_due
from agent.store.cases import events_of
from agent.web.access import reader_of
from agent.web.visit import Visit
from agent.web.words import clock as clock_words

# So many cases are read for one page; the others are on the list of cases.
_CASES, _ROWS = 12, 15


@dataclass(frozen=True, slots=True)
class DueRow:
    """One thing that is due on a case."""

    ref: str
    what: str
    due: datetime
    is_late: bool


@dataclass(frozen=True, slots=True)
class DueWork:
    """What is due; `has_more` where further cases have something due."""

    rows: tuple[DueRow, ...]
    has_more: bool
    soon_wd: int


def find_due_work(visit: Visit) -> DueWork:
    """Return what is late, or due within the working days that count as soon."""
    office = visit.line.office
    soon_wd = office.limits.page.due_soon_wd.value
    last = calendar_of(office).add_working_days(london_day(visit.now), soon_wd)
    until = at_hour(last, time(23, 59))
    with visit.database.read() as session:
        found = find_due(session, visit.slug, until, Wanted(reader=reader_of(visit)), _CASES + 1)
        # Clocks ask for the events alone: the whole of a case costs ten times as much.
        files = [CaseFile(one.case, events_of(session, one.case.ref)) for one in found[:_CASES]]
    rows = [
        DueRow(file.case.ref, _what(clock.name, visit), clock.due, clock.state is State.LATE)
        for file in files
        for clock in clocks_of(file, office, visit.now)
        if clock.state in (State.LATE, State.RUNNING) and clock.due and clock.due <= until
    ]
    rows.sort(key=lambda row: row.due)
    has_more = len(found) > _CASES or len(rows) > _ROWS
    return DueWork(tuple(rows[:_ROWS]), has_more, soon_wd)


def _what(name: str, visit: Visit) -> str:
    _base, _, agency_id = name.partition(":")
    if not agency_id:
        return clock_words(name)
    agency = find_agency(agency_id, visit.line.office)
    return f"Return of {agency.name if agency else agency_id}"
