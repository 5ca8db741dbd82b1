"""People's words that a mail may leave, each for its exact bytes: other bytes have none."""

import hashlib
from datetime import datetime

from sqlalchemy import insert, select, update

from agent.errors import DataError
from agent.store.db import Session
from agent.store.execute import count_changed
from agent.store.outbox import State
from agent.store.tables import APPROVALS, OUTBOX


def list_approvals(session: Session, mail_row: int, digest: str) -> tuple[str, ...]:
    """Return who has approved these bytes of the mail, the first one first."""
    mine = (APPROVALS.c.outbox_id == mail_row, APPROVALS.c.digest == digest)
    query = select(APPROVALS.c.by).where(*mine).order_by(APPROVALS.c.id)
    return tuple(session.scalars(query))


def add_approval(session: Session, mail_row: int, digest: str, by: str, now: datetime) -> None:
    """Keep that a person approves these bytes of the mail."""
    values = {"outbox_id": mail_row, "digest": digest, "by": by, "at": now}
    session.execute(insert(APPROVALS), values)


def replace_bytes(session: Session, row_id: int, digest: str, raw: bytes) -> str:
    """Put other bytes in the place of a held mail's and return their digest.

    Raises:
        DataError: the mail is not held any more, or its bytes are not those of `digest`.
    """
    same = (OUTBOX.c.id == row_id, OUTBOX.c.digest == digest, OUTBOX.c.state == State.HELD)
    fresh = hashlib.sha256(raw).hexdigest()
    change = update(OUTBOX).where(*same).values(mail=raw, digest=fresh)
    if count_changed(session, change) == 0:
        raise DataError("Somebody has changed or released this mail meanwhile.")
    return fresh
