"""What a person does to mails that wait: release, cancel, send again, take for sent. Each is logged
with the digest of the exact bytes it was about; nothing is sent here."""

from collections.abc import Callable, Sequence
from datetime import datetime

from agent.errors import RefusedAct
from agent.line import Line
from agent.london import london_day, spoken_day
from agent.model.case import CaseEvent
from agent.model.decision import Complete, Decision, LogLine, Note, Task
from agent.record import record_act
from agent.requests import SCOPING
from agent.scopinground import AGAIN, letters_to
from agent.send import record_left
from agent.store import actionlog, approvals, outbox, work
from agent.store.casefiles import load_case_file
from agent.store.db import Session
from agent.store.outbox import Listed, State

_STAND_DOWN = "stand-down"
# What a stand-down follows from, and what takes it back.
_TURNS = frozenset({"withdrawn", "closed", "criteria_decided", "reopened"})
_SENT_ANEW = (State.FAILED, State.UNCERTAIN, State.BOUNCED, State.HELD, State.SENT)


def release(line: Line, mails: Sequence[Listed], by: str, now: datetime) -> None:
    """Let held mails leave, exactly as they are; where the profile asks two people for a letter,
    the first one's word keeps it held.

    Raises:
        RefusedAct: one is not held, names a date that was counted from another day, or says that
            no answer is needed on a case that goes on.
    """
    for mail in mails:
        if mail.state != State.HELD:
            raise RefusedAct(f"The mail {mail.id} is {mail.state}, not held.")
        if mail.template == SCOPING and london_day(mail.created_at) != london_day(now):
            raise RefusedAct(
                f"The date in the letter was counted from {spoken_day(london_day(mail.created_at))}"
                ": have it written anew (`resend`), so that the agency gets its whole time."
            )
        if mail.template == _STAND_DOWN and _goes_on(line, mail):
            raise RefusedAct(
                f"The mail {mail.id} says no answer is needed, but the case goes on: cancel it."
            )
    for mail in mails:
        if mail.template in line.office.profile.two_people and not _is_second(line, mail, by, now):
            continue
        _move(line, (mail,), State.QUEUED, "mail released", by, now)


def _is_second(line: Line, mail: Listed, by: str, now: datetime) -> bool:
    """Keep a person's word for exactly these bytes; return whether another's was there before.

    Raises:
        RefusedAct: the same person has given it already.
    """
    with line.database.write() as session:
        given = approvals.list_approvals(session, mail.id, mail.digest)
        if by in given:
            raise RefusedAct(f"You have approved the mail {mail.id}: a second person has to.")
        approvals.add_approval(session, mail.id, mail.digest, by, now)
        if not given:
            _log(session, mail, "mail approved by the first of two", by, now)
    return bool(given)


def arrived(line: Line, mails: Sequence[Listed], by: str, now: datetime) -> None:
    """Take uncertain mails for sent, since a person knows that they arrived.

    Raises:
        RefusedAct: one is not uncertain.
    """
    for mail in mails:
        if mail.state != State.UNCERTAIN:
            raise RefusedAct(f"The mail {mail.id} is {mail.state}, not uncertain.")
        with line.database.write() as session:
            claimed = outbox.get_claimed(session, mail.id)
            outbox.settle(session, mail.id, State.SENT, now)
            record_left(session, claimed, now)
            asked = Note(Task.MAIL_UNCERTAIN, mail.key)
            work.finish_told(session, mail.partnership, asked, by, now)
            _log(session, mail, "mail taken for sent", by, now)


def cancel(line: Line, mails: Sequence[Listed], by: str, now: datetime) -> None:
    """Keep mails from ever leaving; one that is already leaving raises DataError."""
    _move(line, mails, State.CANCELLED, "mail cancelled", by, now)


def resend(line: Line, mails: Sequence[Listed], by: str, now: datetime) -> None:
    """Send mails again: a scoping letter is written anew, with a date of its own, to the address
    that the register now has; another one leaves again as it is.

    Raises:
        RefusedAct: it waits to leave anyway, or its address is the one it came back from.
    """
    for mail in mails:
        if mail.state not in _SENT_ANEW:
            raise RefusedAct(f"The mail {mail.id} is {mail.state}: it needs no sending again.")
        if mail.template == SCOPING:
            _write_anew(line, mail, by, now)
        elif mail.state in (State.FAILED, State.UNCERTAIN):
            _move(line, (mail,), State.QUEUED, "mail sent again", by, now)
        else:
            raise RefusedAct(f"The mail {mail.id} is {mail.state}; write to them another way.")


def _goes_on(line: Line, mail: Listed) -> bool:
    """Return whether the last that was said of the case is that it is open."""
    if mail.case_id is None:
        return False
    with line.database.read() as session:
        events = load_case_file(session, mail.case_id).events
    said = [one for one in events if one.anchor in _TURNS and mail.agency in (None, _of(one, mail))]
    return bool(said) and said[-1].anchor == "reopened"


def _of(event: CaseEvent, mail: Listed) -> str | None:
    return event.detail.get("agency", mail.agency)


def _write_anew(line: Line, mail: Listed, by: str, now: datetime) -> None:
    if mail.case_id is None or mail.agency is None:
        raise RefusedAct(f"The mail {mail.id} is on no case.")
    if mail.state in (State.HELD, State.RETRY, State.QUEUED):
        cancel(line, (mail,), by, now)
    with line.database.write() as session:
        file = load_case_file(session, mail.case_id)
        made = str(letters_to(mail.agency, file))
        change = Complete(file.case.ref, file.case.version, {f"{AGAIN}{mail.agency}": made}, by)
        told = LogLine("letter wanted again", f"{by} has it written anew.", detail=_about(mail))
        decision = Decision(changes=(change,), log=(told,), case=file.case.ref)
        record_act(session, line.office.profile.slug, decision, by, now)


def _move(
    line: Line, mails: Sequence[Listed], state: State, action: str, by: str, now: datetime
) -> None:
    with line.database.write() as session:
        for mail in mails:
            outbox.settle(session, mail.id, state, now, not_before_at=_due(state, now))
            _log(session, mail, action, by, now)


def _due(state: State, now: datetime) -> datetime | None:
    return now if state is State.QUEUED else None


def _log(session: Session, mail: Listed, action: str, by: str, now: datetime) -> None:
    actionlog.note(
        session,
        mail.partnership,
        LogLine(action, f"{by} said so.", detail=_about(mail)),
        by,
        now,
        outbox_key=mail.key,
    )


def _about(mail: Listed) -> dict[str, str]:
    return {"key": mail.key, "template": mail.template, "bytes": mail.digest}


Handle = Callable[[Line, Sequence[Listed], str, datetime], None]
HANDLES: dict[str, Handle] = {
    "release": release,
    "cancel": cancel,
    "resend": resend,
    "arrived": arrived,
}
