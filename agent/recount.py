"""Tells a person which dates moved when other days count as closed than when last looked."""

from datetime import datetime

import structlog

from agent.caseclocks import calendar_of
from agent.line import Line
from agent.model.decision import Decision, LogLine
from agent.moved import find_moved
from agent.record import ACTOR, record_act
from agent.store.casefiles import load_files
from agent.store.closeddays import find_calendar, keep_calendar

log = structlog.get_logger()

_WHY = "Other days count as closed than before: a bank holiday or a closure was added or removed."


def recount(line: Line, now: datetime) -> int:
    """Put the moved dates of every case before a person, once for each change of the calendar;
    return how many cases have some.

    Raises:
        StoreError: the database is away; the change is noticed again.
    """
    office, slug = line.office, line.office.profile.slug
    calendar, moved = calendar_of(office), 0
    with line.database.write() as session:
        kept = find_calendar(session, slug)
        if kept is not None and kept.version == calendar.version:
            return 0
        before = calendar if kept is None else kept.build()
        for file in load_files(session, slug):
            note = find_moved(file, office, before, now)
            if note is not None:
                lines = (LogLine("dates moved", _WHY),)
                decision = Decision(tasks=(note,), log=lines, case=file.case.ref)
                record_act(session, slug, decision, ACTOR, now)
                moved += 1
        keep_calendar(session, slug, calendar)
    if moved:
        log.warning("dates moved with the calendar", partnership=slug, cases=moved)
    return moved
