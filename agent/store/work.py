"""What waits for a person: reviews (the agent is unsure) and tasks (work that follows)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import insert, select, update

from agent.errors import DataError
from agent.model.decision import Note, Task
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


def list_for_message(
    session: Session, message_row: int, *, is_open: bool = False
) -> tuple[OpenNote, ...]:
    """Return every review and task that a mail brought about, the oldest first: only those still
    to do, or all."""
    query = _LIST.where(NOTES.c.message_row == message_row)
    query = query.where(OPEN) if is_open else query
    return tuple(OpenNote(**row._mapping) for row in session.execute(query))


def finish(session: Session, note_id: int, by: str, now: datetime) -> None:
    """Note that a named person has done it; raises DataError where it is done or unknown."""
    mine = update(NOTES).where(NOTES.c.id == note_id, OPEN).values(done_at=now, done_by=by)
    done = session.execute(mine.returning(NOTES.c.case_id, NOTES.c.partnership)).first()
    if done is None:
        raise DataError(f"There is no open review or task {note_id}.")
    # What was kept back because a mail waited to be read may be due now.
    freed = update(CASES).where(CASES.c.partnership == done.partnership)
    if done.case_id is not None:
        freed = freed.where(CASES.c.id == done.case_id)
    session.execute(freed.where(CASES.c.state == "open").values(look_at=now))


def finish_overtaken(
    session: Session,
    partnership: str,
    case_id: int | None,
    codes: Sequence[str],
    by: str,
    now: datetime,
) -> None:
    """Note that open tasks of these codes, of one case or of none, are done without a person."""
    same = (NOTES.c.partnership == partnership, NOTES.c.code.in_(codes), NOTES.c.case_id == case_id)
    session.execute(update(NOTES).where(*same, OPEN).values(done_at=now, done_by=by))


def finish_told(session: Session, partnership: str, note: Note, by: str, now: datetime) -> None:
    """Note that what was put before a person in just these words is done without one."""
    same = (
        NOTES.c.partnership == partnership,
        NOTES.c.code == note.code,
        NOTES.c.text == note.text,
    )
    session.execute(update(NOTES).where(*same, OPEN).values(done_at=now, done_by=by))


def finish_alarms(
    session: Session, partnership: str, message_row: int | None, by: str, now: datetime
) -> int:
    """Note that a named person acknowledges the alarm of a mail, or every alarm; return how many
    were still raised."""
    query = update(NOTES).where(
        NOTES.c.partnership == partnership, NOTES.c.code == Task.ACKNOWLEDGE_ALARM, OPEN
    )
    if message_row is not None:
        query = query.where(NOTES.c.message_row == message_row)
    return count_changed(session, query.values(done_at=now, done_by=by))
