"""The action log: every act in plain words, with its reason and rule; filtered, exported, and its
chain checked. Who looked at what is in it too. Exporting is itself logged."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from agent.errors import RefusedAct
from agent.london import LONDON
from agent.model.decision import LogLine
from agent.rights import Right
from agent.store import actionlog
from agent.store.actionlog import LoggedLine
from agent.store.checked import find_check, keep_check
from agent.store.loglist import Asked, find_head, find_lines, list_actions, stream_lines
from agent.web.access import VIEWS, note_view, reader_of
from agent.web.visit import Download, Moved, NotHere, Shown, Visit

_COLUMNS = ("seq", "at", "actor", "action", "case", "mail", "mail out", "rule", "reason", "detail")
# What a spreadsheet takes for a formula; such a cell gets an apostrophe before it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def show(visit: Visit) -> Shown:
    """Return the newest lines that fit the filter."""
    rows = visit.line.office.limits.page.rows.value
    asked = _asked(visit)
    with visit.database.read() as session:
        found = find_lines(session, visit.slug, asked, rows + 1)
        seq, head = find_head(session)
        check = find_check(session)
        actions = list_actions(session, visit.slug)
    return Shown(
        "log.html",
        {
            "found": found[:rows],
            "has_more": len(found) > rows,
            "asked": visit.query,
            "views": visit.query.get("views") == "yes",
            "actions": actions,
            "seq": seq,
            "head": head,
            "check": check,
            "section": "/log",
        },
    )


def export(visit: Visit) -> Download:
    """Return every line that fits the filter, the oldest first, as CSV or as JSON lines."""
    sort = visit.path["sort"]
    if sort not in ("csv", "jsonl"):
        raise NotHere
    asked = _asked(visit)
    note_view(visit, "log exported", sort, asked.case or None)
    return Download(
        f"action-log.{sort}",
        "text/csv; charset=utf-8" if sort == "csv" else "application/octet-stream",
        _exported(visit, asked, sort),
    )


def check(visit: Visit) -> Moved:
    """Check the whole chain now, and keep what was found with the head it ended in."""
    with visit.database.read() as session:
        found = actionlog.verify(session)
    with visit.database.write() as session:
        keep_check(session, found, visit.now)
        line = LogLine("chain checked", found.sentence)
        actionlog.note(session, visit.slug, line, visit.by, visit.now)
    if not found.ok:
        raise RefusedAct(f"The chain does not hold. {found.sentence} Tell your IT and the DPO.")
    return Moved("/log", found.sentence)


def _asked(visit: Visit) -> Asked:
    query = visit.query
    action = query.get("action", "")
    shows_views = query.get("views") == "yes"
    since = until = None
    if day := query.get("day", ""):
        since, until = _day(day)
    return Asked(
        case=query.get("case", "").strip(),
        actor=query.get("actor", "").strip().lower(),
        action=action,
        since=since,
        until=until,
        but=() if shows_views else VIEWS,
        before=visit.asked_number("before"),
        reader=reader_of(visit),
        private=visit.may(Right.PERSONAL),
    )


def _day(text: str) -> tuple[datetime, datetime]:
    """Return the first moment of a London day and that of the next; raises RefusedAct."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise RefusedAct(f"`{text[:20]}` is no day; write 2026-12-31.") from None
    first = datetime.combine(day, time(), LONDON)
    return first, datetime.combine(day + timedelta(days=1), time(), LONDON)


def _exported(visit: Visit, asked: Asked, sort: str) -> Iterator[bytes]:
    if sort == "csv":
        yield _csv(_COLUMNS)
    with visit.database.read() as session:
        for line in stream_lines(session, visit.slug, asked):
            yield _csv(_cells(line)) if sort == "csv" else _json(line)


def _cells(line: LoggedLine) -> tuple[str, ...]:
    return (
        str(line.seq),
        line.at.isoformat(),
        line.actor,
        line.action,
        line.case_ref,
        line.message_digest,
        line.outbox_key,
        line.rule,
        line.reason,
        "; ".join(f"{key}: {value}" for key, value in line.detail.items()),
    )


def _csv(cells: tuple[str, ...]) -> bytes:
    written = io.StringIO()
    safe = [f"'{one}" if one.startswith(_FORMULA) else one for one in cells]
    csv.writer(written).writerow(safe)
    return written.getvalue().encode()


def _json(line: LoggedLine) -> bytes:
    row: dict[str, Any] = dict(zip(_COLUMNS, _cells(line), strict=True))
    row |= {"seq": line.seq, "detail": dict(line.detail), "hash": line.hash}
    return (json.dumps(row, ensure_ascii=False) + "\n").encode()
