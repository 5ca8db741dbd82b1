"""What waits for a person: reviews (the agent is unsure) and tasks (work that follows)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import func, insert, or_, select, update

from agent.errors import DataError
from agent.model.decision import Note, Task
from agent.store.db import Session
from agent.store.restricted import closed_to
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
    session: Session,
    partnership: str | None = None,
    sort: Sort | None = None,
    limit: int = 100,
    after: int | None = None,
    reader: int | None = None,
) -> tuple[OpenNote, ...]:
    """Return what waits for a person, the oldest first; from behind the row `after` on.

    `reader` is the account that asks, which sees nothing of restricted cases closed to it.
    """
    query = _LIST.where(OPEN).limit(limit)
    if after is not None:
        query = query.where(NOTES.c.id > after)
    if reader is not None:
        is_open = or_(NOTES.c.case_id.is_(None), NOTES.c.case_id.not_in(closed_to(reader)))
        query = query.where(is_open)
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


def list_of_case(session: Session, case_id: int) -> tuple[OpenNote, ...]:
    """Return what is open on a case, the oldest first."""
    query = _LIST.where(NOTES.c.case_id == case_id, OPEN)
    return tuple(OpenNote(**row._mapping) for row in session.execute(query))


def get_open(session: Session, partnership: str, note_id: int) -> OpenNote:
    """Return an open review or task of the partnership; raises DataError where there is none."""
    query = _LIST.where(NOTES.c.id == note_id, NOTES.c.partnership == partnership, OPEN)
    row = session.execute(query).first()
    if row is None:
        raise DataError("This is done already, or was never there.")
    return OpenNote(**row._mapping)


def count_open(session: Session, partnership: str) -> dict[str, int]:
    """Return how many reviews and how many tasks wait for a person."""
    query = select(NOTES.c.sort, func.count()).where(NOTES.c.partnership == partnership, OPEN)
    counts: dict[str, int] = dict(session.execute(query.group_by(NOTES.c.sort)).all())
    return {"review": 0, "task": 0, **counts}


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


def finish_asked(session: Session, message_row: int, by: str, now: datetime) -> None:
    """Note that everything a mail asks of a person is done, but its alarm: that only who
    acknowledges it ends."""
    for note in list_for_message(session, message_row, is_open=True):
        if note.code != Task.ACKNOWLEDGE_ALARM:
            finish(session, note.id, by, now)


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


def list_alarms(
    session: Session, partnership: str, message_row: int | None = None
) -> tuple[OpenNote, ...]:
    """Return the alarms that nobody has acknowledged: of one mail, or every one."""
    query = _LIST.where(
        NOTES.c.partnership == partnership, NOTES.c.code == Task.ACKNOWLEDGE_ALARM, OPEN
    )
    if message_row is not None:
        query = query.where(NOTES.c.message_row == message_row)
    return tuple(OpenNote(**row._mapping) for row in session.execute(query))
