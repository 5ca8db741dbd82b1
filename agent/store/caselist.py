"""Lists of cases: the newest, those of a state, of an agency, of a child. Only reading.

A restricted case is in no list but for whoever may open it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, or_, select

from agent.model.case import CaseSnapshot
from agent.reference import office_key
from agent.store.cases import snapshot
from agent.store.columns import bounded
from agent.store.db import Session
from agent.store.restricted import closed_to
from agent.store.tables import CASE_KEYS, CASES, EVENTS, NOTES, OPEN

_ONGOING = ("open", "paused")
_MOST_WORDS = 5
_MOST_LIKE = 200


@dataclass(frozen=True, slots=True)
class Listed:
    """A case on a list: `due_at` is when the first thing on it is, or was, due; `waiting` how much
    on it waits for a person."""

    id: int
    case: CaseSnapshot
    due_at: datetime | None
    waiting: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases a list is to hold; what is empty asks for nothing.

    `before` is the row after which the list goes on. `reader` is the account that asks, which sees
    no restricted case that is closed to it; None sees every one.
    """

    state: str = ""
    type: str = ""
    agency: str = ""
    is_late: bool = False
    before: int | None = None
    reader: int | None = None


def find_listed(
    session: Session, partnership: str, wanted: Wanted, now: datetime, limit: int
) -> tuple[Listed, ...]:
    """Return the cases wanted, the newest first."""
    query = _visible(partnership, wanted)
    if wanted.state:
        query = query.where(CASES.c.state == wanted.state)
    if wanted.type:
        query = query.where(CASES.c.type == wanted.type)
    if wanted.is_late:
        query = query.where(CASES.c.due_at < now, CASES.c.state.in_(_ONGOING))
    if wanted.before is not None:
        query = query.where(CASES.c.id < wanted.before)
    if wanted.agency:
        asked = EVENTS.c.detail["agency"].as_string() == wanted.agency
        query = query.where(
            select(EVENTS.c.id)
            .where(EVENTS.c.case_id == CASES.c.id, EVENTS.c.anchor == "scoping_sent", asked)
            .exists()
        )
    return _listed(session, query.order_by(CASES.c.id.desc()).limit(limit))


def find_by_words(
    session: Session, partnership: str, words: str, wanted: Wanted, limit: int
) -> tuple[Listed, ...]:
    """Return the cases whose reference, ours or the office's own, is or begins with the words."""
    words = words.strip()
    named = select(CASE_KEYS.c.case_id).where(
        CASE_KEYS.c.partnership == partnership,
        CASE_KEYS.c.sort == "office_ref",
        CASE_KEYS.c.value == bounded(office_key(words)),
    )
    begins = CASES.c.ref.startswith(words.upper(), autoescape=True)
    query = _visible(partnership, wanted).where(or_(begins, CASES.c.id.in_(named)))
    return _listed(session, query.order_by(CASES.c.id.desc()).limit(limit))


def find_by_child(
    session: Session, partnership: str, name: str, wanted: Wanted, limit: int
) -> tuple[Listed, ...]:
    """Return the cases of one of whose children the name holds every one of these words."""
    words = name.split()[:_MOST_WORDS]
    if not words:
        return ()
    names = (CASES.c.child_name, cast(CASES.c.other_children, Text))
    held = (and_(*(_holds(column, word) for word in words)) for column in names)
    query = _visible(partnership, wanted).where(or_(*held))
    # The further children's column holds more than names: who is meant is told by the names alone.
    found = _listed(session, query.order_by(CASES.c.id.desc()).limit(_MOST_LIKE))
    return tuple(one for one in found if _has_child(one.case, words))[:limit]


def find_due(
    session: Session, partnership: str, until: datetime, wanted: Wanted, limit: int
) -> tuple[Listed, ...]:
    """Return the cases going on with something due by `until`, or late; the first due first."""
    due = (CASES.c.due_at <= until, CASES.c.state.in_(_ONGOING))
    query = _visible(partnership, wanted).where(*due)
    return _listed(session, query.order_by(CASES.c.due_at, CASES.c.id).limit(limit))


def _has_child(case: CaseSnapshot, words: Sequence[str]) -> bool:
    names = ((child.name or "").casefold() for child in case.children)
    return any(all(word.casefold() in name for word in words) for name in names)


def _holds(column: ColumnElement[Any], word: str) -> ColumnElement[bool]:
    """Return the condition that a text holds a word. SQLite makes only plain letters small: a name
    that begins with another one is looked for as it is usually written. JSON writes it escaped."""
    spelt = {word.lower(), word, word.capitalize()}
    spelt |= {json.dumps(one)[1:-1] for one in spelt}
    lowered = [func.lower(column).contains(one, autoescape=True) for one in spelt]
    return or_(*lowered, *(column.contains(one, autoescape=True) for one in spelt))


def _visible(partnership: str, wanted: Wanted) -> Select[Any]:
    """Return the query of what the account may see: a restricted case only where it is open to
    it."""
    query = select(CASES, _WAITING.label("waiting")).where(CASES.c.partnership == partnership)
    if wanted.reader is None:
        return query
    return query.where(CASES.c.id.not_in(closed_to(wanted.reader)))


_WAITING = (
    select(func.count())
    .where(NOTES.c.case_id == CASES.c.id, OPEN)
    .correlate(CASES)
    .scalar_subquery()
)


def _listed(session: Session, query: Select[Any]) -> tuple[Listed, ...]:
    rows = session.execute(query).mappings()
    return tuple(Listed(row["id"], snapshot(row), row["due_at"], row["waiting"]) for row in rows)
