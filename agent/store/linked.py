"""Links between cases that a person made: each is a key of both cases, naming the other."""

from sqlalchemy import delete, insert, select

from agent.model.case import Key
from agent.store.cases import find_case_id
from agent.store.columns import bounded
from agent.store.db import Session
from agent.store.tables import CASE_KEYS, CASES

_LINKED = "linked"


def find_linked(session: Session, partnership: str, ref: str) -> tuple[str, ...]:
    """Return the references of the cases linked to this one."""
    return tuple(key.value for key in find_keys(session, partnership, ref) if key.sort == _LINKED)


def find_keys(session: Session, partnership: str, ref: str) -> tuple[Key, ...]:
    """Return everything that a case can be found by."""
    query = (
        select(CASE_KEYS.c.sort, CASE_KEYS.c.value)
        .join_from(CASE_KEYS, CASES)
        .where(CASES.c.ref == ref, CASES.c.partnership == partnership)
    )
    return tuple(Key(row.sort, row.value) for row in session.execute(query))


def set_link(session: Session, partnership: str, ref: str, other: str, *, is_linked: bool) -> None:
    """Have each of two cases name the other, or no more."""
    for one, two in ((ref, other), (other, ref)):
        case_id = find_case_id(session, partnership, one)
        mine = (CASE_KEYS.c.case_id == case_id, CASE_KEYS.c.sort == _LINKED)
        session.execute(delete(CASE_KEYS).where(*mine, CASE_KEYS.c.value == bounded(two)))
        if is_linked:
            values = {
                "case_id": case_id,
                "partnership": partnership,
                "sort": _LINKED,
                "value": two,
            }
            session.execute(insert(CASE_KEYS), values)
