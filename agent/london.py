"""Moments as an office in England tells them: London's day, and the words a letter uses."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def london_day(moment: datetime) -> date:
    """Return the calendar day it is in London at that moment."""
    return moment.astimezone(LONDON).date()


def local_time(moment: datetime) -> str:
    """Return a moment as ISO 8601 in London time with its offset, to the second."""
    return moment.astimezone(LONDON).isoformat(timespec="seconds")


def spoken_time(moment: datetime) -> str:
    """Return a moment as a letter says it: "Thursday 17 December 2026 at 10.05 am"."""
    local = moment.astimezone(LONDON)
    hour = local.hour % 12 or 12
    half = "am" if local.hour < 12 else "pm"
    return f"{spoken_day(local.date())} at {hour}.{local.minute:02d} {half}"


def spoken_day(day: date) -> str:
    """Return a day as a letter says it: "Thursday 17 December 2026"."""
    return f"{day:%A} {day.day} {day:%B %Y}"
