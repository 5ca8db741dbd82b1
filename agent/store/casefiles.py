"""Whole cases with their events, and what is new in the store since a mark. Only reading."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, func, insert, or_, select, update

from agent.errors import DataError
from agent.model.case import CaseEvent, CaseFile, CaseMail, CaseNote
from agent.reference import office_key
from agent.store.cases import events_of, find_ref, snapshot
from agent.store.columns import bounded
from agent.store.db import Session
from agent.store.inbox import find_fields
from agent.store.outbox import LISTED, Listed
from agent.store.tables import (
    CASE_KEYS,
    CASES,
    COMPLETED,
    EVENTS,
    MESSAGES,
    NOTES,
    OPEN,
    OUTBOX,
)

# The columns of the outbox that a case's file shows.
_MAIL = tuple(OUTBOX.c[name] for name in CaseMail.__dataclass_fields__)
# What an automatic mail says never waits to be read.
_MACHINES = ("auto_reply", "bounce")


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
    return _file(session, rows[0]), rows[0]["partnership"]


def load_case_file(session: Session, case_id: int) -> CaseFile:
    """Return everything on the case of that row."""
    row = session.execute(select(CASES).where(CASES.c.id == case_id)).mappings().one()
    return _file(session, row)


def load_files(session: Session, partnership: str) -> tuple[CaseFile, ...]:
    """Return everything on every case of the partnership that is neither ended nor restricted."""
    going_on = CASES.c.state.in_(("open", "paused"))
    query = select(CASES).where(CASES.c.partnership == partnership, going_on).order_by(CASES.c.id)
    return tuple(_file(session, row) for row in session.execute(query).mappings().all())


def find_due_cases(session: Session, partnership: str, now: datetime, limit: int) -> list[int]:
    """Return the rows of the cases on which something may be due, longest due first."""
    due = select(CASES.c.id).where(CASES.c.look_at <= now, CASES.c.partnership == partnership)
    return list(session.scalars(due.order_by(CASES.c.look_at, CASES.c.id).limit(limit)))


def find_children(session: Session, partnership: str, but: str) -> tuple[str, ...]:
    """Return the names of the children of every open case but one."""
    query = select(CASES.c.child_name, CASES.c.other_children).where(
        CASES.c.partnership == partnership,
        CASES.c.state == "open",
        CASES.c.ref != but,
        CASES.c.child_name.is_not(None),
    )
    rows = session.execute(query).all()
    others = (one["name"] for row in rows for one in row.other_children or ())
    return (*(row.child_name for row in rows), *filter(None, others))


def look_again(
    session: Session, case_id: int, version: int, at: datetime | None, due_at: datetime | None
) -> None:
    """Remember when to look at a case next, None is never, and when the first thing on it is or
    was due; unless it has moved since."""
    same = (CASES.c.id == case_id, CASES.c.version == version)
    session.execute(update(CASES).where(*same).values(look_at=at, due_at=due_at))


def look_at_all(session: Session, partnership: str, now: datetime) -> None:
    """Have every open case looked at: the rules, the register or the calendar may have changed."""
    mine = (CASES.c.partnership == partnership, CASES.c.state == "open")
    session.execute(update(CASES).where(*mine).values(look_at=now))


def find_next_look(session: Session, partnership: str) -> datetime | None:
    """Return when the next case is to be looked at, or None."""
    mine = select(func.min(CASES.c.look_at)).where(CASES.c.partnership == partnership)
    moment: datetime | None = session.scalar(mine)
    return moment


def complete(
    session: Session, case_id: int, values: Mapping[str, str], by: str, now: datetime
) -> None:
    """Keep what a person said that a case's letters have to say."""
    rows = [
        {"case_id": case_id, "name": name, "value": value, "by": by, "at": now}
        for name, value in values.items()
    ]
    if rows:
        session.execute(insert(COMPLETED), rows)


def _file(session: Session, row: RowMapping) -> CaseFile:
    case, case_id = snapshot(row), row["id"]
    events = events_of(session, case.ref)
    mails = session.execute(select(*_MAIL).where(OUTBOX.c.case_id == case_id).order_by(OUTBOX.c.id))
    notes = session.execute(
        select(NOTES.c.code, NOTES.c.text, NOTES.c.done_at, NOTES.c.created_at)
        .where(NOTES.c.case_id == case_id)
        .order_by(NOTES.c.id)
    )
    said = session.execute(
        select(COMPLETED.c.name, COMPLETED.c.value)
        .where(COMPLETED.c.case_id == case_id)
        .order_by(COMPLETED.c.id)
    )
    return CaseFile(
        case,
        events,
        mails=tuple(CaseMail(**mail._mapping) for mail in mails),
        notes=tuple(
            CaseNote(note.code, note.text, note.done_at is None, note.created_at) for note in notes
        ),
        referral=_referral(session, events),
        completed={one.name: one.value for one in said},
        unread_from=_unread_from(session, row["partnership"], case_id),
    )


def _referral(session: Session, events: Sequence[CaseEvent]) -> dict[str, Any]:
    """Return the fields of the referral that the case began with, as they were read."""
    mail = next((one.message_row for one in events if one.anchor == "referral_received"), None)
    if mail is None:
        return {}
    return find_fields(session, mail)


def _unread_from(session: Session, partnership: str, case_id: int) -> frozenset[str]:
    """Return the agencies of which a mail on this case, or on none, waits for a person."""
    open_reviews = (NOTES.c.partnership == partnership, NOTES.c.sort == "review", OPEN)
    on_it = or_(MESSAGES.c.case_id == case_id, MESSAGES.c.case_id.is_(None))
    query = select(MESSAGES.c.agency).join_from(NOTES, MESSAGES).where(*open_reviews, on_it)
    agencies = session.scalars(query.where(MESSAGES.c.kind.not_in(_MACHINES)).distinct())
    return frozenset(filter(None, agencies))


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
