"""Restricted cases: to whom each is open, and how lists leave the others out."""

from datetime import datetime

from sqlalchemy import Select, delete, insert, select

from agent.store.db import Session
from agent.store.tables import CASE_READERS, CASES
from agent.store.webtables import ACCOUNTS


def closed_to(reader: int) -> Select[int]:
    """Return the query of the rows of restricted cases that are not open to that account."""
    opened = select(CASE_READERS.c.case_id).where(CASE_READERS.c.account_id == reader)
    return select(CASES.c.id).where(CASES.c.state == "restricted", CASES.c.id.not_in(opened))


def closed_refs_to(reader: int) -> Select[str]:
    """Return the query of the references of those cases."""
    return select(CASES.c.ref).where(CASES.c.id.in_(closed_to(reader)))


def is_open_to(session: Session, case_id: int, reader: int) -> bool:
    """Return whether a restricted case was opened to that account."""
    mine = (CASE_READERS.c.case_id == case_id, CASE_READERS.c.account_id == reader)
    return session.execute(select(CASE_READERS.c.by).where(*mine)).first() is not None


def list_readers(session: Session, case_id: int) -> tuple[tuple[str, str, datetime], ...]:
    """Return to whom a case was opened, by whom and when."""
    query = select(ACCOUNTS.c.email, CASE_READERS.c.by, CASE_READERS.c.at).join_from(
        CASE_READERS, ACCOUNTS
    )
    rows = session.execute(query.where(CASE_READERS.c.case_id == case_id))
    return tuple((row.email, row.by, row.at) for row in rows)


def set_open(
    session: Session, case_id: int, account_id: int, by: str, now: datetime, *, is_open: bool
) -> None:
    """Open a case to an account, or close it again."""
    mine = (CASE_READERS.c.case_id == case_id, CASE_READERS.c.account_id == account_id)
    session.execute(delete(CASE_READERS).where(*mine))
    if is_open:
        values = {"case_id": case_id, "account_id": account_id, "by": by, "at": now}
        session.execute(insert(CASE_READERS), values)
