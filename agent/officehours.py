"""When an office is at work: the hours in which reminders leave. Pure."""

from datetime import datetime, time, timedelta

from agent.london import LONDON
from agent.workdays import Calendar


def is_open(now: datetime, opens: time, closes: time, calendar: Calendar) -> bool:
    """Return whether the office works at that moment; at the closing hour it does not."""
    local = now.astimezone(LONDON)
    return calendar.is_working_day(local.date()) and opens <= local.time() < closes


def next_opening(now: datetime, opens: time, closes: time, calendar: Calendar) -> datetime:
    """Return the next moment at which the office is at work: now, if it is."""
    local = now.astimezone(LONDON)
    if is_open(now, opens, closes, calendar):
        return local
    day = local.date()
    if local.time() >= opens or not calendar.is_working_day(day):
        day = calendar.add_working_days(day, 1)
    return datetime.combine(day, opens, LONDON)


def next_day_opening(now: datetime, opens: time, calendar: Calendar) -> datetime:
    """Return when the office opens on the next working day."""
    day = now.astimezone(LONDON).date()
    return datetime.combine(calendar.add_working_days(day, 1), opens, LONDON)


def after(moment: datetime) -> datetime:
    """Return the first moment that is later."""
    return moment + timedelta(microseconds=1)
