"""What waits for a person: mails to review, and tasks; the oldest first."""

from agent.settling import finish_note
from agent.store.corrections import list_corrections
from agent.store.work import Sort
from agent.web.access import note_view, reader_of
from agent.web.visit import Download, Moved, Shown, Visit
from agent.web.waiting import find_waiting


def show(visit: Visit) -> Shown:
    """Return the queue: a mail, or a case, with everything that is asked about it."""
    sort: Sort = "task" if visit.query.get("sort") == "task" else "review"
    rows = visit.line.office.limits.page.rows.value
    groups = find_waiting(visit, sort, rows + 1, visit.asked_number("after"))
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
        found = list_corrections(session, visit.slug, reader_of(visit))
    lines = (f"{one.as_json()}\n".encode() for one in found)
    return Download("corrections.jsonl", "application/octet-stream", lines)
