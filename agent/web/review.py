"""What waits for a person: mails to review, and tasks; the oldest first."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from agent.settling import finish_note
from agent.store.corrections import list_corrections
from agent.store.inbox import StoredMessage, find_rows
from agent.store.work import OpenNote, Sort, list_open
from agent.web.access import note_view, reader_of
from agent.web.visit import Download, Moved, Shown, Visit


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits about one mail, or about one case without one."""

    notes: tuple[OpenNote, ...]
    message: StoredMessage | None
    since: datetime


def show(visit: Visit) -> Shown:
    """Return the queue: a mail, or a case, with everything that is asked about it."""
    sort: Sort = "task" if visit.query.get("sort") == "task" else "review"
    rows = visit.line.office.limits.page.rows.value
    with visit.database.read() as session:
        after, reader = visit.asked_number("after"), reader_of(visit)
        notes = list_open(session, visit.slug, sort, rows * 4, after, reader)
        named = {note.message_row for note in notes if note.message_row is not None}
        messages = find_rows(session, visit.slug, named)
    groups = list(_grouped(notes, messages))
    return Shown(
        "review.html",
        {
            "groups": groups[:rows],
            "sort": sort,
            "next_after": groups[rows - 1].notes[-1].id if len(groups) > rows else None,
        },
    )


def finish(visit: Visit) -> Moved:
    """Note that a task, or a review of no mail, is done."""
    note = finish_note(visit.line, visit.number("note"), visit.by, visit.now)
    to = f"/cases/{note.case}" if note.case and visit.form.get("from") == "case" else "/review"
    return Moved(to if to != "/review" else f"/review?sort={note.sort}", "Done.")


def export(visit: Visit) -> Download:
    """Return every correction as JSON, a line each: examples for whoever keeps the rules."""
    note_view(visit, "corrections exported", "every correction", None)
    with visit.database.read() as session:
        found = list_corrections(session, visit.slug)
    lines = (
        json.dumps(
            {
                "mail": one.digest,
                "sort": one.sort,
                "name": one.name,
                "was": one.was,
                "becomes": one.becomes,
                "by": one.by,
                "at": None if one.at is None else one.at.isoformat(),
            },
            ensure_ascii=False,
        )
        + "\n"
        for one in found
    )
    return Download(
        "corrections.jsonl", "application/octet-stream", (line.encode() for line in lines)
    )


def _grouped(notes: tuple[OpenNote, ...], messages: dict[int, StoredMessage]) -> Iterator[Waiting]:
    """Yield what waits, together by mail; what is about no mail stands alone."""
    groups: dict[object, list[OpenNote]] = {}
    for note in notes:
        groups.setdefault(note.message_row or f"note {note.id}", []).append(note)
    for of_one in groups.values():
        row = of_one[0].message_row
        yield Waiting(tuple(of_one), messages.get(row or 0), of_one[0].created_at)
