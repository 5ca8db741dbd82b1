"""The action log as it is looked through: filtered, page by page, and as a whole. Only reading."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select

from agent.store.actionlog import LoggedLine
from agent.store.db import Session
from agent.store.restricted import closed_refs_to
from agent.store.tables import ACTION_LOG, ACTION_PRIVATE, LOG_HEAD

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines are wanted; what is empty asks for nothing.

    `but` are actions to be left out where no action is asked for. `before` is the line from which
    on later ones are left out. `reader` is the account that asks, see `restricted`. `private` has
    the words about people read too.
    """

    case: str = ""
    actor: str = ""
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None
    but: Sequence[str] = ()
    before: int | None = None
    reader: int | None = None
    private: bool = False


def find_lines(
    session: Session, partnership: str, asked: Asked, limit: int
) -> tuple[LoggedLine, ...]:
    """Return the lines wanted, the newest first."""
    # Of a day far back the moment leads there at once, where the number would be counted down to.
    newest = [ACTION_LOG.c.seq.desc()]
    if asked.since is not None and not asked.case:
        newest.insert(0, ACTION_LOG.c.at.desc())
    query = _query(partnership, asked).order_by(*newest).limit(limit)
    return tuple(_line(row) for row in session.execute(query).mappings())


def stream_lines(session: Session, partnership: str, asked: Asked) -> Iterator[LoggedLine]:
    """Yield the lines wanted, the oldest first; memory does not grow with them."""
    query = _query(partnership, asked).order_by(ACTION_LOG.c.seq)
    with session.execute(query.execution_options(yield_per=_BATCH)) as rows:
        for row in rows.mappings():
            yield _line(row)


def list_actions(session: Session, partnership: str) -> tuple[str, ...]:
    """Return every action that the partnership's log has, by leaps over the index."""
    found: list[str] = []
    mine = ACTION_LOG.c.partnership == partnership
    while True:
        later = (ACTION_LOG.c.action > found[-1],) if found else ()
        query = select(ACTION_LOG.c.action).where(mine, *later)
        action = session.scalar(query.order_by(ACTION_LOG.c.action).limit(1))
        if action is None:
            return tuple(found)
        found.append(action)


def find_head(session: Session) -> tuple[int, str]:
    """Return the number and the digest of the log's last line."""
    row = session.execute(select(LOG_HEAD.c.seq, LOG_HEAD.c.hash)).one()
    return row.seq, row.hash


def _query(partnership: str, asked: Asked) -> Select[Any]:
    columns = (ACTION_LOG.c[name] for name in LoggedLine.__dataclass_fields__ if name != "private")
    words = ACTION_PRIVATE.c.text.label("private")
    query = (
        select(*columns, words).select_from(ACTION_LOG.outerjoin(ACTION_PRIVATE))
        if asked.private
        else select(*columns)
    )
    query = query.where(ACTION_LOG.c.partnership == partnership)
    if asked.case:
        query = query.where(ACTION_LOG.c.case_ref == asked.case)
    if asked.actor:
        query = query.where(ACTION_LOG.c.actor == asked.actor)
    if asked.action:
        query = query.where(ACTION_LOG.c.action == asked.action)
    elif asked.but:
        query = query.where(ACTION_LOG.c.action.not_in(asked.but))
    if asked.since is not None:
        query = query.where(ACTION_LOG.c.at >= asked.since)
    if asked.until is not None:
        query = query.where(ACTION_LOG.c.at < asked.until)
    if asked.before is not None:
        query = query.where(ACTION_LOG.c.seq < asked.before)
    if asked.reader is not None:
        closed = ACTION_LOG.c.case_ref.in_(closed_refs_to(asked.reader))
        query = query.where(or_(ACTION_LOG.c.case_ref == "", ~closed))
    return query


def _line(row: Any) -> LoggedLine:
    values = {"private": None, **row}
    return LoggedLine(**{**values, "detail": json.loads(values["detail"])})
