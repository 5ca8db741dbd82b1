"""Who may sign in to the page: people are invited, given roles and passwords; each is logged."""

from collections.abc import Collection
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from agent.errors import RefusedAct
from agent.line import Line
from agent.model.decision import LogLine
from agent.rights import Role
from agent.store import accounts, actionlog
from agent.store.accounts import Account
from agent.store.db import Session

LEAST_CHARS, MOST_CHARS = 12, 200
_HASHER = PasswordHasher()
# What is hashed where there is no such account, so that the answer takes as long.
_NOBODY = _HASHER.hash("nobody's password")


def hash_password(password: str) -> str:
    """Return the password hashed by argon2id; raises RefusedAct where it is too short or long."""
    if not LEAST_CHARS <= len(password) <= MOST_CHARS:
        raise RefusedAct(f"A password has {LEAST_CHARS} to {MOST_CHARS} characters.")
    return _HASHER.hash(password)


def is_password(account: Account | None, password: str) -> bool:
    """Return whether that is the account's password; it takes as long where there is none."""
    known = account.password_hash if account and account.password_hash else _NOBODY
    try:
        is_right = _HASHER.verify(known, password[:MOST_CHARS])
    except (VerificationError, InvalidHashError):
        return False
    return is_right and known is not _NOBODY


def invite(line: Line, email: str, name: str, password: str | None, by: str, now: datetime) -> bool:
    """Add a person who has no role yet; False where the address has an account already.

    Raises:
        RefusedAct: the address is none, or the password too short.
    """
    email = email.strip().lower()
    if email.count("@") != 1 or any(character.isspace() for character in email):
        raise RefusedAct("Write an e-mail address, such as anna@northshirescp.example.")
    hashed = None if password is None else hash_password(password)
    with line.database.write() as session:
        if accounts.find_account(session, email) is not None:
            return False
        accounts.add_account(session, email, name or email, hashed, by, now)
        _log(session, line, "person added", "They may sign in.", email, by, now)
    return True


def give_roles(line: Line, email: str, roles: Collection[Role], by: str, now: datetime) -> None:
    """Give a person exactly these roles in the partnership; none shuts them out of it.

    Raises:
        RefusedAct: there is no such account, or it is the last administrator's.
    """
    slug = line.office.profile.slug
    with line.database.write() as session:
        account = accounts.find_account(session, email)
        if account is None:
            raise RefusedAct("There is no account with this address.")
        everybody = accounts.list_accounts(session, slug)
        others = [one for one in everybody if one.id != account.id]
        rules = any(Role.ADMINISTRATOR in one.roles[slug] for one in others)
        had = account.roles.get(slug, frozenset())
        if Role.ADMINISTRATOR in had and Role.ADMINISTRATOR not in roles and not rules:
            raise RefusedAct("Somebody has to stay administrator: make another one first.")
        accounts.set_roles(session, account.id, slug, roles)
        told = ", ".join(sorted(roles)) or "none"
        _log(session, line, "roles given", told, account.email, by, now)


def change_password(line: Line, email: str, password: str, by: str, now: datetime) -> None:
    """Give a person another password, and end every visit of theirs.

    Raises:
        RefusedAct: there is no such account, or the password is too short.
    """
    hashed = hash_password(password)
    with line.database.write() as session:
        account = accounts.find_account(session, email)
        if account is None or line.office.profile.slug not in account.roles:
            raise RefusedAct("There is no account with this address.")
        accounts.set_password(session, account.id, hashed)
        _log(session, line, "password changed", "Every visit ended.", account.email, by, now)


def _log(
    session: Session, line: Line, action: str, why: str, whose: str, by: str, now: datetime
) -> None:
    actionlog.note(session, line.office.profile.slug, LogLine(action, why, private=whose), by, now)
