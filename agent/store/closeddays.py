"""The days that a partnership's dates were last counted around, so that a change is noticed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select, update

from agent.store.db import Session
from agent.store.execute import count_changed
from agent.store.tables import SETTINGS
from agent.workdays import Calendar


@dataclass(frozen=True, slots=True)
class KeptCalendar:
    """A calendar as it was kept, with its `version`; it is built when asked for."""

    version: str
    told: Mapping[str, Mapping[str, str]]

    def build(self) -> Calendar:
        """Return the calendar."""
        return Calendar(closures=_days(self.told["closures"]), known=_days(self.told["holidays"]))


def find_calendar(session: Session, partnership: str) -> KeptCalendar | None:
    """Return the calendar that was kept last, or None."""
    query = select(SETTINGS.c.value).where(SETTINGS.c.name == _name(partnership))
    text = session.scalar(query)
    return None if text is None else KeptCalendar(**json.loads(text))


def keep_calendar(session: Session, partnership: str, calendar: Calendar) -> None:
    """Keep the calendar in the place of the last one."""
    told = {"holidays": _told(calendar.holidays), "closures": _told(calendar.closures)}
    text = json.dumps({"version": calendar.version, "told": told})
    values, name = {"value": text}, _name(partnership)
    change = update(SETTINGS).where(SETTINGS.c.name == name).values(**values)
    if count_changed(session, change) == 0:
        session.execute(insert(SETTINGS), {"name": name, **values})


def _name(partnership: str) -> str:
    return f"calendar:{partnership}"


def _days(told: Mapping[str, str]) -> dict[date, str]:
    return {date.fromisoformat(day): why for day, why in told.items()}


def _told(days: Mapping[date, str]) -> dict[str, str]:
    return {day.isoformat(): why for day, why in days.items()}
