"""Mails that are to leave: each once, each in one state, moved only along `MOVES`.

Nothing is sent here. A mail that may have left (`uncertain`) is sent again only by a person.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, Update, bindparam, exists, func, insert, literal, select, update
from sqlalchemy.exc import IntegrityError

from agent.errors import CaseMoved, DataError
from agent.model.draft import Mail
from agent.store.db import Session
from agent.store.execute import count_changed
from agent.store.pause import PAUSED
from agent.store.tables import OUTBOX, UNSENT, WAITING


class State(StrEnum):
    """Where a mail stands on its way out."""

    HELD = "held"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    RETRY = "retry"
    FAILED = "failed"
    BOUNCED = "bounced"
    CANCELLED = "cancelled"


# Into a state, from which; `sending` is entered by `claim_due` alone.
MOVES: dict[State, tuple[State, ...]] = {
    # From `failed` and `uncertain` only a person's word leads back.
    State.QUEUED: (State.HELD, State.FAILED, State.UNCERTAIN),
    State.HELD: (State.QUEUED, State.RETRY, State.SENDING),
    State.RETRY: (State.SENDING,),
    State.SENT: (State.SENDING, State.UNCERTAIN),
    State.UNCERTAIN: (State.SENDING,),
    State.FAILED: (State.SENDING, State.UNCERTAIN),
    State.BOUNCED: (State.SENT, State.UNCERTAIN),
    State.CANCELLED: (State.HELD, State.QUEUED, State.RETRY),
}


@dataclass(frozen=True, slots=True)
class Claimed:
    """A mail that is this process's to send now; `attempts` counts this attempt too.

    `on_sent` is the event of the case that its leaving is, with its detail.
    """

    id: int
    key: str
    partnership: str
    mailbox: str
    case_id: int | None
    answers: int | None
    template: str
    to_address: str
    agency: str | None
    message_id: str
    on_sent: dict[str, Any] | None
    attempts: int
    created_at: datetime
    mail: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Listed:
    """A mail of the outbox without its bytes. `sent_at` is when it left or, while it is
    `uncertain`, when it may have left; `digest` is that of the exact bytes."""

    id: int
    key: str
    partnership: str
    mailbox: str
    case_id: int | None
    answers: int | None
    template: str
    to_address: str
    subject: str = field(repr=False)
    state: str
    hold: str | None
    digest: str
    message_id: str
    in_reply_to: str
    agency: str | None
    created_at: datetime
    not_before_at: datetime
    attempts: int
    last_error: str | None
    sent_at: datetime | None


LISTED = tuple(OUTBOX.c[name] for name in Listed.__dataclass_fields__)
_CLAIMED = tuple(OUTBOX.c[name] for name in Claimed.__dataclass_fields__)

# Built once: building a statement costs more than running it.
_HAS_KEY = select(exists().where(OUTBOX.c.key == bindparam("key")))
_DUE = (
    select(OUTBOX.c.id)
    .where(WAITING, OUTBOX.c.not_before_at <= bindparam("now"), ~exists().where(PAUSED))
    .order_by(OUTBOX.c.not_before_at, OUTBOX.c.id)
    .limit(1)
)
_TAKE = (
    update(OUTBOX)
    .where(OUTBOX.c.id == bindparam("row_id"), WAITING)
    .values(state=State.SENDING.value, attempts=OUTBOX.c.attempts + 1, claimed_at=bindparam("now"))
    .returning(*_CLAIMED)
)


def queue(
    session: Session,
    mail: Mail,
    *,
    partnership: str,
    mailbox: str,
    answers: int | None,
    case_id: int | None,
    now: datetime,
) -> bool:
    """Put a mail into the outbox, held where its draft says so; False where its key is there.

    Raises:
        CaseMoved: another process queued the same key in this very moment.
    """
    key = mail.draft.key
    if session.scalar(_HAS_KEY, {"key": key}):
        return False
    whose = {"partnership": partnership, "mailbox": mailbox, "answers": answers, "case_id": case_id}
    try:
        session.execute(insert(OUTBOX), {**whose, **_new_row(mail, now)})
    except IntegrityError:
        raise CaseMoved(f"Another process queued {key} meanwhile.") from None
    return True


def _new_row(mail: Mail, now: datetime) -> dict[str, object]:
    draft = mail.draft
    return {
        "key": draft.key,
        "template": draft.template,
        "to_address": draft.to.email,
        "subject": mail.subject,
        "state": State.HELD if draft.hold else State.QUEUED,
        "hold": draft.hold,
        "mail": mail.raw,
        "digest": hashlib.sha256(mail.raw).hexdigest(),
        "message_id": mail.message_id,
        "in_reply_to": draft.in_reply_to,
        "agency": draft.agency,
        "on_sent": {**draft.detail, "event": draft.event} if draft.event else None,
        "created_at": now,
        "not_before_at": now,
        "attempts": 0,
    }


def claim_due(session: Session, now: datetime) -> Claimed | None:
    """Take the mail that has been due longest, or None; two senders never take the same one.

    Nothing is due while sending is paused.
    """
    # A mail that another sender took between the two statements leaves the next one to us.
    while (row_id := session.scalar(_DUE, {"now": now})) is not None:
        taken = session.execute(_TAKE, {"row_id": row_id, "now": now}).first()
        if taken is not None:
            return Claimed(**taken._mapping)
    return None


def settle(
    session: Session,
    row_id: int,
    state: State,
    now: datetime,
    error: str | None = None,
    not_before_at: datetime | None = None,
) -> None:
    """Move a mail to `state`; `error` says why, `not_before_at` when it is due again.

    Raises:
        DataError: the mail is not in a state that leads there.
    """
    sources = MOVES.get(state, ())
    values: dict[str, object] = {"state": state, "last_error": error}
    if state in (State.SENT, State.UNCERTAIN):
        values["sent_at"] = func.coalesce(OUTBOX.c.sent_at, literal(now, OUTBOX.c.sent_at.type))
    if state is State.FAILED:
        values["sent_at"] = None
    if state is State.QUEUED:
        values["hold"] = None
    if not_before_at is not None:
        values["not_before_at"] = not_before_at
    move = update(OUTBOX).where(OUTBOX.c.id == row_id, OUTBOX.c.state.in_(sources))
    if count_changed(session, move.values(**values)) == 0:
        found = session.scalar(select(OUTBOX.c.state).where(OUTBOX.c.id == row_id))
        raise DataError(f"The mail {row_id} is `{found or 'unknown'}` and cannot become `{state}`.")


def mark_bounced(
    session: Session, partnership: str, message_ids: Sequence[str], why: str
) -> tuple[Listed, ...]:
    """Make the mails with these Message-IDs that left, or may have left, `bounced`; return them."""
    left = (OUTBOX.c.partnership == partnership, OUTBOX.c.message_id.in_(message_ids))
    moved = update(OUTBOX).where(*left, OUTBOX.c.state.in_(MOVES[State.BOUNCED]))
    values = {"state": State.BOUNCED, "last_error": why}
    return _listed(session, moved.values(**values).returning(*LISTED))


def strand_claimed(session: Session, now: datetime) -> tuple[Listed, ...]:
    """Make every mail claimed up to `now` and never settled `uncertain`, and return them.

    For the start of the one process that sends: whoever claimed them has died, and nobody knows
    whether they left.
    """
    claimed = (UNSENT, OUTBOX.c.state == State.SENDING, OUTBOX.c.claimed_at <= now)
    left = update(OUTBOX).where(*claimed)
    values = {
        "state": State.UNCERTAIN,
        "sent_at": OUTBOX.c.claimed_at,
        "last_error": "The agent stopped while this mail was being handed over.",
    }
    return _listed(session, left.values(**values).returning(*LISTED))


def find_uncertain(session: Session, mailbox: str, since: datetime) -> tuple[Claimed, ...]:
    """Return the mails that may have left, of those made at `since` or later."""
    mine = (UNSENT, OUTBOX.c.state == State.UNCERTAIN, OUTBOX.c.mailbox == mailbox)
    query = select(*_CLAIMED).where(*mine, OUTBOX.c.created_at >= since)
    return tuple(Claimed(**row._mapping) for row in session.execute(query))


def get_claimed(session: Session, row_id: int) -> Claimed:
    """Return a mail with its bytes, as whoever sends it has it."""
    row = session.execute(select(*_CLAIMED).where(OUTBOX.c.id == row_id)).one()
    return Claimed(**row._mapping)


def sent_since(
    session: Session,
    since: datetime,
    to_address: str | None = None,
    case_id: int | None = None,
) -> int:
    """Count the mails that left, or may have left, at `since` or later: in all, to one address or
    on one case."""
    query = select(func.count()).select_from(OUTBOX).where(OUTBOX.c.sent_at >= since)
    if to_address is not None:
        query = query.where(OUTBOX.c.to_address == to_address)
    if case_id is not None:
        query = query.where(OUTBOX.c.case_id == case_id)
    return session.scalar(query) or 0


def list_outbox(
    session: Session, state: State | None = None, limit: int = 100
) -> tuple[Listed, ...]:
    """Return the newest mails of the outbox, newest first."""
    query = select(*LISTED).order_by(OUTBOX.c.id.desc()).limit(limit)
    if state is not None:
        query = query.where(OUTBOX.c.state == state)
    if state not in (None, State.SENT):
        query = query.where(UNSENT)
    return _listed(session, query)


def list_answers(session: Session, message_row: int) -> tuple[Listed, ...]:
    """Return the mails that a recorded mail brought about, in the order they were queued."""
    query = select(*LISTED).where(OUTBOX.c.answers == message_row).order_by(OUTBOX.c.id)
    return _listed(session, query)


def list_of_case(session: Session, case_id: int) -> tuple[Listed, ...]:
    """Return every mail on a case, in the order they were made."""
    query = select(*LISTED).where(OUTBOX.c.case_id == case_id).order_by(OUTBOX.c.id)
    return _listed(session, query)


def get_listed(session: Session, row_id: int) -> Listed:
    """Return a mail of the outbox; raises DataError where there is none."""
    found = _listed(session, select(*LISTED).where(OUTBOX.c.id == row_id))
    if not found:
        raise DataError(f"There is no mail {row_id} in the outbox.")
    return found[0]


def _listed(session: Session, query: "Select[*tuple[object, ...]] | Update") -> tuple[Listed, ...]:
    return tuple(Listed(**row._mapping) for row in session.execute(query))
