"""From an event and a span to the moment in London when something is due.

Pure arithmetic on one date; it knows no case and no clock's name.
"""

from datetime import UTC, date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from agent.clockrules import Span
from agent.london import LONDON
from agent.workdays import Calendar


def day_zero(on: date, at: datetime | None, cut_off: time | None, calendar: Calendar) -> date:
    """Return the day a count starts from: the event's own, whatever the hour or the day.

    Only with a cut-off hour does what arrives after it, or on a closed day, count as received on
    the next working day. An event without a moment arrived in time.
    """
    if cut_off is None:
        return on
    is_after = at is not None and at.astimezone(LONDON).time() > cut_off
    if is_after or not calendar.is_working_day(on):
        return calendar.add_working_days(on, 1)
    return on


def due_after(
    span: Span, on: date, at: datetime | None, hour: time, calendar: Calendar
) -> datetime:
    """Return the moment that is `span` after day 0, at that hour of the day it falls on.

    Hours run from the moment itself, through clock changes; from the start of the day where only
    the day is known. Days and months may end on a closed day, working days never do.

    Raises:
        ValueError: the day lies outside the calendar's years.
    """
    if span.hours is not None:
        start = at or datetime.combine(on, time.min, LONDON)
        return (start.astimezone(UTC) + timedelta(hours=span.hours)).astimezone(LONDON)
    if span.working_days is not None:
        return at_hour(calendar.add_working_days(on, span.working_days), hour)
    if span.months is not None:
        return at_hour(on + relativedelta(months=span.months), hour)
    return at_hour(on + timedelta(days=span.days or 0), hour)


def due_from_day_one(span: Span, on: date, hour: time, calendar: Calendar) -> datetime:
    """Return when it is due if the event's day, or the next working day, is itself day 1."""
    number = span.working_days or 0
    counted = number - 1 if number and calendar.is_working_day(on) else number
    return at_hour(calendar.add_working_days(on, counted), hour)


def at_hour(day: datetime | date, hour: time) -> datetime:
    """Return that hour of the day in London; a moment is returned as it is, in London time."""
    if isinstance(day, datetime):
        return day.astimezone(LONDON)
    return datetime(day.year, day.month, day.day, hour.hour, hour.minute, tzinfo=LONDON)
