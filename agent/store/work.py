"""What waits for a person: reviews (the agent is unsure) and tasks (work that follows)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import insert, select, update

from agent.errors import DataError
from agent.model.decision import Note
from agent.store.db import Session
from agent.store.execute import count_changed
from agent.store.tables import CASES, MESSAGES, NOTES, OPEN

Sort = Literal["review", "task"]


@dataclass(frozen=True, slots=True)
class OpenNote:
    """A review or task, with the case and the mail it is about."""

    id: int
    partnership: str
    sort: str
    code: str
    text: str = field(repr=False)
    case: str | None
    message_row: int | None
    digest: str | None
    created_at: datetime


_LIST = (
    select(
        *(NOTES.c[name] for name in ("id", "partnership", "sort", "code", "text")),
        CASES.c.ref.label("case"),
        NOTES.c.message_row,
        MESSAGES.c.digest,
        NOTES.c.created_at,
    )
    .select_from(
        NOTES.outerjoin(CASES, NOTES.c.case_id == CASES.c.id).outerjoin(
            MESSAGES, NOTES.c.message_row == MESSAGES.c.id
        )
    )
    .order_by(NOTES.c.id)
)


def add_notes(
    session: Session,
    sort: Sort,
    notes: Sequence[Note],
    *,
    partnership: str,
    case_id: int | None,
    message_row: int | None,
    now: datetime,
) -> None:
    """Put reviews or tasks before a person."""
    rows = [
        {
            "partnership": partnership,
            "sort": sort,
            "code": note.code,
            "text": note.text,
            "case_id": case_id,
            "message_row": message_row,
            "created_at": now,
        }
        for note in notes
    ]
    if rows:
        session.execute(insert(NOTES), rows)


def list_open(
    session: Session, partnership: str | None = None, sort: Sort | None = None, limit: int = 100
) -> tuple[OpenNote, ...]:
    """Return what waits for a person, the oldest first."""
    query = _LIST.where(OPEN).limit(limit)
    if partnership is not None:
        query = query.where(NOTES.c.partnership == partnership)
    if sort is not None:
        query = query.where(NOTES.c.sort == sort)
    return tuple(OpenNote(**row._mapping) for row in session.execute(query))


def list_for_message(session: Session, message_row: int) -> tuple[OpenNote, ...]:
    """Return every review and task that a mail brought about, done or not, the oldest first."""
    query = _LIST.where(NOTES.c.message_row == message_row)
    return tuple(OpenNote(**row._mapping) for row in session.execute(query))


def finish(session: Session, note_id: int, by: str, now: datetime) -> None:
    """Note that a named person has done it; raises DataError where it is done or unknown."""
    query = update(NOTES).where(NOTES.c.id == note_id, OPEN).values(done_at=now, done_by=by)
    if count_changed(session, query) == 0:
        raise DataError(f"There is no open review or task {note_id}.")
