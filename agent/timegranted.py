"""More time for one agency, as somebody who may grant it writes it: whose, and until when. Pure.

Never a guess: of two agencies, two days or a weekday alone nothing is read.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from agent.model.case import CaseFile
from agent.model.words import Sentence
from agent.profile import Office
from agent.prose.days import MONTH, Day, find_days

_UNTIL = re.compile(r"\b(?:until|till?|to|by)\s+(?:the\s+end\s+of\s+)?")
_DATED = re.compile(rf"\b{MONTH}\b|\d\s?[/.-]\s?\d", re.IGNORECASE)
# No return is given more; a date without its year is the next one.
_LONGEST = timedelta(days=183)
_HOUR = re.compile(
    r"\b(?P<h>1?\d|2[0-3])(?:[:.](?P<m>[0-5]\d))?\s?(?P<half>[ap])\.?m\b"
    r"|\b(?P<h24>[01]?\d|2[0-3]):(?P<m24>[0-5]\d)\b|\b(?P<noon>noon|midday)\b"
)


def find_granted(
    said: Sequence[Sentence], file: CaseFile, received_on: date, office: Office
) -> tuple[str, str] | None:
    """Return the agency and until when (ISO 8601, a day or a London moment), or None."""
    granting = [one for one in said if office.phrases.find("extension_allowed", [one]) is not None]
    if len(granting) != 1:
        return None
    text = granting[0].text
    agency, until = _agency(text, file, office), _until(text, received_on)
    return (agency, until) if agency and until else None


def _agency(text: str, file: CaseFile, office: Office) -> str:
    """Return the one agency of the case that is named, or else that waits for an answer."""
    asked = {one.detail["agency"] for one in file.events if one.anchor == "scoping_sent"}
    named = {
        agency.id
        for agency in office.register.agencies
        for name in (agency.id.replace("_", " "), *agency.names)
        if re.search(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", text)
    }
    found = (named or set(_waiting(file))) if asked else set()
    return next(iter(found)) if len(found) == 1 and found <= asked else ""


def _waiting(file: CaseFile) -> Sequence[str]:
    """Return the agencies whose last word on time is that they asked for more."""
    last = {
        one.detail["agency"]: one.anchor
        for one in file.events
        if one.anchor.startswith("extension_") and "proposed" not in one.detail
    }
    return [agency for agency, anchor in last.items() if anchor == "extension_asked"]


def _until(text: str, received_on: date) -> str:
    # "until 8 January" is vague of a day that something happened on, and exact of a time limit.
    found = find_days(_UNTIL.sub("", text), received_on + _LONGEST)
    days = {_dated(day, received_on) for day in found}
    on = days.pop() if len(days) == 1 else None
    hours = list(_HOUR.finditer(text))
    if on is None or len(hours) > 1:
        return ""
    return f"{on.isoformat()}T{_hour(hours[0])}" if hours else on.isoformat()


def _dated(day: Day, received_on: date) -> date | None:
    """Return a day told with its month and still to come, or None: a weekday may be any."""
    if day.on is None or day.on < received_on or not _DATED.search(day.raw):
        return None
    return day.on


def _hour(found: re.Match[str]) -> str:
    if found["noon"]:
        return "12:00"
    if found["h24"]:
        return f"{int(found['h24']):02}:{found['m24']}"
    hour = int(found["h"]) % 12 + (12 if found["half"] == "p" else 0)
    return f"{hour:02}:{found['m'] or '00'}"
