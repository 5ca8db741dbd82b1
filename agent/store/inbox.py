"""The mails that arrived, and how far each folder has been read."""

import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from agent.errors import CaseMoved, DataError
from agent.model.message import Classification, Position
from agent.store.db import Session
from agent.store.execute import count_changed, insert_row
from agent.store.restricted import closed_to
from agent.store.tables import MESSAGES, POSITIONS

PROCESSED = "processed"
QUARANTINED = "quarantined"
BACKLOG = "backlog"


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A mail to be recorded. The defaults are those of a mail that was not read.

    `state` is `processed`, `quarantined` or `backlog`; `reading` is plain JSON; `trouble` is the
    traceback of a quarantined mail.
    """

    partnership: str
    mailbox: str
    folder: str
    item: str
    digest: str
    message_id: str
    received_at: datetime
    stored_at: datetime
    size_bytes: int
    state: str
    kind: str = "unknown"
    confidence: float = 0.0
    live_risk: bool = False
    needs_review: bool = False
    rule: str = ""
    case_id: int | None = None
    agency: str | None = None
    reading: Mapping[str, Any] = field(default_factory=dict, repr=False)
    trouble: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class StoredMessage(NewMessage):
    """A mail as it stands in the store."""

    id: int = 0


_NAMES = tuple(item.name for item in fields(NewMessage))
# Built once: building a statement costs more than running it.
_FIND = select(MESSAGES)
_FIND_BY_DIGEST = _FIND.where(
    MESSAGES.c.mailbox == bindparam("mailbox"), MESSAGES.c.digest == bindparam("digest")
)
_HAS_MESSAGE_ID = select(
    exists().where(
        MESSAGES.c.mailbox == bindparam("mailbox"),
        MESSAGES.c.message_id == bindparam("message_id"),
    )
)
_SET_CASE = update(MESSAGES).where(MESSAGES.c.id == bindparam("row_id"))
_MOVE_POSITION = update(POSITIONS).where(
    POSITIONS.c.mailbox == bindparam("of_mailbox"), POSITIONS.c.folder == bindparam("of_folder")
)
_HEX = re.compile(r"[0-9a-f]+", re.IGNORECASE)


def add_message(session: Session, message: NewMessage) -> int:
    """Record a mail and return its row id.

    Raises:
        CaseMoved: another process recorded the same bytes meanwhile.
    """
    values = {name: getattr(message, name) for name in _NAMES}
    try:
        return insert_row(session, MESSAGES, values)
    except IntegrityError:
        raise CaseMoved("Another process recorded this mail meanwhile.") from None


def set_case(session: Session, message_row: int, case_id: int) -> None:
    """Note which case a recorded mail belongs to."""
    session.execute(_SET_CASE, {"row_id": message_row, "case_id": case_id})


def set_fields(session: Session, message_row: int, values: Mapping[str, Any], source: str) -> None:
    """Put a person's values in the place of those read from a mail; `source` says whose they are.

    The kept reading is changed: what it was stands among the corrections.
    """
    reading = dict(get_message(session, message_row).reading)
    reading["fields"] = {**reading["fields"], **values}
    sources = {**reading["field_sources"], **dict.fromkeys(values, source)}
    reading["field_sources"] = {
        name: place for name, place in sources.items() if reading["fields"].get(name) is not None
    }
    session.execute(update(MESSAGES).where(MESSAGES.c.id == message_row).values(reading=reading))


def set_judgement(
    session: Session,
    message_row: int,
    found: Classification,
    agency: str | None,
    trace: Mapping[str, Any] | None,
) -> None:
    """Note what a mail is taken for now, after a person's word; and how it reads now, where it was
    read again (`trace`). That it once needed review stays."""
    values: dict[str, Any] = {"kind": found.kind.value, "confidence": found.confidence}
    if agency is not None:
        values["agency"] = agency
    if trace is not None:
        anew = {"rule": found.rule, "live_risk": found.live_risk, "reading": trace}
        values |= {**anew, "state": PROCESSED, "trouble": None}
    session.execute(update(MESSAGES).where(MESSAGES.c.id == message_row).values(**values))


def find_message(session: Session, mailbox: str, digest: str) -> StoredMessage | None:
    """Return the mail with these bytes in that mailbox, or None."""
    row = session.execute(_FIND_BY_DIGEST, {"mailbox": mailbox, "digest": digest}).first()
    return None if row is None else StoredMessage(**row._mapping)


def get_message(session: Session, row_id: int) -> StoredMessage:
    """Return the mail of that row; raises DataError where there is none."""
    row = session.execute(_FIND.where(MESSAGES.c.id == row_id)).first()
    if row is None:
        raise DataError(f"There is no stored mail {row_id}.")
    return StoredMessage(**row._mapping)


def find_row(session: Session, partnership: str, row_id: int) -> StoredMessage | None:
    """Return the partnership's mail of that row, or None."""
    return find_rows(session, partnership, (row_id,)).get(row_id)


