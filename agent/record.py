"""A Decision becomes rows: message, case, events, notes, outbox and action log in one transaction.

There is no other way to change a case. The caller owns the transaction: if anything here raises,
nothing of it stands.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from agent.model.case import Key
from agent.model.decision import (
    AdoptCase,
    Complete,
    CorrectChildren,
    Decision,
    LogLine,
    Note,
    OpenCase,
    Review,
)
from agent.model.draft import Mail
from agent.model.facts import Facts
from agent.model.message import Fetched
from agent.store import actionlog, cases, inbox, outbox, work
from agent.store.adopt import adopt_case
from agent.store.casefiles import complete
from agent.store.children import correct_children
from agent.store.db import Session
from agent.store.inbox import NewMessage
from agent.store.outbox import Listed
from agent.trace import trace_of, trace_of_unread

ACTOR = "agent"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail at the door: which mailbox of which partnership, what the mailbox handed over, and
    the digest it is known by."""

    mailbox: str
    partnership: str
    fetched: Fetched
    digest: str


def record(
    session: Session,
    arrival: Arrival,
    facts: Facts,
    decision: Decision,
    mails: Sequence[Mail],
    now: datetime,
) -> int:
    """Write one decision on one mail and return the message's row.

    Raises:
        CaseMoved: the case or the numbering changed since the decision was made; decide again.
    """
    found = facts.classification
    message = replace(
        _new_message(arrival, now),
        message_id=facts.message.message_id,
        kind=found.kind.value,
        confidence=found.confidence,
        live_risk=found.live_risk,
        needs_review=bool(decision.reviews),
        rule=found.rule,
        agency=decision.agency,
        reading=trace_of(facts),
    )
    row = inbox.add_message(session, message)
    case_id = _change_cases(session, arrival.partnership, decision, row, now)
    if case_id is not None:
        inbox.set_case(session, row, case_id)
    _add_notes(session, arrival.partnership, decision, case_id, row, now)
    bounced = outbox.mark_bounced(
        session, arrival.partnership, decision.came_back, f"came back: mail {arrival.digest[:12]}"
    )
    queued = _queue(session, arrival.partnership, arrival.mailbox, mails, row, case_id, now)
    lines = (*decision.log, *map(_queued_line, queued), *map(_bounced_line, bounced))
    _log(session, arrival, lines, decision.case, now)
    _move_on(session, arrival, now)
    return row


def record_unread(
    session: Session, arrival: Arrival, review: Review, trouble: str | None, now: datetime
) -> int:
    """Write down a mail that could not be taken down the line, for a person, and return its row.

    `trouble` is the traceback where processing failed; without one the mail was not fetched.
    """
    message = replace(
        _new_message(arrival, now),
        state=inbox.QUARANTINED,
        needs_review=True,
        reading=trace_of_unread(review.value),
        trouble=trouble,
    )
    row = inbox.add_message(session, message)
    note = Decision(reviews=(Note(review),))
    _add_notes(session, arrival.partnership, note, None, row, now)
    _log(session, arrival, (LogLine("mail set aside", review.value),), None, now)
    _move_on(session, arrival, now)
    return row


def record_act(
    session: Session,
    partnership: str,
    decision: Decision,
    actor: str,
    now: datetime,
    mails: Sequence[Mail] = (),
    mailbox: str = "",
    cause: int | None = None,
) -> None:
    """Write down what a person's act or the clock brings about.

    `mails` leave from `mailbox`. `cause` is the row of the mail that the person said it of.

    Raises:
        CaseMoved: the case changed since the decision was made; decide again.
    """
    case_id = _change_cases(session, partnership, decision, cause, now)
    if cause is not None and case_id is not None:
        inbox.set_case(session, cause, case_id)
    if decision.overtakes:
        work.finish_overtaken(session, partnership, case_id, decision.overtakes, ACTOR, now)
    _add_notes(session, partnership, decision, case_id, cause, now)
    queued = _queue(session, partnership, mailbox, mails, cause, case_id, now)
    actionlog.append(
        session,
        (*decision.log, *map(_queued_line, queued)),
        actor=actor,
        partnership=partnership,
        case=decision.case,
        message_digest=None,
        outbox_key=None,
        now=now,
    )


