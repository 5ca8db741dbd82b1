"""What a referral brings about: a case of its own, or its place on the case of the same incident.

Pure. The incident is one case with one subject child or several; siblings in the family are none
unless the form says so.
"""

from collections.abc import Iterable

from agent.awareness import propose_awareness
from agent.exclusions import exclusion_tasks
from agent.likekeys import stored_keys
from agent.london import LONDON
from agent.match import child_keys, children_of, incident_on, same_child, told_of
from agent.model.case import CaseSnapshot, CaseType, Certainty, Key
from agent.model.decision import (
    AddEvents,
    Decision,
    EventFact,
    Footing,
    LogLine,
    Note,
    OpenCase,
    Review,
    Task,
)
from agent.model.draft import Hold
from agent.model.facts import Facts
from agent.model.message import Kind
from agent.profile import Office
from agent.replies import acknowledge
from agent.whereabouts import placement_tasks

CASE_TYPES = {
    Kind.SERIOUS_INCIDENT_REFERRAL: CaseType.SERIOUS_INCIDENT,
    Kind.PRACTICE_LEARNING_REFERRAL: CaseType.PRACTICE_LEARNING,
}


def decide_referral(facts: Facts, footing: Footing, office: Office) -> Decision:
    """A referral opens a case, or joins the case of the same incident as a further referral."""
    match = footing.match
    if match.certainty is Certainty.CERTAIN and match.case is not None:
        return _join_case(facts, match.case, footing, office)
    child, *others = children_of(facts)
    aware, tasks = propose_awareness(facts)
    case = OpenCase(
        ref=footing.new_ref,
        number=footing.new_number,
        type=CASE_TYPES[facts.classification.kind],
        child=child,
        incident_on=incident_on(facts),
        keys=(
            Key("ref", footing.new_ref),
            *_thread_keys(facts),
            *(key for one in (child, *others) for key in child_keys(one)),
            *_like_keys(facts),
        ),
        events=(*_incident(facts), *aware, _arrived("referral_received", facts, footing)),
        others=tuple(others),
    )
    reviews = []
    if match.proposals:
        alike = ", ".join(one.ref for one in match.proposals)
        reviews.append(Note(Review.POSSIBLE_DUPLICATE, f"{match.why}: {alike}"))
    if child.name is None:
        reviews.append(Note(Review.CHILD_NOT_NAMED))
    tasks = (*tasks, *placement_tasks(facts, office))
    if case.type is CaseType.SERIOUS_INCIDENT:
        tasks = (*tasks, *exclusion_tasks(facts, office))
    return Decision(
        changes=(case,),
        drafts=acknowledge(facts, case.ref, footing, office),
        reviews=tuple(reviews),
        tasks=tasks,
        log=(LogLine("case opened", "A referral that joins no open case opens one of its own."),),
        case=case.ref,
    )


def _join_case(facts: Facts, case: CaseSnapshot, footing: Footing, office: Office) -> Decision:
    event = _arrived("referral_added", facts, footing)
    ended = f" The case is {case.state}." if case.state in ("closed", "withdrawn") else ""
    # What this agency knows of child and home may be what the next one writes.
    keys = (*_thread_keys(facts), *_like_keys(facts))
    return Decision(
        changes=(AddEvents(case.ref, case.version, (event,), keys),),
        # Mail to the mailbox and to an alias of it arrives twice with one Message-ID: one answer.
        drafts=() if footing.repeats_id else acknowledge(facts, case.ref, footing, office),
        tasks=(
            Note(
                Task.CONFIRM_FURTHER_REFERRAL,
                f"Joined to {case.ref} ({footing.match.why}).{ended}{_not_on_case(facts, case)}",
            ),
            *_not_yet_told(placement_tasks(facts, office), footing),
        ),
        log=(
            LogLine("referral joined to case", f"It is the same incident ({footing.match.why})."),
        ),
        case=case.ref,
    )


def _not_on_case(facts: Facts, case: CaseSnapshot) -> str:
    """Return how many of the referral's children are no subjects of the case, for a person."""
    told = [one for one in children_of(facts) if one.name]
    count = sum(same_child(one, case.children) is None for one in told)
    if count == 0:
        return ""
    return f" {count} of the {len(told)} children it names are not on the case: are they subjects?"


def _not_yet_told(tasks: Iterable[Note], footing: Footing) -> tuple[Note, ...]:
    """Return the tasks of a kind that the case has none of: once is enough for one child."""
    had = {note.code for note in footing.file.notes} if footing.file is not None else set()
    return tuple(task for task in tasks if task.code.value not in had)


def _incident(facts: Facts) -> tuple[EventFact, ...]:
    day = incident_on(facts)
    return () if day is None else (EventFact("incident", day, "the referral form"),)


def _arrived(anchor: str, facts: Facts, footing: Footing) -> EventFact:
    """Return the event that this mail's arrival is, with its hour: cut-off hours ask for it.

    `hold` says why nothing that follows from it may leave by itself.
    """
    local = facts.message.received_at.astimezone(LONDON)
    hold = footing.hold or (Hold.SENDER if facts.reading.standing.ceiling else None)
    held = {} if hold is None else {"hold": hold.value}
    return EventFact(anchor, local.date(), sender_of(facts), {"time": f"{local:%H:%M}", **held})


def _like_keys(facts: Facts) -> tuple[Key, ...]:
    return tuple(key for told in told_of(facts) for key in stored_keys(told))


def _thread_keys(facts: Facts) -> tuple[Key, ...]:
    id_ = facts.message.message_id
    return (Key("message_id", id_),) if id_ else ()


def sender_of(facts: Facts) -> str:
    """Return the address that a mail was written from, as events have it."""
    return facts.message.sender.email or "unknown sender"
