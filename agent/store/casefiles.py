"""Whole cases with their events, and what is new in the store since a mark. Only reading."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from agent.errors import DataError
from agent.model.case import CaseEvent, CaseFile
from agent.reference import office_key
from agent.store.cases import events_of, find_ref, snapshot
from agent.store.columns import bounded
from agent.store.db import Session
from agent.store.outbox import LISTED, Listed
from agent.store.tables import CASE_KEYS, CASES, EVENTS, NOTES, OUTBOX


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the store has been looked at: the last row of events, notes and outbox."""

    event: int = 0
    note: int = 0
    mail: int = 0


def get_case_file(session: Session, ref: str) -> tuple[CaseFile, str]:
    """Return the case with that reference, its events, and whose it is.

    The office's own reference finds it too. Raises DataError where there is none, or two.
    """
    rows = session.execute(select(CASES).where(CASES.c.ref == ref)).mappings().all()
    if not rows:
        key = (CASE_KEYS.c.sort == "office_ref", CASE_KEYS.c.value == bounded(office_key(ref)))
        named = CASES.c.id.in_(select(CASE_KEYS.c.case_id).where(*key))
        rows = session.execute(select(CASES).where(named)).mappings().all()
    if len(rows) != 1:
        raise DataError(f"{ref} means two cases." if rows else f"There is no case {ref}.")
    case = snapshot(rows[0])
    return CaseFile(case, events_of(session, case.ref)), rows[0]["partnership"]


def find_newest(session: Session, partnership: str) -> str | None:
    """Return the reference of the case opened last, or None."""
    mine = select(CASES.c.ref).where(CASES.c.partnership == partnership)
    return session.scalar(mine.order_by(CASES.c.id.desc()).limit(1))


def find_mark(session: Session) -> Mark:
    """Return how far the store goes now."""
    ends = (session.scalar(select(func.max(table.c.id))) for table in (EVENTS, NOTES, OUTBOX))
    return Mark(*(end or 0 for end in ends))


def events_since(session: Session, mark: Mark) -> tuple[tuple[str, CaseEvent], ...]:
    """Return the events recorded since, each with its case, in the order they were recorded."""
    columns = (EVENTS.c[name] for name in ("anchor", "by", "at", "message_row", "detail"))
    query = select(CASES.c.ref, EVENTS.c.on_day.label("on"), *columns).join_from(EVENTS, CASES)
    rows = session.execute(query.where(EVENTS.c.id > mark.event).order_by(EVENTS.c.id)).mappings()
    return tuple(
        (row["ref"], CaseEvent(**{key: row[key] for key in row if key != "ref"})) for row in rows
    )


def notes_since(session: Session, mark: Mark) -> tuple[tuple[str, str, str, str | None], ...]:
    """Return sort, code, text and case of the reviews and tasks made since, the oldest first."""
    query = select(NOTES.c.sort, NOTES.c.code, NOTES.c.text, NOTES.c.case_id)
    rows = session.execute(query.where(NOTES.c.id > mark.note).order_by(NOTES.c.id)).all()
    return tuple((sort, code, text, find_ref(session, case)) for sort, code, text, case in rows)


def mails_since(session: Session, mark: Mark, also: Collection[int]) -> tuple[Listed, ...]:
    """Return the mails of the outbox made since, and those of the rows in `also`, as they stand
    now, the oldest first."""
    query = select(*LISTED).where(or_(OUTBOX.c.id > mark.mail, OUTBOX.c.id.in_(also)))
    rows = session.execute(query.order_by(OUTBOX.c.id))
    return tuple(Listed(**row._mapping) for row in rows)


def get_bytes(session: Session, mail_row: int) -> bytes:
    """Return the exact bytes of a mail of the outbox."""
    raw: bytes = session.execute(select(OUTBOX.c.mail).where(OUTBOX.c.id == mail_row)).scalar_one()
    return raw


def find_latest_mail(
    session: Session,
    partnership: str,
    template: str,
    agency: str | None = None,
    addresses: Collection[str] = (),
) -> Listed | None:
    """Return the newest mail of a template; where an agency is named, to it or its addresses."""
    query = select(*LISTED).where(
        OUTBOX.c.partnership == partnership, OUTBOX.c.template == template
    )
    if agency is not None:
        query = query.where(or_(OUTBOX.c.agency == agency, OUTBOX.c.to_address.in_(addresses)))
    row = session.execute(query.order_by(OUTBOX.c.id.desc()).limit(1)).first()
    return None if row is None else Listed(**row._mapping)
