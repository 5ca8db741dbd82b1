"""Running a statement where its effect on rows is what is asked."""

from typing import Any, cast

from sqlalchemy import CursorResult, Delete, Table, Update, insert

from agent.store.db import Session


def insert_row(session: Session, table: Table, values: dict[str, Any]) -> int:
    """Insert one row and return the number the database gave it."""
    result = cast(CursorResult[Any], session.execute(insert(table), values))
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


def count_changed(
    session: Session, statement: Update | Delete, values: dict[str, Any] | None = None
) -> int:
    """Run the statement and return how many rows it changed."""
    return cast(CursorResult[Any], session.execute(statement, values)).rowcount
