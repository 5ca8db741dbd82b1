"""Reads days as people in Britain write them: day before month, in many spellings.

Pure, and never a guess: an impossible, uncertain or double day is no day.
"""

import re
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    "sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_WEEKDAY = "(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
_ISO = r"(?P<y1>\d{4})-(?P<m1>\d{1,2})-(?P<d1>\d{1,2})"
_NUMBERS = r"(?P<d2>\d{1,2})\s?(?P<s>[/.\-\s])\s?(?P<m2>\d{1,2})\s?(?P=s)\s?(?P<y2>\d{4}|\d{2})"
_DAY_FIRST = (
    rf"(?P<d3>\d{{1,2}})(?:\s?(?:st|nd|rd|th))?(?:\s+of)?[\s,./-]*(?P<m3>{_MONTH})\.?"
    r"[\s,./-]*'?(?P<y3>\d{4}|\d{2})"
)
_MONTH_FIRST = rf"(?P<m4>{_MONTH})\.?\s+(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y4>\d{{4}})"
_DATE = re.compile(
    rf"(?<![\w/.-])(?:{_WEEKDAY}[\s,.]*(?:the\s+)?)?(?:{_ISO}|{_NUMBERS}|{_DAY_FIRST}|{_MONTH_FIRST})"
    r"(?![\d/]|[.-]\d)",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"[\s,@T-]*(?:at\s+|approx\.?\s+|c\.\s*)?(?:\d{1,2}[:.]\d{2}(?:[:.]\d{2})?|\d{4}(?=\s*h)|\d{1,2}"
    r"(?=\s*[ap]\.?m))\s*(?:[ap]\.?m\.?|h(?:ou)?rs?|h)?\.?\s*",
    re.IGNORECASE,
)
_VAGUE_BEFORE = re.compile(
    r"""(?<!\bon\sor\s)(?:\b(?:w/?[ce]|week\s+commencing|week\s+of|approx\w*|circa|c|about|around|estimated|est|edd|
    due|between|before|after|since|from|until|by|to|early|late|mid|possibly|probably)\b[\W_]*(?:the\s+)?
    | [?~] \s* | \d(?:st|nd|rd|th)?\s*(?:or|to|and|[&/–-])\s*)$""",
    re.IGNORECASE | re.VERBOSE,
)
_VAGUE_AFTER = re.compile(
    r"\W{0,3}(?:approx(?!\W*\d{1,2}[:.]\d\d)|circa(?!\W*\d{1,2}[:.]\d\d)|edd|est\b|estimate|due\b|or\b|ish\b)|\s?\?",
    re.I,
)


def parse_date(text: str, not_after: date | None = None) -> date | None:
    """Return the one day a text states, day before month, or None.

    None too for two different days, an impossible one, and for words that make it uncertain
    ("approx", "w/c", "EDD", a question mark). Two-digit years are those from 1940 to 2039, or
    with `not_after` the last that lie no later; a day that is later still is none.
    """
    found = list(_DATE.finditer(text))
    if any(_is_vague(text, one) for one in found):
        return None
    days = {_day_of(one, not_after) for one in found}
    return days.pop() if len(days) == 1 else None


def find_dates(text: str, not_after: date | None = None) -> list[date | None]:
    """Return the days in a text in their order, None for one that there is not; the words around
    them do not count."""
    return [_day_of(one, not_after) for one in _DATE.finditer(text)]


def parse_moment(text: str) -> date | None:
    """Return the day of a text that is a date, with or without a time, and nothing else."""
    found = _DATE.search(text)
    if found is None or _is_vague(text, found):
        return None
    around = (text[: found.start()].removesuffix("on "), text[found.end() :])
    is_alone = all(not part.strip(" .,") or _TIME.fullmatch(part) for part in around)
    return _day_of(found) if is_alone else None


_EXPECTED = re.compile(r"\b(?:edd|e\.d\.d|unborn|expected|estimated|due)\b", re.IGNORECASE)


def is_expected(text: str) -> bool:
    """Return whether a text speaks of a birth still to come: "unborn, EDD 19/01/2027"."""
    return _EXPECTED.search(text) is not None


def _is_vague(text: str, found: re.Match[str]) -> bool:
    before = text[max(0, found.start() - 30) : found.start()]
    return bool(_VAGUE_BEFORE.search(before) or _VAGUE_AFTER.match(text, found.end()))


def _day_of(found: re.Match[str], not_after: date | None = None) -> date | None:
    way = next(number for number in "1234" if found[f"d{number}"])
    month = found[f"m{way}"]
    month_number = int(month) if month.isdecimal() else 1 + _MONTHS.index(month[:3].lower())
    day_number, year = int(found[f"d{way}"]), int(found[f"y{way}"])
    if year >= 100:
        years = [year]
    elif not_after is None:
        years = [year + (2000 if year <= 39 else 1900)]
    else:
        years = [2000 + year, 1900 + year]
    days = (_day(year, month_number, day_number) for year in years)
    return next((day for day in days if day and (not_after is None or day <= not_after)), None)


def _day(year: int, month: int, day: int) -> date | None:
    if not 1900 <= year <= 2100:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
