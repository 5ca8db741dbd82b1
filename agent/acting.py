"""A person's act on a case, from the store and back: read, decide, record. Nothing is printed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from agent.acts import Act, decide_event, decide_refusal
from agent.adopted import AdoptedCase, adoption_keys, decide_adoption
from agent.completing import decide_completion
from agent.errors import CaseMoved, RefusedAct, StoreError
from agent.model.case import CaseSnapshot
from agent.model.decision import Decision
from agent.profile import Office
from agent.record import record_act
from agent.reference import find_references
from agent.store import cases
from agent.store.casefiles import get_case_file
from agent.store.db import Database, Session

_TRIES = 5
_ENDED = ("closed", "withdrawn")


def carry_out(
    database: Database,
    office: Office,
    ref: str,
    act: Act,
    now: datetime,
    *,
    unattended: bool = False,
) -> Decision:
    """Record a person's event on a case; the case is read again where it moved meanwhile.

    Raises:
        RefusedAct: it cannot be so, or the person may not; only that is in the log.
        DataError: there is no such case.
    """
    partnership = office.profile.slug
    for _ in range(_TRIES):
        with database.read() as session:
            file, _whose = get_case_file(session, ref)
        try:
            decision = decide_event(file, act, office, now)
        except RefusedAct as refusal:
            told = decide_refusal(file.case.ref, act, refusal, unattended=unattended)
            with database.write() as session:
                record_act(session, partnership, told, act.by, now)
            raise
        try:
            with database.write() as session:
                record_act(session, partnership, decision, act.by, now)
        except CaseMoved:
            continue
        return decision
    raise StoreError("The case kept changing while this was recorded; try again.")


def complete(
    database: Database,
    office: Office,
    ref: str,
    values: Mapping[str, str],
    by: str,
    now: datetime,
) -> Decision:
    """Keep what a person says that the case's letters have to say.

    Raises:
        RefusedAct: nothing is said, or a name is none that letters ask for.
        DataError: there is no such case.
    """
    for _ in range(_TRIES):
        with database.read() as session:
            file, _whose = get_case_file(session, ref)
        decision = decide_completion(file, values, by)
        try:
            with database.write() as session:
                record_act(session, office.profile.slug, decision, by, now)
        except CaseMoved:
            continue
        return decision
    raise StoreError("The case kept changing while this was recorded; try again.")


def adopt(
    database: Database, office: Office, entries: Sequence[AdoptedCase], by: str, now: datetime
) -> tuple[Decision, ...]:
    """Take over the office's cases, all or none; those it was told of before stay as they are."""
    decisions = []
    with database.write() as session:
        for entry in entries:
            decision = _decide_entry(session, office, entry, by)
            if decision is not None:
                record_act(session, office.profile.slug, decision, by, now)
                decisions.append(decision)
    return tuple(decisions)


def _decide_entry(session: Session, office: Office, entry: AdoptedCase, by: str) -> Decision | None:
    """Decide on one entry; None where its reference is known already."""
    found = cases.find_candidates(session, office.profile.slug, adoption_keys(entry))
    if any(key.sort == "office_ref" for one in found for key in one.shared):
        return None
    own = [one.case for one in found if _is_same_incident(one.case, entry, office)]
    return decide_adoption(entry, by, office.register, own[-1] if len(own) == 1 else None)


def _is_same_incident(case: CaseSnapshot, entry: AdoptedCase, office: Office) -> bool:
    """Return whether the agent itself opened the case, and no date speaks against it."""
    if not find_references(case.ref, office.profile.prefix) or case.state in _ENDED:
        return False
    on = entry.events.get("incident")
    if on is None or case.incident_on is None:
        return True
    return abs((case.incident_on - on).days) <= office.limits.match.incident_days.value
