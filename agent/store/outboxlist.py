"""Lists of the outbox, of one partnership, newest first. Only reading."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select

from agent.store.db import Session
from agent.store.outbox import LISTED, Listed, State
from agent.store.restricted import closed_to
from agent.store.tables import OUTBOX, UNSENT, WAITING

# What waits for a person.
_WAITING = (State.HELD, State.UNCERTAIN, State.FAILED, State.BOUNCED)


def list_mails(
    session: Session,
    partnership: str,
    *,
    state: str = "",
    template: str = "",
    before: int | None = None,
    case_id: int | None = None,
    reader: int | None = None,
    limit: int,
) -> tuple[Listed, ...]:
    """Return mails of the partnership, those of `before` and later left out.

    `reader` is the account that asks, which sees nothing of restricted cases closed to it.
    """
    query = select(*LISTED).where(OUTBOX.c.partnership == partnership)
    if state:
        query = query.where(OUTBOX.c.state == state)
        query = query if state == State.SENT else query.where(UNSENT)
    if template:
        query = query.where(OUTBOX.c.template == template)
    if case_id is not None:
        query = query.where(OUTBOX.c.case_id == case_id)
    if before is not None:
        query = query.where(OUTBOX.c.id < before)
    if reader is not None:
        query = query.where(_open_to(reader))
    rows = session.execute(query.order_by(OUTBOX.c.id.desc()).limit(limit))
    return tuple(Listed(**row._mapping) for row in rows)


def list_waiting(
    session: Session, partnership: str, reader: int | None, limit: int
) -> tuple[Listed, ...]:
    """Return the mails that wait for a person, the oldest first."""
    query = select(*LISTED).where(UNSENT, *_waiting(partnership))
    if reader is not None:
        query = query.where(_open_to(reader))
    rows = session.execute(query.order_by(OUTBOX.c.id).limit(limit))
    return tuple(Listed(**row._mapping) for row in rows)


def count_waiting(session: Session, partnership: str) -> int:
    """Return how many mails wait for a person."""
    query = select(func.count()).select_from(OUTBOX).where(UNSENT, *_waiting(partnership))
    return session.scalar(query) or 0


def find_oldest_unsent(session: Session, partnership: str, now: datetime) -> datetime | None:
    """Return since when the oldest mail has been due that has not left, or None."""
    due = (WAITING, OUTBOX.c.partnership == partnership, OUTBOX.c.not_before_at <= now)
    moment: datetime | None = session.scalar(select(func.min(OUTBOX.c.not_before_at)).where(*due))
    return moment


def _waiting(partnership: str) -> tuple[ColumnElement[bool], ...]:
    return (OUTBOX.c.partnership == partnership, OUTBOX.c.state.in_(_WAITING))


def _open_to(reader: int) -> ColumnElement[bool]:
    return or_(OUTBOX.c.case_id.is_(None), OUTBOX.c.case_id.not_in(closed_to(reader)))
