"""The letters in a forwarded history: who wrote each, on which day, and what.

Pure. Knows the headers that mail programs write in English, and no field.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parseaddr, parsedate_to_datetime

from agent import dates

# A shorter letter only passes the next one on.
_MIN_WORDS = 25
_QUOTE_SIGNS = re.compile(r"^(?:>[ \t]?)+", re.M)
_HEADER = re.compile(
    r"[\W_]{0,4}(from|sent|date|to|cc|subject|importance|attachments)[\s*]*:[\s*]*(.*)", re.I
)
_WROTE = re.compile(
    r"\W{0,3}On\b(?P<when>.{6,60}?\d{4}[^<]{0,20}?),?\s+(?P<who>[^,]{2,80}?)\s+wrote:$"
)
_RULE = re.compile(
    r"[\s_*=~-]{5,}|\W*(?:-+\s*)?(?:original|forwarded|begin forwarded)\s+message:?[\s-]*", re.I
)


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter; its author is "" and its day None where the header does not show them."""

    author: str
    written_on: date | None
    text: str


def find_letter(quoted: str) -> Letter | None:
    """Return the first letter of the forwarded history that says something, else the longest."""
    letters = list(_letters(_QUOTE_SIGNS.sub("", quoted)))
    letters = [letter for letter in letters if letter.text.strip()]
    if not letters:
        return None
    long = [letter for letter in letters if len(letter.text.split()) >= _MIN_WORDS]
    return long[0] if long else max(letters, key=lambda one: len(one.text))


def _letters(quoted: str) -> Iterator[Letter]:
    author, written_on = "", None
    body: list[str] = []
    is_in_header = False
    for line in quoted.split("\n"):
        head = _HEADER.match(line[:400])
        wrote = _WROTE.match(line.strip()[:400]) if line.rstrip().endswith("wrote:") else None
        if wrote or (head and head[1].lower() == "from"):
            yield Letter(author, written_on, "\n".join(body))
            body, is_in_header, written_on = [], wrote is None, None
            author = _name_of(wrote["who"] if wrote else head[2] if head else "")
            written_on = _day_of(wrote["when"]) if wrote else None
        elif is_in_header and head:
            if head[1].lower() in ("sent", "date"):
                written_on = _day_of(head[2])
        elif is_in_header and (not line.strip() or "@" in line):
            is_in_header = bool(line.strip())
        elif _RULE.fullmatch(line[:120]):
            is_in_header = False
        else:
            is_in_header = False
            body.append(line)
    yield Letter(author, written_on, "\n".join(body))


def _name_of(sender: str) -> str:
    name, address = parseaddr(sender)
    shown = name or re.split(r"[<\[]", sender)[0]
    return "" if "@" in shown or (not address and "@" in sender) else shown.strip(" \"'*")


def _day_of(text: str) -> date | None:
    with suppress(ValueError, TypeError, IndexError, OverflowError):
        moment: datetime = parsedate_to_datetime(text)
        return moment.date()
    return dates.parse_date(text)
