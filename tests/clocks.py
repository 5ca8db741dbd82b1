"""Events and clocks written shortly: what happened on which day, what was due when."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any

from agent.clockrules import ClockRule, get_clocks
from agent.config import shipped
from agent.deadlines import ClockEvent, ClockState, compute_clocks
from agent.declared import load_declared
from agent.london import LONDON
from agent.model.case import CaseType
from agent.profile import Profile
from agent.ruleset import load_limits
from agent.workdays import Calendar

ENGLAND = Calendar()


def rules_of(slug: str, case_type: CaseType = CaseType.SERIOUS_INCIDENT) -> tuple[ClockRule, ...]:
    """Return the clocks of a shipped area."""
    limits = load_limits(shipped("rules") / "limits.toml").clocks
    profile = load_declared(shipped("rules") / "partnerships" / slug / "profile.toml", Profile)
    return get_clocks(profile.clock, limits.clock, limits.due_at.value, case_type)


def rule(**keys: Any) -> ClockRule:
    """Return an invented clock, from receipt and due at 17:00 where nothing else is said."""
    given: dict[str, Any] = {
        "name": "own_clock",
        "own": True,
        "anchor": "referral_received",
        "stops": "considered",
        "at": time(17),
        "source": "invented",
        "checked_on": date(2026, 11, 25),
    }
    return ClockRule.model_validate(given | keys)


def at(text: str) -> datetime:
    """Return a moment written as London time, as the rest of the program keeps it."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def happened(event: str, when: str, agency: str = "", **more: Any) -> ClockEvent:
    """Return an event on a day, or with "T" at a moment in London."""
    moment = at(when) if "T" in when else None
    return ClockEvent(event, date.fromisoformat(when[:10]), moment, agency, **more)


def clocks(
    rules: Iterable[ClockRule],
    *events: ClockEvent,
    now: str = "2026-01-01T12:00",
    calendar: Calendar = ENGLAND,
) -> dict[str, ClockState]:
    """Return the clocks of a case by name."""
    found = compute_clocks(events, tuple(rules), calendar, at(now))
    return {clock.name: clock for clock in found}


def due(clock: ClockState) -> str | None:
    """Return when a clock is due as a row prints it."""
    return clock.due and clock.due.isoformat()


def readings(clock: ClockState) -> list[str]:
    """Return the days of a clock's other readings."""
    return [other.due.date().isoformat() for other in clock.other_readings]
