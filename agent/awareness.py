"""Days from which clocks will run, as a mail and its files tell them: when the local authority
became aware, when the Panel was notified. Pure, and only proposed: a person confirms them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from agent.london import london_day, spoken_day
from agent.match import incident_on
from agent.model.decision import EventFact, Note, Task
from agent.model.document import Table
from agent.model.facts import Facts
from agent.model.message import Kind
from agent.prose.days import find_days

_AWARE = re.compile(
    r"\b(?:became|become|becoming|made)\s+(?:first\s+)?aware\b|\bfirst aware\b",
    re.IGNORECASE,
)
_AUTHORITY = re.compile(
    r"\b(?i:local authority|children[’']?s services|social care|council)\b|\bL\.?A\b|\bCSC\b"
)
_NOTIFIED = re.compile(
    r"\b(?:submitted|submission|notified|notification (?:date|sent)|date of notification)\b",
    re.IGNORECASE,
)
_PANEL = re.compile(r"\bpanel\b|\bnotification\b|\bnotified\b|\bsubmitted\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class ToldDay:
    """The day told, and the place it is told at."""

    on: date
    place: str


def find_awareness(facts: Facts) -> ToldDay | None:
    """Return the one day the authority is said to have become aware; of two days none."""
    return _find(facts, (_AWARE, _AUTHORITY))


def propose_awareness(facts: Facts) -> tuple[tuple[EventFact, ...], tuple[Note, ...]]:
    """Return the day the authority is said to have become aware, as proposed, and its task."""
    if facts.classification.kind is not Kind.SERIOUS_INCIDENT_REFERRAL:
        return (), ()
    told = find_awareness(facts)
    incident = incident_on(facts)
    if told is None or (incident is not None and told.on < incident):
        return (), ()
    detail = {"proposed": "yes", "from": told.place}
    task = Note(Task.CONFIRM_AWARE, f"{spoken_day(told.on)} ({told.place}).")
    return (EventFact("aware", told.on, facts.message.sender.email or "unknown sender", detail),), (
        task,
    )


def find_notification(facts: Facts) -> ToldDay | None:
    """Return the one day the Panel is said to have been notified; of two days none."""
    return _find(facts, (_NOTIFIED, _PANEL))


def _find(facts: Facts, said: tuple[re.Pattern[str], ...]) -> ToldDay | None:
    received_on = london_day(facts.message.received_at)
    found: dict[date, ToldDay] = {}
    for text, place in _texts(facts):
        for sentence in _SENTENCE.split(text):
            if not all(one.search(sentence[:_LONGEST]) for one in said):
                continue
            days = {day.on for day in find_days(sentence[:_LONGEST], received_on)}
            on = days.pop() if len(days) == 1 else None
            if on is not None and on <= received_on:
                found.setdefault(on, ToldDay(on, place))
    return next(iter(found.values())) if len(found) == 1 else None


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
