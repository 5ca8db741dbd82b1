"""Alarms that nobody has acknowledged yet, and the mails written on them. Only reading."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from agent.model.decision import Task
from agent.store.db import Session
from agent.store.tables import CASES, MESSAGES, NOTES, OPEN, OUTBOX


@dataclass(frozen=True, slots=True)
class RaisedAlarm:
    """The alarm of one mail; `keys` are those of the mails written on it."""

    note_id: int
    digest: str
    case: str | None
    received_at: datetime
    raised_at: datetime
    message_row: int
    keys: tuple[str, ...]


def list_raised(session: Session, partnership: str) -> tuple[RaisedAlarm, ...]:
    """Return the alarms that still stand, the oldest first."""
    mine = (NOTES.c.partnership == partnership, NOTES.c.sort == "task", OPEN)
    rows = session.execute(
        select(
            NOTES.c.id,
            MESSAGES.c.digest,
            CASES.c.ref,
            MESSAGES.c.received_at,
            NOTES.c.created_at,
            NOTES.c.message_row,
        )
        .select_from(
            NOTES.join(MESSAGES, NOTES.c.message_row == MESSAGES.c.id).outerjoin(
                CASES, NOTES.c.case_id == CASES.c.id
            )
        )
        .where(*mine, NOTES.c.code == Task.ACKNOWLEDGE_ALARM)
        .order_by(NOTES.c.id)
    ).all()
    return tuple(
        RaisedAlarm(
            row.id,
            row.digest,
            row.ref,
            row.received_at,
            row.created_at,
            row.message_row,
            _keys(session, row.digest),
        )
        for row in rows
    )


def _keys(session: Session, digest: str) -> tuple[str, ...]:
    like = OUTBOX.c.key.startswith(f"alarm:{digest}:", autoescape=True)
    return tuple(session.scalars(select(OUTBOX.c.key).where(like)))
