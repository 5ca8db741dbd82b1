"""The tables of the action log: its lines, the words that may be erased, the end of the chain."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.base import Base, table_of


class ActionRow(Base):
    """One line of the action log; triggers refuse any change to it."""

    __tablename__ = "action_log"
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    partnership: Mapped[str]
    actor: Mapped[str]
    action: Mapped[str]
    case_ref: Mapped[str]
    message_digest: Mapped[str]
    outbox_key: Mapped[str]
    rule: Mapped[str]
    reason: Mapped[str]
    detail: Mapped[str]
    private_digest: Mapped[str]
    prev_hash: Mapped[str]
    hash: Mapped[str]
    __table_args__ = (
        Index(None, "case_ref", "seq"),
        Index(None, "partnership", "seq"),
        Index(None, "partnership", "action", "seq"),
        Index(None, "partnership", "actor", "seq"),
        Index(None, "partnership", "at"),
    )


class ActionPrivate(Base):
    """The words about people that belong to a log line: this row may be erased, the line not."""

    __tablename__ = "action_private"
    seq: Mapped[int] = mapped_column(
        ForeignKey("action_log.seq"), primary_key=True, autoincrement=False
    )
    salt: Mapped[str]
    text: Mapped[str]


class LogHead(Base):
    """The one row that names the end of the chain; whoever appends locks it first."""

    __tablename__ = "log_head"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    hash: Mapped[str]


ACTION_LOG = table_of(ActionRow)
ACTION_PRIVATE = table_of(ActionPrivate)
LOG_HEAD = table_of(LogHead)
