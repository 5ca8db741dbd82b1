"""The clocks of one case as its office counts them: recorded events in, clock states out.

Pure. It only puts together what the profile, limits.toml and the events say; the counting is done
by `deadlines`.
"""

from collections.abc import Iterable
from datetime import date, datetime, time
from functools import cache

from agent.clockrules import ClockRule, get_clocks
from agent.deadlines import ClockEvent, ClockState, compute_clocks
from agent.london import LONDON
from agent.model.case import CaseEvent, CaseFile, CaseType
from agent.profile import Office
from agent.workdays import Calendar

# The detail of a letter of which no more than the due date is known.
DAY_UNKNOWN = "day_unknown"


def clocks_of(file: CaseFile, office: Office, now: datetime) -> tuple[ClockState, ...]:
    """Return every clock of the case at `now`."""
    rules = rules_for(office, file.case.type)
    return compute_clocks(clock_events(file.events), rules, calendar_of(office), now)


def rules_for(office: Office, case_type: CaseType) -> tuple[ClockRule, ...]:
    """Return the clocks that the area has for such a case."""
    limits = office.limits.clocks
    return get_clocks(office.profile.clock, limits.clock, limits.due_at.value, case_type)


def calendar_of(office: Office) -> Calendar:
    """Return the working days of the office, built once for the same bank holidays and closures."""
    closed = (*office.profile.closures, *office.site.closures)
    return _calendar(
        tuple((one.on, one.name) for one in office.limits.clocks.bank_holiday),
        tuple((day, one.name) for one in closed for day in one.days),
    )


@cache
def _calendar(
    added: tuple[tuple[date, str], ...], closures: tuple[tuple[date, str], ...]
) -> Calendar:
    return Calendar(closures=dict(closures), added=dict(added))


def clock_events(events: Iterable[CaseEvent]) -> tuple[ClockEvent, ...]:
    """Return recorded events as clocks ask for them, in the same order."""
    return tuple(map(_clock_event, events))


def moment_of(event: CaseEvent) -> datetime | None:
    """Return the moment an event happened, where its hour is known."""
    said = event.detail.get("time")
    return None if said is None else datetime.combine(event.on, time.fromisoformat(said), LONDON)


def until_of(event: CaseEvent) -> datetime | date | None:
    """Return until when an event says something is due or allowed, or None.

    An hour without an offset, as a mail is read, is London's.
    """
    text = event.detail.get("until", "")
    if "T" not in text:
        return date.fromisoformat(text) if text else None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=LONDON)


def _clock_event(event: CaseEvent) -> ClockEvent:
    detail = event.detail
    return ClockEvent(
        event=event.anchor,
        on=None if DAY_UNKNOWN in detail else event.on,
        at=moment_of(event),
        agency=detail.get("agency", ""),
        kind=detail.get("kind", ""),
        outcome=detail.get("outcome", ""),
        until=until_of(event),
        proposed="proposed" in detail,
    )