def find_rows(
    session: Session, partnership: str, row_ids: Collection[int]
) -> dict[int, StoredMessage]:
    """Return the partnership's mails of these rows, by row."""
    mine = _FIND.where(MESSAGES.c.partnership == partnership, MESSAGES.c.id.in_(row_ids))
    return {row.id: StoredMessage(**row._mapping) for row in session.execute(mine)}


def list_on_case(session: Session, case_id: int) -> tuple[StoredMessage, ...]:
    """Return the mails on a case, the newest first."""
    mine = _FIND.where(MESSAGES.c.case_id == case_id).order_by(MESSAGES.c.id.desc())
    return tuple(StoredMessage(**row._mapping) for row in session.execute(mine))


def list_newest(
    session: Session, partnership: str, limit: int, reader: int | None
) -> tuple[StoredMessage, ...]:
    """Return the partnership's newest mails whose bytes are kept, the newest first.

    `reader` is the account that asks, which sees nothing of restricted cases closed to it.
    """
    mine = _FIND.where(MESSAGES.c.partnership == partnership, MESSAGES.c.message_id != "")
    if reader is not None:
        closed = MESSAGES.c.case_id.in_(closed_to(reader))
        mine = mine.where(or_(MESSAGES.c.case_id.is_(None), ~closed))
    rows = session.execute(mine.order_by(MESSAGES.c.id.desc()).limit(limit))
    return tuple(StoredMessage(**row._mapping) for row in rows)


def find_item(session: Session, mailbox: str, item: str) -> StoredMessage | None:
    """Return the newest mail that the mailbox handed over under that name, or None."""
    mine = _FIND.where(MESSAGES.c.mailbox == mailbox, MESSAGES.c.item == item)
    row = session.execute(mine.order_by(MESSAGES.c.id.desc()).limit(1)).first()
    return None if row is None else StoredMessage(**row._mapping)


def find_fields(session: Session, row_id: int) -> dict[str, Any]:
    """Return the fields that were read from the mail of that row."""
    reading = session.scalar(select(MESSAGES.c.reading).where(MESSAGES.c.id == row_id))
    return dict(reading["fields"]) if reading else {}


def find_sender(session: Session, row_id: int) -> str | None:
    """Return the address that the mail of that row came from, or None."""
    reading = session.scalar(select(MESSAGES.c.reading).where(MESSAGES.c.id == row_id))
    sender: str | None = reading.get("sender") if reading else None
    return sender


def find_messages(session: Session, mark: str, limit: int = 10) -> tuple[StoredMessage, ...]:
    """Return the mails that `mark` may mean, oldest first: row id, Message-ID or digest prefix."""
    meanings = [MESSAGES.c.message_id == mark]
    if mark.isdecimal() and len(mark) < 19:
        meanings.append(MESSAGES.c.id == int(mark))
    if len(mark) >= 6 and _HEX.fullmatch(mark):
        meanings.append(MESSAGES.c.digest.startswith(mark.lower()))
    query = _FIND.where(or_(*meanings)).order_by(MESSAGES.c.id).limit(limit)
    return tuple(StoredMessage(**row._mapping) for row in session.execute(query))


def has_message_id(session: Session, mailbox: str, message_id: str) -> bool:
    """Tell whether a mail with that Message-ID is recorded in the mailbox; "" is no Message-ID."""
    if not message_id:
        return False
    return bool(session.scalar(_HAS_MESSAGE_ID, {"mailbox": mailbox, "message_id": message_id}))


def known_items(session: Session, mailbox: str, folder: str) -> set[str]:
    """Return the item names of a folder whose mails are recorded."""
    query = select(MESSAGES.c.item).where(
        MESSAGES.c.mailbox == mailbox, MESSAGES.c.folder == folder
    )
    return set(session.scalars(query))


def find_position(session: Session, mailbox: str, folder: str) -> Position | None:
    """Return how far the folder has been read, or None before the first contact."""
    columns = (POSITIONS.c[item.name] for item in fields(Position))
    query = select(*columns).where(POSITIONS.c.mailbox == mailbox, POSITIONS.c.folder == folder)
    row = session.execute(query).first()
    return None if row is None else Position(**row._mapping)


def set_position(
    session: Session, mailbox: str, folder: str, position: Position, now: datetime
) -> None:
    """Remember how far the folder has been read, as found by the poll at `now`."""
    values = {**asdict(position), "last_poll_at": now}
    here = {"of_mailbox": mailbox, "of_folder": folder}
    if count_changed(session, _MOVE_POSITION, {**here, **values}) == 0:
        session.execute(insert(POSITIONS), {"mailbox": mailbox, "folder": folder, **values})


def note_poll(session: Session, mailbox: str, now: datetime) -> None:
    """Remember that every folder of the mailbox was read at `now`, whatever was in it."""
    session.execute(update(POSITIONS).where(POSITIONS.c.mailbox == mailbox), {"last_poll_at": now})


def find_last_poll(session: Session, mailbox: str) -> datetime | None:
    """Return when the mailbox was last read to its end, or None where it never was."""
    mine = select(func.min(POSITIONS.c.last_poll_at)).where(POSITIONS.c.mailbox == mailbox)
    moment: datetime | None = session.scalar(mine)
    return moment
