"""What waits for a person, together by the mail that it is about."""

from dataclasses import dataclass
from datetime import datetime

from agent.store.inbox import StoredMessage, find_rows
from agent.store.work import OpenNote, Sort, list_open
from agent.web.access import reader_of
from agent.web.visit import Visit

# A mail has rarely more reasons than these, so that so many notes fill a page of mails.
_NOTES_A_MAIL = 4


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits about one mail, or about one case without one."""

    notes: tuple[OpenNote, ...]
    message: StoredMessage | None
    since: datetime


def find_waiting(visit: Visit, sort: Sort, count: int, after: int | None = None) -> list[Waiting]:
    """Return what waits about so many mails or cases, the oldest first; from behind the row `after`
    on. What is about no mail stands alone."""
    with visit.database.read() as session:
        most = count * _NOTES_A_MAIL
        notes = list_open(session, visit.slug, sort, most, after, reader_of(visit))
        named = {note.message_row for note in notes if note.message_row is not None}
        messages = find_rows(session, visit.slug, named)
    groups: dict[object, list[OpenNote]] = {}
    for note in notes:
        groups.setdefault(note.message_row or f"note {note.id}", []).append(note)
    return [
        Waiting(tuple(of_one), messages.get(of_one[0].message_row or 0), of_one[0].created_at)
        for of_one in list(groups.values())[:count]
    ]
