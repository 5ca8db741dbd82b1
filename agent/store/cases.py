"""Cases, the keys they are found by, their events, and the running number of their references.

No decision is made here: a case moves only as a `Change` says.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import RowMapping, Select, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from agent.errors import CaseMoved, DataError
from agent.likekeys import LIKE_SORTS
from agent.model.case import Candidate, CaseEvent, CaseSnapshot, CaseType, Child, Key
from agent.model.decision import AddEvents, EventFact, OpenCase
from agent.store.columns import bounded, storable
from agent.store.db import Session
from agent.store.execute import insert_row
from agent.store.numbering import take_number
from agent.store.tables import CASE_KEYS, CASES, EVENTS

# Built once: building a statement costs more than running it.
_FIND_BY_KEYS = (
    select(CASES, CASE_KEYS.c.sort.label("key_sort"), CASE_KEYS.c.value.label("key_value"))
    .join_from(CASE_KEYS, CASES)
    .where(
        CASE_KEYS.c.partnership == bindparam("partnership"),
        CASE_KEYS.c.sort.in_(bindparam("sorts", expanding=True)),
        CASE_KEYS.c.value.in_(bindparam("values", expanding=True)),
    )
    .order_by(CASES.c.id)
)
# Where a name is very common the newest cases are read, and no more than these rows.
_MOST_ALIKE = 200
_FIND_ALIKE = _FIND_BY_KEYS.order_by(None).order_by(CASES.c.id.desc()).limit(_MOST_ALIKE)


def find_candidates(
    session: Session, partnership: str, keys: Sequence[Key]
) -> tuple[Candidate, ...]:
    """Return every case of the partnership that shares a key, the oldest first; after them those
    whose child is only alike, the newest first and not without end."""
    exact = [key for key in keys if key.sort not in LIKE_SORTS]
    alike = [key for key in keys if key.sort in LIKE_SORTS]
    cases: dict[str, CaseSnapshot] = {}
    shared: dict[str, list[Key]] = {}
    for query, wanted in ((_FIND_BY_KEYS, exact), (_FIND_ALIKE, alike)):
        for row, key in _rows_with(session, query, partnership, wanted) if wanted else ():
            ref = row["ref"]
            if ref not in cases:
                cases[ref] = snapshot(row)
            shared.setdefault(ref, []).append(key)
    return tuple(Candidate(case, tuple(shared[ref])) for ref, case in cases.items())


def _rows_with(
    session: Session, query: Select[Any], partnership: str, keys: Sequence[Key]
) -> Iterator[tuple[RowMapping, Key]]:
    """Yield each case that has one of the keys, with that key."""
    wanted = {(key.sort, bounded(key.value)): key for key in keys}
    asked = {
        "partnership": partnership,
        "sorts": sorted({key.sort for key in keys}),
        "values": sorted({key.value for key in keys}),
    }
    for row in session.execute(query, asked).mappings():
        # The query takes every sort with every value; what nobody asked for is dropped here.
        if (key := wanted.get((row["key_sort"], row["key_value"]))) is not None:
            yield row, key


def open_case(
    session: Session,
    partnership: str,
    change: OpenCase,
    message_row: int | None,
    now: datetime,
) -> int:
    """Open a case with its keys and first events and return its row id.

    Its number is taken from the year of `now`.

    Raises:
        CaseMoved: the number or the reference was taken meanwhile.
    """
    take_number(session, partnership, now.year, change.number)
    values = {
        "partnership": partnership,
        "ref": change.ref,
        "type": change.type,
        "state": "open",
        "version": 1,
        "number": change.number,
        "opened_at": now,
        "child_name": change.child.name,
        "child_dob": change.child.dob,
        "nhs_number": change.child.nhs_number,
        "other_children": [child_row(one) for one in change.others] or None,
        "incident_on": change.incident_on,
        "look_at": now,
    }
    try:
        case_id = insert_row(session, CASES, values)
    except IntegrityError:
        raise CaseMoved(f"The reference {change.ref} was taken meanwhile.") from None
    add_keys(session, partnership, case_id, change.keys)
    insert_events(session, case_id, change.events, message_row, now)
    return case_id


def add_events(
    session: Session,
    partnership: str,
    change: AddEvents,
    message_row: int | None,
    now: datetime,
) -> int:
    """Record events, and keys it did not have, on an open case; return the case's row id.

    Raises:
        CaseMoved: the case is not at `change.version` any more.
    """
    values: dict[str, object] = {}
    if change.state is not None:
        values["state"] = change.state
    for event in change.events:
        if event.anchor == "incident":
            values["incident_on"] = event.on
    case_id = move(session, partnership, change.ref, change.version, now, values)
    if change.keys:
        known = known_keys(session, case_id)
        add_keys(session, partnership, case_id, change.keys, known)
    insert_events(session, case_id, change.events, message_row, now)
    return case_id


def move(
    session: Session,
    partnership: str,
    ref: str,
    version: int,
    now: datetime,
    values: Mapping[str, object] = MappingProxyType({}),
) -> int:
    """Take a case to its next version, to be looked at anew, and return its row id.

    Raises:
        CaseMoved: the case is not at `version` any more.
    """
    same = (CASES.c.ref == ref, CASES.c.partnership == partnership, CASES.c.version == version)
    anew = {"version": CASES.c.version + 1, "look_at": now, **values}
    moved = update(CASES).where(*same).values(**anew).returning(CASES.c.id)
    case_id: int | None = session.scalar(moved)
    if case_id is None:
        raise CaseMoved(f"The case {ref} is not at version {version} any more.")
    return case_id


def find_case_id(session: Session, partnership: str, ref: str) -> int | None:
    """Return the row id of the partnership's case with that reference, or None."""
    same = (CASES.c.ref == ref, CASES.c.partnership == partnership)
    return session.scalar(select(CASES.c.id).where(*same))


