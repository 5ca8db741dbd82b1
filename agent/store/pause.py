"""The one switch that stops all sending; queueing goes on meanwhile."""

from sqlalchemy import delete, insert, select

from agent.store.db import Session
from agent.store.tables import SETTINGS

_NAME = "sending_paused"
PAUSED = SETTINGS.c.name == _NAME


def pause_sending(session: Session, reason: str) -> None:
    """Stop all sending until `resume_sending`; queueing goes on. The first reason stays."""
    if find_pause(session) is None:
        session.execute(insert(SETTINGS), {"name": _NAME, "value": reason})


def resume_sending(session: Session) -> None:
    """Let mails leave again."""
    session.execute(delete(SETTINGS).where(PAUSED))


def find_pause(session: Session) -> str | None:
    """Return why sending is paused, or None while it is not."""
    reason: str | None = session.scalar(select(SETTINGS.c.value).where(PAUSED))
    return reason