def record_seen_again(session: Session, arrival: Arrival, now: datetime) -> None:
    """Write down that bytes already known lay in the mailbox again, and go past them."""
    line = LogLine("mail seen again", "The same bytes were taken before; nothing is done twice.")
    _log(session, arrival, (line,), None, now)
    _move_on(session, arrival, now)


def unread_digest(fetched: Fetched, mailbox: str) -> str:
    """Return the name of a mail whose bytes were never fetched: by where it lies."""
    return hashlib.sha256(f"{mailbox}\n{fetched.folder}\n{fetched.item}".encode()).hexdigest()


def _new_message(arrival: Arrival, now: datetime) -> NewMessage:
    """Return the row of a mail as it arrived, before anything is said of it."""
    fetched = arrival.fetched
    return NewMessage(
        partnership=arrival.partnership,
        mailbox=arrival.mailbox,
        folder=fetched.folder,
        item=fetched.item,
        digest=arrival.digest,
        message_id="",
        received_at=fetched.received_at,
        stored_at=now,
        size_bytes=fetched.size_bytes,
        state=inbox.BACKLOG if fetched.backlog else inbox.PROCESSED,
    )


def _change_cases(
    session: Session, partnership: str, decision: Decision, row: int | None, now: datetime
) -> int | None:
    """Carry out the changes; return the row of the case the decision is about, or None."""
    case_id = None
    for change in decision.changes:
        if isinstance(change, AdoptCase):
            case_id = adopt_case(session, partnership, change, now)
        elif isinstance(change, OpenCase):
            case_id = cases.open_case(session, partnership, change, row, now)
        elif isinstance(change, CorrectChildren):
            case_id = correct_children(session, partnership, change, now)
        elif isinstance(change, Complete):
            case_id = cases.move(session, partnership, change.ref, change.version, now)
            complete(session, case_id, change.values, change.by, now)
        else:
            case_id = cases.add_events(session, partnership, change, row, now)
    if case_id is None and decision.case is not None:
        case_id = cases.find_case_id(session, partnership, decision.case)
    return case_id


def _add_notes(
    session: Session,
    partnership: str,
    decision: Decision,
    case_id: int | None,
    row: int | None,
    now: datetime,
) -> None:
    by_sort: tuple[tuple[work.Sort, tuple[Note, ...]], ...] = (
        ("review", decision.reviews),
        ("task", decision.tasks),
    )
    for sort, notes in by_sort:
        work.add_notes(
            session,
            sort,
            notes,
            partnership=partnership,
            case_id=case_id,
            message_row=row,
            now=now,
        )


def _queue(
    session: Session,
    partnership: str,
    mailbox: str,
    mails: Sequence[Mail],
    answers: int | None,
    case_id: int | None,
    now: datetime,
) -> tuple[Mail, ...]:
    """Put the mails into the outbox; return those that were not there before.

    A case can be found by the Message-ID of every mail written on it.
    """
    queued = []
    for mail in mails:
        whose = {"partnership": partnership, "mailbox": mailbox}
        cause = answers if mail.draft.answers is None else mail.draft.answers
        if not outbox.queue(session, mail, **whose, answers=cause, case_id=case_id, now=now):
            continue
        queued.append(mail)
        if case_id is not None:
            cases.add_keys(session, partnership, case_id, (Key("message_id", mail.message_id),))
    return tuple(queued)


def _queued_line(mail: Mail) -> LogLine:
    hold = mail.draft.hold
    detail = {"key": mail.draft.key, "template": mail.draft.template}
    if hold is None:
        return LogLine("mail queued", "It leaves by itself, as the profile says.", detail=detail)
    return LogLine("mail held", hold.value, detail=detail)


def _bounced_line(mail: Listed) -> LogLine:
    detail = {"key": mail.key, "template": mail.template}
    return LogLine("mail came back", "The server of the recipient gave it up.", detail=detail)


def _log(
    session: Session,
    arrival: Arrival,
    lines: Sequence[LogLine],
    case: str | None,
    now: datetime,
) -> None:
    actionlog.append(
        session,
        lines,
        actor=ACTOR,
        partnership=arrival.partnership,
        case=case,
        message_digest=arrival.digest,
        outbox_key=None,
        now=now,
    )


def _move_on(session: Session, arrival: Arrival, now: datetime) -> None:
    """Remember in the same transaction how far the folder is read."""
    fetched = arrival.fetched
    inbox.set_position(session, arrival.mailbox, fetched.folder, fetched.position, now)
