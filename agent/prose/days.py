"""Days told in prose: full dates, days without a year, weekdays, and words such as "yesterday".

Pure, and never a guess: what two readers would count differently is no day.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from agent import dates

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
_BORDER = r"(?![\d/]|[.-]\d)"
FULL = (
    rf"(?:\d{{4}}-\d{{1,2}}-\d{{1,2}}|\d{{1,2}}\s?(?P<sep>[/.-])\s?\d{{1,2}}\s?(?P=sep)\s?"
    rf"(?:\d{{4}}|\d{{2}})|\d{{1,2}}(?:\s?(?:st|nd|rd|th))?(?:\s+of)?[\s,./-]*{MONTH}\.?[\s,./-]*"
    rf"'?(?:\d{{4}}|\d{{2}}(?![\d:.]|\s*(?:hrs?|[ap]m))))"
)
_DAY = re.compile(
    rf"""(?<![\w/.-])(?:
      (?P<full>(?:(?P<wd1>{_WEEKDAY})[\s,.]*(?:the\s+)?)?{FULL}){_BORDER}
    | (?P<short>(?:(?P<wd2>{_WEEKDAY})[\s,.]*(?:the\s+)?)?(?:
          (?P<d1>\d{{1,2}})\s?[/.](?P<m1>1[0-2]|0?[1-9]){_BORDER}(?!\s*{MONTH}\b)
        | (?P<d2>\d{{1,2}})(?:\s?(?:st|nd|rd|th))?(?:\s+of)?[\s-]*(?P<m2>{MONTH})\b
        | (?P<m3>{MONTH})\s+(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?\b))
    | (?P<ordinal>(?:(?P<wd3>{_WEEKDAY})\s+)?the\s+(?P<d4>\d{{1,2}})(?:st|nd|rd|th))\b
    | (?P<weekday>(?P<last>(?:last|this\ past)\s+)?(?P<wd4>{_WEEKDAY}))\b
        (?!\s*(?:to|-|–)\s*{_WEEKDAY})
    | (?P<word>yesterday|today|this\s+(?:morning|afternoon|evening)|tonight|last\s+night)\b
    | (?P<next>(?:the\s+)?(?:next|following)\s+(?:day|morning|afternoon|evening|night))\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_VAGUE_BEFORE = re.compile(
    r"""(?:\b(?:w/?[ce]|week\s+commencing|week\s+of|approx\w*|circa|c|about|around|estimated
      |est|edd|
    due|between|before|after|since|from|until|til|till|by|early|late|mid|possibly|probably
      |every|each|
    next|weekend\s+of|over|coming|to)\b[\W_]*(?:the\s+)? | [?~]\s* |
    \d(?:st|nd|rd|th)?\s*(?:or|to|and|[&/–-])\s*)$""",
    re.IGNORECASE | re.VERBOSE,
)
_VAGUE_AFTER = re.compile(
    r"\W{0,3}(?:approx|circa|edd|est\b|due\b|or\b|ish\b)|\s?\?"
    rf"|\s?[–-]\s?\d{{1,2}}\b|\s+(?:and|&|to)\s+\d{{1,2}}(?:st|nd|rd|th)?\s*{MONTH}?\b",
    re.IGNORECASE,
)
# "M 4/12" is a boy of four months, "4/12 male" too.
_AGE_BEFORE = re.compile(r"\b(?:aged?|[MF]|boy|girl|male|female)\s*$", re.I)
_AGE_AFTER = re.compile(r"\s*(?:old\b|male|female|boy|girl|baby|infant|[MF]\b|%)", re.I)
_LONGEST_AGO = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class Day:
    """A day told at a place of a text; `on` is None where it is told but not certain.

    `confidence` is lower the more of it had to be counted from the day of the mail.
    """

    start: int
    end: int
    raw: str
    on: date | None
    confidence: float


def find_days(text: str, written_on: date | None) -> Iterator[Day]:
    """Yield the days a sentence tells, in its order."""
    before: date | None = None
    for found in _DAY.finditer(text):
        if found["short"] and found["m1"] and _is_age(text, found):
            continue
        if found["next"]:
            on, confidence = (before + timedelta(days=1) if before else None), 0.6
        elif _is_vague(text, found):
            on, confidence = None, 0.6
        else:
            on, confidence = _resolved(found, written_on)
        is_recent = on and written_on and written_on - on <= _LONGEST_AGO
        before = on if is_recent else before
        yield Day(found.start(), found.end(), found[0], on, confidence)


def _resolved(found: re.Match[str], written_on: date | None) -> tuple[date | None, float]:
    if found["full"]:
        day = dates.parse_date(found[0], written_on)
        return _on_weekday(day, found["wd1"]), 0.9
    if written_on is None:
        return None, 0.6
    if found["short"]:
        return _on_weekday(_without_year(found, written_on), found["wd2"]), 0.8
    if found["ordinal"]:
        return _on_weekday(_without_month(int(found["d4"]), written_on), found["wd3"]), 0.7
    if found["weekday"]:
        return _last_weekday(found["wd4"], written_on, bool(found["last"])), 0.7
    word = found["word"].lower()
    is_before = word in ("yesterday", "last night") or (word.endswith("night") and "last" in word)
    return written_on - timedelta(days=is_before), 0.7


def _is_vague(text: str, found: re.Match[str]) -> bool:
    before = text[max(0, found.start() - 30) : found.start()]
    return bool(_VAGUE_BEFORE.search(before) or _VAGUE_AFTER.match(text, found.end()))


def _is_age(text: str, found: re.Match[str]) -> bool:
    return bool(
        _AGE_BEFORE.search(text[: found.start()][-20:]) or _AGE_AFTER.match(text, found.end())
    )


def _on_weekday(day: date | None, weekday: str | None) -> date | None:
    """Return the day unless the weekday written beside it is another one."""
    if day is not None and weekday and _WEEKDAYS.index(weekday[:3].lower()) != day.weekday():
        return None
    return day


def _without_year(found: re.Match[str], written_on: date) -> date | None:
    way = next(number for number in "123" if found[f"d{number}"])
    month = found[f"m{way}"]
    number = int(month) if month.isdecimal() else 1 + _MONTHS.index(month[:3].lower())
    return _latest(written_on, number, int(found[f"d{way}"]))


def _latest(written_on: date, month: int, day: int) -> date | None:
    for year in (written_on.year, written_on.year - 1):
        try:
            on = date(year, month, day)
        except ValueError:
            continue
        if on <= written_on:
            return on if written_on - on <= _LONGEST_AGO else None
    return None


def _without_month(day: int, written_on: date) -> date | None:
    """Return the last day of the month with this number, where that is the running month's."""
    try:
        on = written_on.replace(day=day)
    except ValueError:
        return None
    return on if on <= written_on else None


def _last_weekday(weekday: str, written_on: date, says_last: bool) -> date | None:
    """Return the last day of that name; None for the day's own name, and for "last Monday" on a
    Tuesday, which may be yesterday or a week before."""
    back = (written_on.weekday() - _WEEKDAYS.index(weekday[:3].lower())) % 7
    if back == 0 or (says_last and back <= written_on.weekday()):
        return None
    return written_on - timedelta(days=back)
