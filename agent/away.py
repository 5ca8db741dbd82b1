"""Until when somebody is away, as an out-of-office text says it. Pure, and never a guess."""

import re
from datetime import date, timedelta
from functools import lru_cache

from agent.dates import parse_date
from agent.london import london_day
from agent.model.message import Message
from agent.screening_rules import ScreeningRules

_MAX_TEXT_CHARS = 10_000
# A day without a year further ahead than this was one of the past: the text was never taken down.
_MAX_AHEAD = timedelta(days=300)

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_NUMBER = r"\d{1,2}(?:\s?(?:st|nd|rd|th))?"
_YEAR = r"(?:,?\s+(?P<year>\d{4}|'?\d{2}(?![\w:.])))?"
_DAY = (
    rf"(?:(?P<weekday>{_WEEKDAY})\b[\s,.]*)?(?:the\s+)?(?:(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})"
    rf"|(?P<numbers>\d{{1,2}}/\d{{1,2}}(?:/(?:\d{{4}}|\d{{2}}))?"
    rf"|\d{{1,2}}(?P<sign>[.-])\d{{1,2}}(?P=sign)(?:\d{{4}}|\d{{2}}))"
    rf"|(?P<words>{_NUMBER}(?:\s+of)?\s+{_MONTH}|{_MONTH}\s+{_NUMBER}\b){_YEAR})(?![\d/])"
)
# Between "back" and the day stand a few words, perhaps a time, never another sentence.
_GAP = r"(?P<gap>(?:[^.;!?\d]|\d{1,2}(?:[:.]\d{2})?\s*[ap]\.?m\b\.?|\d{1,2}[:.]\d{2}\b){0,50}?)"
_RANGE = (
    rf"\b(?:from|between|leave|away|closed|office|out)\b[\s:]*(?:{_WEEKDAY}\b[\s,.]*)?"
    rf"{_NUMBER}[^.;!?]{{0,25}}?(?:\bto\b|\band\b|[-–—])\s*"
)
_QUOTE = re.compile(
    r"^(?:>|-{2,}\s*original message|on .{5,120} wrote:|from:\s.+\n(?:sent|date):)",
    re.IGNORECASE | re.MULTILINE,
)


def find_away_until(message: Message, rules: ScreeningRules) -> date | None:
    """Return the day an out-of-office text names for the return, else for the end of the absence.

    A day without a year is the next one after the mail came (London). None where no day is named,
    where two differ, where the weekday does not fit, where it has passed, or where words make it
    uncertain ("around", "week commencing").
    """
    received_on = london_day(message.received_at)
    quote = _QUOTE.search(message.text)
    own = message.text[: quote.start()] if quote else message.text
    for text in (own, message.subject):
        plain = " ".join(text[:_MAX_TEXT_CHARS].replace("’", "'").lower().split())
        back = _find_days(_pattern(rules.back_words), plain, received_on, rules)
        until = _find_days(_pattern(rules.until_words, _RANGE), plain, received_on, rules)
        if back or until:
            return _only_day(back, until)
    return None


def _only_day(back: set[date | None], until: set[date | None]) -> date | None:
    """Return the one day of the return; nobody is back before the absence ends."""
    named = back or until
    day = next(iter(named)) if len(named) == 1 else None
    if day is None or any(end is not None and end > day for end in until):
        return None
    return day


@lru_cache(maxsize=8)
def _pattern(words: tuple[str, ...], also: str | None = None) -> re.Pattern[str]:
    inner = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    begin = rf"\b(?:{inner})\b{_GAP}(?<![\w/.-])"
    return re.compile((f"(?:{also}|{begin})" if also else begin) + _DAY)


def _find_days(
    pattern: re.Pattern[str], text: str, received_on: date, rules: ScreeningRules
) -> set[date | None]:
    """Return every day named; None among them for one that is uncertain."""
    days: set[date | None] = set()
    for found in pattern.finditer(text):
        gap = (found["gap"] or "").rstrip()
        is_vague = gap.endswith(rules.vague_day_words)
        days.add(None if is_vague else _day_of(found, received_on))
    return days


def _day_of(found: re.Match[str], received_on: date) -> date | None:
    """Return the day as it is written, in the first year in which it lies ahead."""
    if found["words"]:
        written, sign, has_year = found["words"], " ", found["year"] is not None
        written += f" {found['year']}" if has_year else ""
    else:
        written, sign = found["iso"] or found["numbers"], "/"
        has_year = found["iso"] is not None or written.count("/") != 1
    years = ("",) if has_year else (received_on.year, received_on.year + 1)
    ends = (parse_date(f"{written}{sign}{year}" if year else written) for year in years)
    day = next((end for end in ends if end is not None and end >= received_on), None)
    if day is None or (not has_year and day - received_on > _MAX_AHEAD):
        return None
    weekday = found["weekday"]
    return day if weekday is None or _WEEKDAYS[day.weekday()] == weekday[:3] else None
