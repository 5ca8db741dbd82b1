"""The running numbers of case references, and the key that makes a reference hard to guess."""

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from agent.errors import CaseMoved, DataError
from agent.store.db import Session
from agent.store.execute import count_changed
from agent.store.tables import COUNTERS, SETTINGS

# Built once: building a statement costs more than running it.
_NEXT_NUMBER = select(COUNTERS.c.next_number).where(
    COUNTERS.c.partnership == bindparam("partnership"), COUNTERS.c.year == bindparam("year")
)


def get_reference_key(session: Session) -> bytes:
    """Return the secret that keys this deployment's case references; `migrate` made it."""
    query = select(SETTINGS.c.value).where(SETTINGS.c.name == "reference_key")
    value = session.scalar(query)
    if value is None:
        raise DataError("The database holds no reference key: run `mailbox-agent migrate`.")
    return bytes.fromhex(value)


def next_number(session: Session, partnership: str, year: int) -> int:
    """Return the number that the partnership's next case of that year gets; it is not taken yet."""
    return session.scalar(_NEXT_NUMBER, {"partnership": partnership, "year": year}) or 1


def take_number(session: Session, partnership: str, year: int, number: int) -> None:
    """Take the next number of the year; raises CaseMoved where another case took it meanwhile."""
    mine = (COUNTERS.c.partnership == partnership, COUNTERS.c.year == year)
    take = update(COUNTERS).where(*mine, COUNTERS.c.next_number == number)
    if count_changed(session, take.values(next_number=number + 1)) == 1:
        return
    taken = CaseMoved(f"Another case took the number {number} of {year} meanwhile.")
    if number != 1:
        raise taken
    try:
        values = {"partnership": partnership, "year": year, "next_number": 2}
        session.execute(insert(COUNTERS), values)
    except IntegrityError:
        raise taken from None
