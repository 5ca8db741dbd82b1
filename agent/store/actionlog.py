"""The action log: only ever added to, each line chained to the one before by its hash.

Words about people stand beside the chain, which holds their salted digest: erasing them leaves the
chain valid, changing them does not. The way to check a line by hand is `hash_of`.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from agent.model.decision import LogLine
from agent.store.columns import storable
from agent.store.db import Session
from agent.store.tables import ACTION_LOG, ACTION_PRIVATE, LOG_HEAD

NO_HASH = "0" * 64

# Rows held in memory while the chain is walked.
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Verification:
    """What checking the log found. `head` is the digest of its last line, to be kept elsewhere;
    `broken_seq` is the first line at which it does not hold; `sentence` says it in words."""

    ok: bool
    rows: int
    head: str
    broken_seq: int | None
    sentence: str


@dataclass(frozen=True, slots=True)
class LoggedLine:
    """A line as it stands in the log; `private` is None where there is none or it was erased."""

    seq: int
    at: datetime
    partnership: str
    actor: str
    action: str
    case_ref: str
    message_digest: str
    outbox_key: str
    rule: str
    reason: str
    detail: Mapping[str, str]
    hash: str
    private: str | None = field(default=None, repr=False)


def append(
    session: Session,
    lines: Sequence[LogLine],
    *,
    actor: str,
    partnership: str,
    case: str | None,
    message_digest: str | None,
    outbox_key: str | None,
    now: datetime,
) -> None:
    """Add lines to the log in the caller's transaction, which holds the log until it ends."""
    if not lines:
        return
    head = session.execute(_LOCKED_HEAD).one()
    seq, previous = head.seq, head.hash
    common = {
        "at": now,
        "partnership": partnership,
        "actor": storable(actor),
        "case_ref": case or "",
        "message_digest": message_digest or "",
        "outbox_key": storable(outbox_key or ""),
    }
    rows: list[dict[str, Any]] = []
    private: list[dict[str, Any]] = []
    for line in lines:
        seq += 1
        row = {**common, **_own_columns(line), "seq": seq, "private_digest": ""}
        if line.private:
            words = {"salt": secrets.token_hex(16), "text": storable(line.private)}
            private.append({"seq": seq, **words})
            row["private_digest"] = _private_digest(**words)
        row["prev_hash"] = previous
        previous = row["hash"] = hash_of(row)
        rows.append(row)
    session.execute(insert(ACTION_LOG), rows)
    if private:
        session.execute(insert(ACTION_PRIVATE), private)
    session.execute(_MOVE_HEAD, {"seq": seq, "hash": previous})


def note(
    session: Session,
    partnership: str,
    line: LogLine,
    by: str,
    now: datetime,
    *,
    case: str | None = None,
    message_digest: str | None = None,
    outbox_key: str | None = None,
) -> None:
    """Add one line on what somebody did; see `append`."""
    append(
        session,
        (line,),
        actor=by,
        partnership=partnership,
        case=case,
        message_digest=message_digest,
        outbox_key=outbox_key,
        now=now,
    )


def hash_of(row: Mapping[str, Any]) -> str:
    """Return the digest of a line: SHA-256 of its columns but `hash`, as a JSON object.

    Keys are sorted, nothing stands between the tokens, everything is ASCII, `at` is ISO 8601 in
    UTC with microseconds; `prev_hash` is among the columns, which is what makes it a chain.
    """
    columns = {name: row[name] for name in _CHAINED}
    columns["at"] = row["at"].astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(_canonical(columns).encode()).hexdigest()


def verify(session: Session, head: str | None = None) -> Verification:
    """Check the whole log line by line; memory does not grow with it.

    Args:
        head: The digest of a last line noted earlier; the log must still contain it. Without it,
            a log cut short by someone who also rewrote `log_head` looks whole.
    """
    end = session.execute(_HEAD).one_or_none()
    count, previous, seen = 0, NO_HASH, head in (None, NO_HASH)
    with session.execute(_WHOLE) as rows:
        for row in rows:
            if problem := _problem(row, count + 1, previous):
                return Verification(False, count, previous, min(row.seq, count + 1), problem)
            count, previous = count + 1, row.hash
            seen = seen or row.hash == head
    if problem := _problem_at_end(end, count, previous, seen):
        noted = count if end is None else min(count, end.seq)
        return Verification(False, count, previous, noted + 1, problem)
    return Verification(True, count, previous, None, f"The log is whole: {count} lines.")


def show(session: Session, case: str | None = None, limit: int = 100) -> tuple[LoggedLine, ...]:
    """Return the last lines of the log, or of one case, in the order they were written."""
    columns = (ACTION_LOG.c[name] for name in LoggedLine.__dataclass_fields__ if name != "private")
    query = (
        select(*columns, ACTION_PRIVATE.c.text.label("private"))
        .select_from(ACTION_LOG.outerjoin(ACTION_PRIVATE))
        .order_by(ACTION_LOG.c.seq.desc())
        .limit(limit)
    )
    if case is not None:
        query = query.where(ACTION_LOG.c.case_ref == case)
    rows = [dict(row._mapping) for row in session.execute(query)]
    return tuple(LoggedLine(**{**row, "detail": json.loads(row["detail"])}) for row in rows[::-1])


_HEAD = select(LOG_HEAD.c.seq, LOG_HEAD.c.hash)
_LOCKED_HEAD = _HEAD.with_for_update()
_MOVE_HEAD = update(LOG_HEAD)
_WHOLE = (
    select(ACTION_LOG, ACTION_PRIVATE.c.salt, ACTION_PRIVATE.c.text)
    .select_from(ACTION_LOG.outerjoin(ACTION_PRIVATE))
    .order_by(ACTION_LOG.c.seq)
    .execution_options(yield_per=_BATCH)
)
_CHAINED = tuple(column.name for column in ACTION_LOG.columns if column.name != "hash")


def _own_columns(line: LogLine) -> dict[str, str]:
    return {
        "action": storable(line.action),
        "rule": storable(line.rule),
        "reason": storable(line.reason),
        "detail": _canonical(dict(line.detail)),
    }


_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


def _private_digest(salt: str, text: str) -> str:
    return hashlib.sha256(f"{salt}{text}".encode()).hexdigest()


def _problem(row: Row[*tuple[Any, ...]], expected: int, previous: str) -> str | None:
    """Return what is wrong with a line in its place, or None."""
    if row.seq > expected:
        return f"Line {expected} has been removed."
    if row.seq < expected:
        return f"Line {row.seq} has been inserted before the first."
    if row.hash != hash_of(row._asdict()):
        return f"Line {row.seq} has been changed."
    if row.prev_hash != previous:
        return (
            f"Line {row.seq} does not follow line {row.seq - 1}: one of them was put in its place."
        )
    if row.salt is not None and _private_digest(row.salt, row.text) != row.private_digest:
        return f"The words kept beside line {row.seq} have been changed."
    return None


def _problem_at_end(end: Row[int, str] | None, count: int, last: str, seen: bool) -> str | None:
    """Return what is wrong with where the log ends, or None."""
    if end is None:
        return "The note of where the log ends has been removed."
    if end.seq > count:
        return f"The log ends at line {count}, but line {end.seq} was written: the end is cut off."
    if (end.seq, end.hash) != (count, last):
        return f"Line {end.seq} is the last the agent wrote, but the log ends at line {count}."
    return None if seen else "The digest given is not in the log: it has been cut or written anew."
