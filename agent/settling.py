"""A person has done what waited for them: a task, a review, an alarm; or stops all sending. Each is
logged with their name; what it was about stays."""

from collections.abc import Sequence
from datetime import datetime

from agent.errors import RefusedAct
from agent.line import Line
from agent.model.decision import LogLine, Task
from agent.store import actionlog, cases, work
from agent.store.db import Session
from agent.store.inbox import StoredMessage
from agent.store.pause import find_pause, pause_sending, resume_sending
from agent.store.work import OpenNote


def finish_note(line: Line, note_id: int, by: str, now: datetime) -> OpenNote:
    """Note that a task or review of the partnership is done, and return it.

    Raises:
        DataError: there is no such open one.
        RefusedAct: it is an alarm.
    """
    with line.database.write() as session:
        note = work.get_open(session, line.office.profile.slug, note_id)
        if note.code == Task.ACKNOWLEDGE_ALARM:
            raise RefusedAct("Acknowledge the alarm itself, once you have acted on it.")
        _finish(session, (note,), by, now)
    return note


def finish_mail(
    session: Session, message: StoredMessage, action: str, why: str, by: str, now: datetime
) -> None:
    """Note in the caller's transaction that everything on a mail is done but its alarm; log it as
    `action`."""
    work.finish_asked(session, message.id, by, now)
    actionlog.note(
        session,
        message.partnership,
        LogLine(action, why, detail={"by": by}),
        by,
        now,
        case=cases.find_ref(session, message.case_id),
        message_digest=message.digest,
    )


def acknowledge_alarms(line: Line, message_row: int | None, by: str, now: datetime) -> int:
    """Note that a named person acknowledges the alarm of a mail, or every one; return how many
    were raised."""
    slug = line.office.profile.slug
    with line.database.write() as session:
        raised = work.list_alarms(session, slug, message_row)
        _finish(session, raised, by, now, "alarm acknowledged")
    return len(raised)


def set_sending(line: Line, by: str, now: datetime, *, is_on: bool) -> None:
    """Stop all sending at once, or let mails leave again; raises RefusedAct where it is so."""
    with line.database.write() as session:
        if (find_pause(session) is None) == is_on:
            raise RefusedAct("Sending is on." if is_on else "Sending is stopped already.")
        if is_on:
            resume_sending(session)
        else:
            pause_sending(session, f"{by} stopped it.")
        _log(session, line, "sending resumed" if is_on else "sending stopped", by, now)


def _finish(
    session: Session, notes: Sequence[OpenNote], by: str, now: datetime, action: str = "done"
) -> None:
    for note in notes:
        work.finish(session, note.id, by, now)
        told = action if action != "done" else f"{note.sort} done"
        actionlog.note(
            session,
            note.partnership,
            LogLine(told, note.code, detail={"by": by}),
            by,
            now,
            case=note.case,
            message_digest=note.digest,
        )


def _log(session: Session, line: Line, action: str, by: str, now: datetime) -> None:
    actionlog.note(session, line.office.profile.slug, LogLine(action, f"{by} said so."), by, now)
