"""A person says of a mail what the agent could not tell: which case it is on, that it opens one,
that it is not on this one. The mail is decided again with that, and recorded as from the person."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from agent.decide import decide
from agent.errors import CaseMoved, DataError, StoreError
from agent.letters import render
from agent.line import Line
from agent.model.case import CaseMatch, Certainty
from agent.model.decision import Decision, Footing, LogLine
from agent.model.draft import Hold
from agent.model.facts import Facts
from agent.model.message import Kind
from agent.pipeline import read_mail
from agent.record import record_act
from agent.reference import make_reference
from agent.store.casefiles import get_case_file
from agent.store.inbox import StoredMessage
from agent.store.numbering import next_number

_TRIES = 5
_NO_CASE = CaseMatch(Certainty.NONE)


def file_mail(line: Line, message: StoredMessage, ref: str, by: str, now: datetime) -> Decision:
    """Put a mail on a case, with everything that follows from it there.

    Raises:
        DataError: there is no such case.
    """
    return _decide_again(line, message, ref, by, now, lambda facts: facts)


def open_from_mail(line: Line, message: StoredMessage, by: str, now: datetime) -> Decision:
    """Open a case from a mail that a person takes for a referral."""

    def as_referral(facts: Facts) -> Facts:
        found = facts.classification
        is_one = found.kind in (Kind.SERIOUS_INCIDENT_REFERRAL, Kind.PRACTICE_LEARNING_REFERRAL)
        kind = found.kind if is_one else Kind.SERIOUS_INCIDENT_REFERRAL
        return replace(facts, classification=replace(found, kind=kind))

    return _decide_again(line, message, None, by, now, as_referral)


def unlink_mail(line: Line, message: StoredMessage, by: str, now: datetime) -> Decision:
    """Take a further referral off the case it was joined to, and open one of its own."""
    if message.case_id is None:
        raise DataError("The mail is on no case.")
    return open_from_mail(line, message, by, now)


def _decide_again(
    line: Line,
    message: StoredMessage,
    ref: str | None,
    by: str,
    now: datetime,
    judge: Callable[[Facts], Facts],
) -> Decision:
    raw = line.files.get(message.digest)
    facts = judge(read_mail(line.office, raw, message.received_at, line.reader))
    slug = line.office.profile.slug
    for _ in range(_TRIES):
        footing = _footing(line, ref, now)
        decision = decide(facts, footing, line.office)
        told = LogLine("mail filed", f"{by} said where it belongs.", detail={"by": by})
        decision = replace(decision, reviews=(), log=(told, *decision.log))
        mails = [render(draft, line.office, line.templates, now) for draft in decision.drafts]
        try:
            with line.database.write() as session:
                record_act(session, slug, decision, by, now, mails, line.mailbox, cause=message.id)
        except CaseMoved:
            continue
        return decision
    raise StoreError("The case kept changing while this was recorded; try again.")


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
        hold=Hold.SHADOW if line.mode == "shadow" else None,
        may_write=line.mode != "intake",
        file=file,
        vouched=True,
    )
