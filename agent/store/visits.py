"""Browsers that are signed in, and forms that were posted. A cookie is kept as its digest only."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from agent.store.accounts import Account, get_account
from agent.store.db import Session
from agent.store.execute import count_changed
from agent.store.webtables import SPENT_FORMS, VISITS

# How exactly it is known when a browser was last seen: not every page writes.
_SEEN_EVERY = timedelta(minutes=1)
# A form older than this is not posted any more: its visit has ended.
_KEEP_SPENT = timedelta(days=2)


def open_visit(session: Session, token: str, account_id: int, now: datetime) -> None:
    """Note that the browser with that cookie is the account's."""
    values = {
        "token_digest": _digest(token),
        "account_id": account_id,
        "created_at": now,
        "seen_at": now,
    }
    session.execute(insert(VISITS), values)


def find_visitor(
    session: Session, token: str, now: datetime, idle: timedelta, longest: timedelta
) -> tuple[Account, bool] | None:
    """Return whose cookie it is, and whether to note that it was seen; None once it has ended."""
    query = select(VISITS).where(VISITS.c.token_digest == _digest(token))
    row = session.execute(query).mappings().first()
    if row is None or now - row["seen_at"] > idle or now - row["created_at"] > longest:
        return None
    return get_account(session, row["account_id"]), now - row["seen_at"] > _SEEN_EVERY


def note_seen(session: Session, token: str, now: datetime) -> None:
    """Note that the browser was seen."""
    mine = update(VISITS).where(VISITS.c.token_digest == _digest(token))
    session.execute(mine.values(seen_at=now))


def close_visit(session: Session, token: str) -> None:
    """Sign the browser out."""
    session.execute(delete(VISITS).where(VISITS.c.token_digest == _digest(token)))


def close_old(session: Session, now: datetime, longest: timedelta) -> int:
    """Forget visits that have ended and forms that nobody posts again; return how many visits."""
    session.execute(delete(SPENT_FORMS).where(SPENT_FORMS.c.at < now - _KEEP_SPENT))
    return count_changed(session, delete(VISITS).where(VISITS.c.created_at < now - longest))


def spend_form(session: Session, token: str, now: datetime) -> bool:
    """Note that this form is posted; False where it was before."""
    try:
        with session.begin_nested():
            session.execute(insert(SPENT_FORMS), {"token": token, "at": now})
    except IntegrityError:
        return False
    return True


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