def find_ref(session: Session, case_id: int | None) -> str | None:
    """Return the reference of the case with that row id, or None."""
    if case_id is None:
        return None
    return session.scalar(select(CASES.c.ref).where(CASES.c.id == case_id))


def is_opened_by(session: Session, message_row: int) -> bool:
    """Tell whether a case was opened by that mail: its first event came from it."""
    mine = select(EVENTS.c.case_id).where(EVENTS.c.message_row == message_row)
    first = (
        select(func.min(EVENTS.c.id)).where(EVENTS.c.case_id.in_(mine)).group_by(EVENTS.c.case_id)
    )
    openers = select(EVENTS.c.message_row).where(EVENTS.c.id.in_(first))
    return message_row in session.scalars(openers).all()


def get_case(session: Session, ref: str) -> CaseSnapshot:
    """Return the case with that reference; raises DataError where there is none."""
    row = session.execute(select(CASES).where(CASES.c.ref == ref)).mappings().first()
    if row is None:
        raise DataError(f"There is no case {ref}.")
    return snapshot(row)


def list_cases(
    session: Session, partnership: str | None = None, limit: int = 100
) -> tuple[CaseSnapshot, ...]:
    """Return the newest cases, newest first; of every partnership where none is named.

    Restricted ones are hidden: only who knows the reference sees them.
    """
    query = select(CASES).where(CASES.c.state != "restricted")
    query = query.order_by(CASES.c.id.desc()).limit(limit)
    if partnership is not None:
        query = query.where(CASES.c.partnership == partnership)
    return tuple(snapshot(row) for row in session.execute(query).mappings())


def events_of(session: Session, ref: str) -> tuple[CaseEvent, ...]:
    """Return the events of a case in the order they were recorded."""
    columns = (
        EVENTS.c.anchor,
        EVENTS.c.on_day.label("on"),
        EVENTS.c.by,
        EVENTS.c.at,
        EVENTS.c.message_row,
        EVENTS.c.detail,
    )
    query = select(*columns).join_from(EVENTS, CASES).where(CASES.c.ref == ref)
    rows = session.execute(query.order_by(EVENTS.c.id))
    return tuple(CaseEvent(**row._mapping) for row in rows)


def known_keys(session: Session, case_id: int) -> set[tuple[str, str]]:
    """Return the keys that a case has."""
    had = select(CASE_KEYS.c.sort, CASE_KEYS.c.value).where(CASE_KEYS.c.case_id == case_id)
    return {(row.sort, row.value) for row in session.execute(had)}


def add_keys(
    session: Session,
    partnership: str,
    case_id: int,
    keys: Sequence[Key],
    known: Collection[tuple[str, str]] = (),
) -> None:
    """Give a case keys it does not have yet."""
    wanted = dict.fromkeys((key.sort, bounded(key.value)) for key in keys)
    rows = [
        {"case_id": case_id, "partnership": partnership, "sort": sort, "value": value}
        for sort, value in wanted
        if (sort, value) not in known
    ]
    if rows:
        session.execute(insert(CASE_KEYS), rows)


def insert_events(
    session: Session,
    case_id: int,
    events: Sequence[EventFact],
    message_row: int | None,
    now: datetime,
) -> None:
    """Record events of a case, as they are."""
    rows = [
        {
            "case_id": case_id,
            "anchor": event.anchor,
            "on_day": event.on,
            "at": now,
            "by": event.by,
            "message_row": message_row,
            "detail": dict(event.detail),
        }
        for event in events
    ]
    if rows:
        session.execute(insert(EVENTS), rows)


def snapshot(row: RowMapping) -> CaseSnapshot:
    """Return a row of the cases as a case."""
    return CaseSnapshot(
        ref=row["ref"],
        type=CaseType(row["type"]),
        version=row["version"],
        child=Child(row["child_name"], row["child_dob"], row["nhs_number"]),
        incident_on=row["incident_on"],
        opened_at=row["opened_at"],
        state=row["state"],
        others=tuple(map(_child_of, row["other_children"] or ())),
    )


def child_row(child: Child) -> dict[str, str | None]:
    """Return a further subject child as its case keeps it."""
    born = None if child.dob is None else child.dob.isoformat()
    return {
        "name": child.name and storable(child.name),
        "dob": born,
        "nhs_number": child.nhs_number and storable(child.nhs_number),
    }


def _child_of(row: Mapping[str, str | None]) -> Child:
    born = row["dob"]
    return Child(row["name"], (born and date.fromisoformat(born)) or None, row["nhs_number"])
