"""The day on which a referral says that the local authority became aware. Pure, and only proposed:
a person confirms it, and until then no clock starts from it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from agent.london import london_day
from agent.model.document import Table
from agent.model.facts import Facts
from agent.prose.days import find_days

_AWARE = re.compile(
    r"\b(?:became|become|becoming|made)\s+(?:first\s+)?aware\b|\bfirst aware\b",
    re.IGNORECASE,
)
_AUTHORITY = re.compile(
    r"\blocal authority\b|\bL\.?A\b|\bchildren[’']?s services\b|\bsocial care\b|\bCSC\b|\bcouncil\b"
)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Awareness:
    """The day told, and the place it is told at."""

    on: date
    place: str


def find_awareness(facts: Facts) -> Awareness | None:
    """Return the one day that the mail or its files tell, or None; two different days are none."""
    received_on = london_day(facts.message.received_at)
    found: dict[date, Awareness] = {}
    for text, place in _texts(facts):
        for sentence in _SENTENCE.split(text):
            on = _day_in(sentence[:_LONGEST], received_on)
            if on is not None and on <= received_on:
                found.setdefault(on, Awareness(on, place))
    return next(iter(found.values())) if len(found) == 1 else None


def _day_in(sentence: str, received_on: date) -> date | None:
    if not _AWARE.search(sentence) or not _AUTHORITY.search(sentence):
        return None
    days = {day.on for day in find_days(sentence, received_on)}
    return days.pop() if len(days) == 1 else None


def _texts(facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield what was written, with its place; a table row is one text."""
    yield facts.reading.words.text, "the mail"
    for document in facts.reading.documents:
        for block in document.blocks:
            if isinstance(block, Table):
                for row in block.rows:
                    place = f"{document.filename}, {row[0].place}" if row else document.filename
                    yield ": ".join(cell.text for cell in row if cell.text), place
            else:
                yield block.text, f"{document.filename}, {block.place}"
