"""The clock's cause: looks at every case on which something may be due, and records what is.

It decides nothing (chase does) and sends nothing (send does). A case that changes meanwhile is
looked at again.
"""

import mimetypes
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from agent.caseclocks import clocks_of
from agent.chase import decide_due, first_due
from agent.errors import CaseMoved, LetterRefused, RuleError
from agent.letters import render
from agent.line import Line
from agent.model.case import CaseFile
from agent.model.decision import Decision, Note, Task
from agent.model.draft import Draft, Enclosure, Hold, Mail
from agent.model.message import Part
from agent.parse import parse
from agent.record import ACTOR, record_act
from agent.store import inbox
from agent.store.casefiles import find_children, find_due_cases, load_case_file, look_again

log = structlog.get_logger()

_AT_ONCE = 1000
# A case that keeps moving is left to the next round.
_TRIES = 5
_LATER = timedelta(hours=1)


def sweep(line: Line, now: datetime) -> int:
    """Do what is due on the partnership's cases at `now`; return how many were looked at.

    Raises:
        StoreError: the database is away; whatever was recorded stands, the rest is due again.
    """
    with line.database.read() as session:
        due = find_due_cases(session, line.office.profile.slug, now, _AT_ONCE)
    for case_id in due:
        if line.mode == "intake":
            _note_due(line, case_id, now)
        else:
            _look_at(line, case_id, now)
    return 0 if line.mode == "intake" else len(due)


def _note_due(line: Line, case_id: int, now: datetime) -> None:
    """Remember when the first thing on the case is due, for the page; nothing else is done."""
    with line.database.read() as session:
        file = load_case_file(session, case_id)
    due_at = first_due(clocks_of(file, line.office, now))
    with line.database.write() as session:
        look_again(session, case_id, file.case.version, None, due_at)


def _look_at(line: Line, case_id: int, now: datetime) -> None:
    """Do what is due on one case until nothing is, and remember when to look next."""
    hold = Hold.SHADOW if line.mode == "shadow" else None
    for _ in range(_TRIES):
        with line.database.read() as session:
            file = load_case_file(session, case_id)
        due = decide_due(file, line.office, now, hold)
        mails, refused = _render_all(line, file, due.decision, now)
        decision = replace(due.decision, tasks=(*due.decision.tasks, *refused))
        if not mails and not decision.tasks:
            # Refused letters are tried again, since what was wrong may be put right without us.
            again = [due.again_at] if not due.decision.drafts else [due.again_at, now + _LATER]
            at = min((one for one in again if one is not None), default=None)
            with line.database.write() as session:
                look_again(session, case_id, file.case.version, at, due.due_at)
            return
        try:
            with line.database.write() as session:
                slug = line.office.profile.slug
                record_act(session, slug, decision, ACTOR, now, mails, line.mailbox)
        except CaseMoved:
            log.info("case moved while it was looked at", case=file.case.ref)


def _render_all(
    line: Line, file: CaseFile, decision: Decision, now: datetime
) -> tuple[list[Mail], list[Note]]:
    """Return the mails, and a task for each that must not leave as it is."""
    mails, refused = [], []
    foreign = _other_children(line, file) if any(_fills(one) for one in decision.drafts) else ()
    for draft in decision.drafts:
        try:
            whole = replace(_with_files(line, draft), foreign_names=foreign)
            mails.append(render(whole, line.office, line.templates, now))
        except (LetterRefused, RuleError) as error:
            note = Note(Task.LETTER_REFUSED, f"{draft.template}, {draft.agency or ''}: {error}")
            if not file.has_note(note.code, note.text):
                refused.append(note)
    return mails, refused


def _fills(draft: Draft) -> bool:
    return any(one.template for one in draft.enclosures)


def _other_children(line: Line, file: CaseFile) -> tuple[str, ...]:
    """Return the names of the children of the other open cases."""
    with line.database.read() as session:
        named = find_children(session, line.office.profile.slug, file.case.ref)
    own = {(one.name or "").casefold() for one in file.case.children}
    return tuple(name for name in named if name.casefold() not in own)


def _with_files(line: Line, draft: Draft) -> Draft:
    """Return the draft with the files of received mails in the place of their row."""
    enclosures: list[Enclosure] = []
    for one in draft.enclosures:
        if one.from_mail is None:
            enclosures.append(one)
        else:
            parts = _files_of(line, one.from_mail)
            enclosures += (
                _neutral(part, f"{draft.case} file {number}")
                for number, part in enumerate(parts, start=1)
            )
    return replace(draft, enclosures=tuple(enclosures))


def _files_of(line: Line, row: int) -> tuple[Part, ...]:
    with line.database.read() as session:
        message = inbox.get_message(session, row)
    return parse(line.files.get(message.digest)).attachments


def _neutral(part: Part, name: str) -> Enclosure:
    """Return a received file under a name of ours: its own may name the child."""
    _, dot, ending = part.filename.rpartition(".")
    ending = ending.lower() if dot and ending.isalnum() and len(ending) <= 5 else "bin"
    kind = mimetypes.guess_type(f"x.{ending}")[0] or ""
    return Enclosure(f"{name}.{ending}", content=part.content, content_type=kind)
