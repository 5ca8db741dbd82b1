"""A person says of a mail what the agent could not tell: what it is, which case it is on, that it
opens one, that it is not on this one, that the agent was right. The mail is decided again with that
and recorded as from the person; whatever it brought about before stays and is not done twice."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from agent.decide import decide
from agent.errors import CaseMoved, DataError, RefusedAct, StoreError
from agent.letters import render
from agent.line import Line
from agent.model.case import CaseFile, CaseMatch, Certainty
from agent.model.decision import Decision, Footing, LogLine
from agent.model.draft import Hold
from agent.model.facts import Facts
from agent.model.message import Kind
from agent.pipeline import read_footing, read_mail
from agent.record import record_act
from agent.reference import make_reference
from agent.settling import finish_mail
from agent.store import cases, inbox, work
from agent.store.casefiles import get_case_file
from agent.store.corrections import Correction, add_corrections
from agent.store.db import Session
from agent.store.inbox import StoredMessage
from agent.store.numbering import next_number
from agent.trace import trace_of

_TRIES = 5
_NO_CASE = CaseMatch(Certainty.NONE)
_REFERRALS = (Kind.SERIOUS_INCIDENT_REFERRAL, Kind.PRACTICE_LEARNING_REFERRAL)
Judge = Callable[[Facts], Facts]


def file_mail(line: Line, message: StoredMessage, ref: str, by: str, now: datetime) -> Decision:
    """Put a mail on a case, with everything that follows from it there.

    Raises:
        DataError: there is no such case.
        RefusedAct: the mail is on it already, and what follows was done.
    """
    with line.database.read() as session:
        file, _ = get_case_file(session, ref)
        own = cases.find_ref(session, message.case_id)
    if own == file.case.ref and _is_done(message, file):
        raise RefusedAct(f"The mail is on {own} already.")
    said = (Correction("case", "", own or "", file.case.ref),)
    return _decide_again(line, message, file.case.ref, by, now, lambda facts: facts, said)


def open_from_mail(line: Line, message: StoredMessage, by: str, now: datetime) -> Decision:
    """Open a case from a mail that a person takes for a referral.

    Raises:
        RefusedAct: the mail opened one already.
    """
    with line.database.read() as session:
        own = cases.find_ref(session, message.case_id)
        if cases.is_opened_by(session, message.id):
            raise RefusedAct(f"The mail opened the case {own} already.")

    def as_referral(facts: Facts) -> Facts:
        found = facts.classification
        kind = found.kind if found.kind in _REFERRALS else Kind.SERIOUS_INCIDENT_REFERRAL
        return replace(facts, classification=replace(found, kind=kind))

    said = (Correction("case", "", own or "", "a case of its own"),)
    return _decide_again(line, message, None, by, now, as_referral, said)


def unlink_mail(line: Line, message: StoredMessage, by: str, now: datetime) -> Decision:
    """Take a further referral off the case it was joined to, and open one of its own."""
    if message.case_id is None:
        raise DataError("The mail is on no case.")
    return open_from_mail(line, message, by, now)


def correct_kind(
    line: Line, message: StoredMessage, kind: Kind, ref: str | None, by: str, now: datetime
) -> Decision:
    """Take a mail for what a person says it is, on `ref` or else on the case it is on.

    A referral that is on no case opens one.

    Raises:
        DataError: there is no such case.
        RefusedAct: the mail is of that kind already.
    """
    if kind == message.kind and ref is None:
        raise RefusedAct("The mail is of that kind already: accept it, if that is right.")
    if ref is None:
        with line.database.read() as session:
            ref = cases.find_ref(session, message.case_id)
    said = (Correction("kind", "", message.kind, kind.value),)
    return _decide_again(line, message, ref, by, now, lambda facts: _as_kind(facts, kind, by), said)


def accept_mail(line: Line, message: StoredMessage, by: str, now: datetime) -> None:
    """Note that the agent read the mail rightly, and do what it had left undone for being unsure.

    What the mail has brought about already is not done again.
    """
    said = (Correction("verdict", "", message.kind, "accepted"),)
    with line.database.read() as session:
        ref = cases.find_ref(session, message.case_id)
        file = None if ref is None else get_case_file(session, ref)[0]
    if file is None or _is_done(message, file) or message.kind in _MACHINES:
        with line.database.write() as session:
            add_corrections(session, message.partnership, message.id, said, by, now)
            finish_mail(session, message, "mail accepted", f"{by} finds it right.", by, now)
        return
    kind = Kind(message.kind)
    _decide_again(line, message, ref, by, now, lambda facts: _as_kind(facts, kind, by), said)


def reject_mail(line: Line, message: StoredMessage, by: str, now: datetime) -> None:
    """Note that a mail asks nothing of this office; what it brought about stays."""
    said = (Correction("verdict", "", message.kind, "rejected"),)
    with line.database.write() as session:
        add_corrections(session, message.partnership, message.id, said, by, now)
        finish_mail(session, message, "mail rejected", f"{by} finds nothing to do.", by, now)


def reprocess(line: Line, message: StoredMessage, by: str, now: datetime) -> Decision:
    """Read a mail again by the rules as they are now, as if it had just come.

    Raises:
        DataError: its bytes were never fetched.
    """
    facts = read_mail(line.office, line.files.get(message.digest), message.received_at, line.reader)

    def footing() -> Footing:
        hold = Hold.BACKLOG if message.state == inbox.BACKLOG else _hold_of(line)
        return replace(read_footing(line, facts, hold, now), repeats_id=False)

    return _record(line, message, facts, footing, by, now, "mail read again", (), is_anew=True)


_MACHINES = (Kind.AUTO_REPLY.value, Kind.BOUNCE.value)


def _as_kind(facts: Facts, kind: Kind, by: str) -> Facts:
    found = facts.classification
    said = replace(found, kind=kind, confidence=1.0, rule="", why=f"{by} said so.", also=())
    return replace(facts, classification=said)


def _is_done(message: StoredMessage, file: CaseFile) -> bool:
    """Return whether the mail has recorded anything on the case."""
    return any(event.message_row == message.id for event in file.events)


def _decide_again(
    line: Line,
    message: StoredMessage,
    ref: str | None,
    by: str,
    now: datetime,
    judge: Judge,
    said: Sequence[Correction],
) -> Decision:
    raw = line.files.get(message.digest)
    facts = judge(read_mail(line.office, raw, message.received_at, line.reader))
    return _record(
        line, message, facts, lambda: _footing(line, ref, now), by, now, "mail filed", said
    )


def _record(
    line: Line,
    message: StoredMessage,
    facts: Facts,
    footing: Callable[[], Footing],
    by: str,
    now: datetime,
    action: str,
    said: Sequence[Correction],
    *,
    is_anew: bool = False,
) -> Decision:
    """Decide on the mail as it is read now and record it; again where the case moved meanwhile."""
    for _ in range(_TRIES):
        decision = decide(facts, footing(), line.office)
        with line.database.read() as session:
            had = {note.code for note in work.list_for_message(session, message.id)}
            is_done = _has_recorded(session, message)
        tasks = tuple(note for note in decision.tasks if note.code not in had)
        told = LogLine(action, f"{by} said where it belongs.", detail={"by": by})
        if is_anew:
            told = LogLine(action, f"{by} had it read by the rules of today.", detail={"by": by})
        decision = replace(
            decision,
            changes=() if is_anew and is_done else decision.changes,
            tasks=tasks,
            reviews=decision.reviews if is_anew else (),
            log=(told, *decision.log),
        )
        mails = [render(draft, line.office, line.templates, now) for draft in decision.drafts]
        try:
            with line.database.write() as session:
                if said:
                    add_corrections(session, message.partnership, message.id, said, by, now)
                work.finish_asked(session, message.id, by, now)
                slug = line.office.profile.slug
                record_act(session, slug, decision, by, now, mails, line.mailbox, cause=message.id)
                found = facts.classification
                trace = trace_of(facts) if is_anew else None
                inbox.set_judgement(session, message.id, found, decision.agency, trace)
        except CaseMoved:
            continue
        return decision
    raise StoreError("The case kept changing while this was recorded; try again.")


def _has_recorded(session: Session, message: StoredMessage) -> bool:
    ref = cases.find_ref(session, message.case_id)
    return ref is not None and _is_done(message, get_case_file(session, ref)[0])


def _hold_of(line: Line) -> Hold | None:
    return Hold.SHADOW if line.mode == "shadow" else None


def _footing(line: Line, ref: str | None, now: datetime) -> Footing:
    """Return what the person says: the mail is on this case, or on none that is open."""
    profile = line.office.profile
    with line.database.read() as session:
        file = None if ref is None else get_case_file(session, ref)[0]
        number = next_number(session, profile.slug, now.year)
    why = "a person filed it"
    match = _NO_CASE if file is None else CaseMatch(Certainty.CERTAIN, file.case, why=why)
    return Footing(
        match=match,
        new_ref=make_reference(profile.prefix, now.year, number, line.secret),
        new_number=number,
        hold=_hold_of(line),
        may_write=line.mode != "intake",
        file=file,
        vouched=True,
    )
