"""The people who may sign in to the page, and the roles they hold. Passwords come hashed."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from agent.errors import RefusedAct
from agent.rights import Role
from agent.store.db import Session
from agent.store.execute import insert_row
from agent.store.webtables import ACCOUNT_ROLES, ACCOUNTS, VISITS


@dataclass(frozen=True, slots=True)
class Account:
    """A person of the page. `roles` are by partnership; without any the account opens nothing.

    `password_hash` is None for somebody who signs in elsewhere only.
    """

    id: int
    email: str
    name: str
    password_hash: str | None = field(repr=False)
    failures: int
    locked_until: datetime | None
    roles: dict[str, frozenset[Role]]


_NAMES = ("id", "email", "name", "password_hash", "failures", "locked_until")
_COLUMNS = tuple(ACCOUNTS.c[name] for name in _NAMES)


def add_account(
    session: Session, email: str, name: str, password_hash: str | None, by: str, now: datetime
) -> int:
    """Add a person and return the row; raises RefusedAct where the address has an account."""
    values = {
        "email": email.strip().lower(),
        "name": name.strip(),
        "password_hash": password_hash,
        "failures": 0,
        "created_at": now,
        "created_by": by,
    }
    try:
        return insert_row(session, ACCOUNTS, values)
    except IntegrityError:
        raise RefusedAct("There is an account with this address already.") from None


def find_account(session: Session, email: str) -> Account | None:
    """Return the account of that address, or None."""
    return next(iter(_accounts(session, ACCOUNTS.c.email == email.strip().lower())), None)


def get_account(session: Session, account_id: int) -> Account:
    """Return the account of that row; raises RefusedAct where there is none."""
    for account in _accounts(session, ACCOUNTS.c.id == account_id):
        return account
    raise RefusedAct(f"There is no account {account_id}.")


def list_accounts(session: Session, partnership: str) -> tuple[Account, ...]:
    """Return who holds a role in the partnership, by address."""
    held = select(ACCOUNT_ROLES.c.account_id).where(ACCOUNT_ROLES.c.partnership == partnership)
    return _accounts(session, ACCOUNTS.c.id.in_(held))


def set_password(session: Session, account_id: int, password_hash: str) -> None:
    """Exchange the password; whoever is signed in with the old one is signed out."""
    mine = update(ACCOUNTS).where(ACCOUNTS.c.id == account_id)
    session.execute(mine.values(password_hash=password_hash, failures=0, locked_until=None))
    session.execute(delete(VISITS).where(VISITS.c.account_id == account_id))


def set_roles(session: Session, account_id: int, partnership: str, roles: Collection[Role]) -> None:
    """Give the account exactly these roles in the partnership; none takes it out of there."""
    mine = (ACCOUNT_ROLES.c.account_id == account_id, ACCOUNT_ROLES.c.partnership == partnership)
    session.execute(delete(ACCOUNT_ROLES).where(*mine))
    rows = [
        {"account_id": account_id, "partnership": partnership, "role": role} for role in set(roles)
    ]
    if rows:
        session.execute(insert(ACCOUNT_ROLES), rows)


def note_attempt(
    session: Session, account_id: int, failures: int, locked_until: datetime | None
) -> None:
    """Remember how often in a row the password was wrong, and until when none is looked at."""
    mine = update(ACCOUNTS).where(ACCOUNTS.c.id == account_id)
    session.execute(mine.values(failures=failures, locked_until=locked_until))


def _accounts(session: Session, condition: object) -> tuple[Account, ...]:
    query = select(*_COLUMNS).where(condition).order_by(ACCOUNTS.c.email)  # type: ignore[arg-type]
    rows = session.execute(query).mappings().all()
    held = select(ACCOUNT_ROLES).where(ACCOUNT_ROLES.c.account_id.in_([row["id"] for row in rows]))
    roles: dict[int, dict[str, set[Role]]] = defaultdict(lambda: defaultdict(set))
    for row in session.execute(held).mappings():
        roles[row["account_id"]][row["partnership"]].add(Role(row["role"]))
    return tuple(
        Account(**row, roles={slug: frozenset(some) for slug, some in roles[row["id"]].items()})
        for row in rows
    )
