"""A driver's exception as one sentence for a person. No text of a driver passes through here: it
can hold the values of a row, and those are about children."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from agent.errors import AgentError, DataError, StoreError

_FULL = "The disk is full: the database kept nothing of this step."
_BUSY = "Another process holds the database; try again."
_LOST = "The database cannot be reached or the connection broke."

_SQLITE = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_CANTOPEN: "The database file cannot be opened; look at its rights.",
    sqlite3.SQLITE_READONLY: "The database file is read-only.",
    sqlite3.SQLITE_IOERR: "The disk did not read or write the database file.",
}
_SQLITE_BROKEN = {
    sqlite3.SQLITE_CORRUPT: "The database file is damaged; restore it from a backup.",
    sqlite3.SQLITE_NOTADB: "The file is not a database of the agent.",
}

# By SQLSTATE, the longest beginning wins (PostgreSQL documentation, appendix A).
_POSTGRESQL = {
    "53100": _FULL,
    "53": "The database server is out of memory or connections.",
    "40": _BUSY,
    "55P03": _BUSY,
    "57": _LOST,
    "08": _LOST,
    "28": "The database server refused the user or password.",
    "3D": "The database server has no database of that name.",
    "58": "The database server's disk did not read or write.",
}


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Turn a driver's exception inside the block into StoreError or DataError naming `place`."""
    try:
        yield
    except DBAPIError as error:
        # The cause is cut off, since a traceback would print its text; the frames stay.
        raise _translate(error, place).with_traceback(error.__traceback__) from None


def _translate(error: DBAPIError, place: str) -> AgentError:
    if isinstance(error.orig, sqlite3.Error):
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
        if code in _SQLITE:
            return StoreError(f"{_SQLITE[code]} ({place})")
        return DataError(f"{_SQLITE_BROKEN.get(code) or _refused(error)} ({place})")
    state = getattr(error.orig, "sqlstate", None) or ("08" if _is_connection(error) else "")
    for length in (5, 2):
        if state[:length] in _POSTGRESQL:
            return StoreError(f"{_POSTGRESQL[state[:length]]} ({place})")
    return DataError(f"{_refused(error)} ({place})")


def _is_connection(error: DBAPIError) -> bool:
    """Tell whether the driver failed without an answer of the server, which has no SQLSTATE."""
    return error.connection_invalidated or type(error).__name__ in (
        "OperationalError",
        "InterfaceError",
    )


def _refused(error: DBAPIError) -> str:
    diagnosis = getattr(error.orig, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or getattr(
        error.orig, "sqlite_errorname", None
    )
    return f"The database refused a statement: {type(error.orig).__name__} {name or ''}".rstrip()
