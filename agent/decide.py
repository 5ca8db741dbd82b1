"""What a mail brings about: changes to a case, mails to write, work for a person, log lines.

Pure: facts, the case as it stands, the office and `now` in; a Decision out. It never takes a
human decision (threshold, notification, who is scoped, closure): where one is needed it makes a
task. Unsure is an answer, and it is a review with a reason.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from agent.authority import FACTS_OF_MAIL, roles_of
from agent.automatic import decide_automatic, decide_report
from agent.awareness import find_notification
from agent.invited import add_meeting_answer
from agent.london import spoken_day
from agent.model.case import Certainty
from agent.model.decision import (
    Decision,
    Footing,
    LogLine,
    Note,
    Review,
    Task,
)
from agent.model.draft import Hold
from agent.model.facts import Facts
from agent.model.message import Kind
from agent.parse import is_whole
from agent.profile import Office
from agent.referrals import CASE_TYPES, decide_referral, sender_of
from agent.replies import reply_on_danger, reply_on_files, reply_to_others
from agent.returns import ANSWERS, add_answer
from agent.views import add_view, is_authorised


def decide(facts: Facts, footing: Footing, office: Office) -> Decision:
    """Decide what one mail does. Every mail leaves a log line and ends in one visible state."""
    if footing.match.case is not None and footing.match.case.state == "restricted":
        footing = replace(footing, hold=Hold.RESTRICTED)
    decide_kind = _BY_KIND.get(facts.classification.kind, _decide_on_case)
    decision = decide_kind(facts, footing, office)
    _refuse_human_decisions(decision, office)
    reviews = _without_repeats((*decision.reviews, *_reading_reviews(facts, footing, office)))
    return replace(
        decision,
        drafts=(
            *decision.drafts,
            *reply_to_others(facts, decision.case, footing, office),
            *reply_on_danger(facts, decision.case, footing, office),
            *reply_on_files(facts, decision.case, footing, office),
        ),
        reviews=reviews,
        tasks=(*decision.tasks, *_alarms(facts)),
        log=(_classified(facts), *decision.log, *_review_lines(reviews)),
        agency=decision.agency or (known.id if (known := facts.reading.standing.known) else None),
    )


def _refuse_human_decisions(decision: Decision, office: Office) -> None:
    """Stop on a decision that only a person may take; the mail is then set aside, whole."""
    for change in decision.changes:
        for event in getattr(change, "events", ()):
            is_fact = event.anchor in FACTS_OF_MAIL or "proposed" in event.detail
            if not is_fact and not is_authorised(event, office):
                raise AssertionError(f"`{event.anchor}` is a person's to record, never a mail's.")


def _decide_on_case(facts: Facts, footing: Footing, office: Office) -> Decision:
    """A mail that belongs to a case: a person's work on it, or a review where no case is found."""
    kind, match = facts.classification.kind, footing.match
    task = _WORK.get(kind)
    reviews = []
    if any(not form.filled for form in facts.reading.forms):
        reviews.append(Note(Review.BLANK_FORM))
    if match.proposals:
        others = ", ".join(other.ref for other in match.proposals)
        reviews.append(Note(Review.POSSIBLE_CASE, f"{match.why}: {others}"))
    elif match.case is None and kind in _NEEDS_CASE:
        reviews.append(Note(Review.NO_CASE_FOUND))
    decision = Decision(
        reviews=tuple(reviews),
        tasks=() if task is None else (Note(task, _words_for(task, facts, office)),),
        case=match.case.ref if match.case else None,
    )
    if kind is Kind.MEETING_RESPONSE:
        return add_meeting_answer(decision, facts, footing, office)
    if kind is Kind.DECISION_NOTICE:
        return add_view(decision, facts, footing, office)
    return add_answer(decision, facts, footing, office) if kind in ANSWERS else decision


def _is_unknown(facts: Facts, office: Office) -> bool:
    """Return whether somebody writes on a case whom neither the register nor site.toml knows."""
    reading = facts.reading
    known = reading.standing.known is not None or reading.is_decider or reading.is_panel
    return bool(office.register.agencies) and not known


def _decide_unknown(facts: Facts, footing: Footing, office: Office) -> Decision:
    decision = _decide_on_case(facts, footing, office)
    return replace(decision, reviews=(Note(Review.UNKNOWN_KIND), *decision.reviews))


# What on a form a person must look at before anything rests on it.
_SUSPICIOUS = {
    "other_child_named": Review.OTHER_CHILD_NAMED,
    "other_area_form": Review.OTHER_AREA_FORM,
    "mail_names_other_child": Review.OTHER_CHILD_NAMED,
    "forms_name_two_children": Review.OTHER_CHILD_NAMED,
}

# The work for a person that follows from a mail well understood.
_WORK = {
    Kind.ENQUIRY: Task.ANSWER_ENQUIRY,
    Kind.EXTENSION_REQUEST: Task.DECIDE_EXTENSION,
    Kind.DECISION_NOTICE: Task.CONFIRM_DECISION,
    Kind.NOTIFICATION_COPY: Task.CONFIRM_NOTIFICATION,
    Kind.PANEL_RESPONSE: Task.READ_PANEL_RESPONSE,
    Kind.SCOPING_RETURN: Task.READ_RETURN,
    Kind.WRONG_DOOR: Task.ROUTE_WRONG_DOOR,
}

# Kinds that mean nothing without the case they are about.
_NEEDS_CASE = frozenset(
    {Kind.SCOPING_RETURN, Kind.NIL_RETURN, Kind.EXTENSION_REQUEST, Kind.DECISION_NOTICE}
)

_BY_KIND: Mapping[Kind, Callable[[Facts, Footing, Office], Decision]] = {
    Kind.SERIOUS_INCIDENT_REFERRAL: decide_referral,
    Kind.PRACTICE_LEARNING_REFERRAL: decide_referral,
    Kind.AUTO_REPLY: decide_automatic,
    Kind.BOUNCE: decide_report,
    Kind.UNKNOWN: _decide_unknown,
}


def _reading_reviews(facts: Facts, footing: Footing, office: Office) -> tuple[Note, ...]:
    """Return the reviews that follow from how the mail was read, whatever it is."""
    if facts.classification.kind in {Kind.AUTO_REPLY, Kind.BOUNCE}:
        return _doubtful(facts, office)
    reviews = [Note(Review.SAME_MESSAGE_ID)] if footing.repeats_id else []
    reading = facts.reading
    if facts.classification.live_risk:
        reviews.append(Note(Review.LIVE_RISK))
    if reading.wrapper is not None:
        reviews.append(Note(Review.SECURE_MAIL, reading.wrapper))
    is_on_case = footing.match.case is not None and facts.classification.kind not in CASE_TYPES
    if reading.standing.ceiling or (is_on_case and _is_unknown(facts, office)):
        reviews.append(Note(Review.UNVERIFIED_SENDER))
    names_none = footing.match.certainty is Certainty.NONE or footing.match.by_likeness
    if reading.references and names_none:
        reviews.append(Note(Review.WRONG_REFERENCE))
    if not is_whole(facts.message):
        reviews.append(Note(Review.PARTLY_READ))
    reviews.extend(_doubtful(facts, office))
    if facts.form is not None:
        for problem in facts.form.problems:
            if problem.code in _SUSPICIOUS:
                reviews.append(Note(_SUSPICIOUS[problem.code], problem.label))
    for document in facts.reading.documents:
        if document.problem is not None:
            reviews.append(Note(Review.UNREADABLE_DOCUMENT, document.problem))
    return tuple(reviews)


def _doubtful(facts: Facts, office: Office) -> tuple[Note, ...]:
    found = facts.classification
    if found.kind is Kind.UNKNOWN or found.confidence >= office.limits.classify.sure_from.value:
        return ()
    return (Note(Review.LOW_CONFIDENCE, found.why),)


def _without_repeats(notes: tuple[Note, ...]) -> tuple[Note, ...]:
    return tuple(dict.fromkeys(notes))


def _classified(facts: Facts) -> LogLine:
    found = facts.classification
    detail = {"kind": found.kind.value, "confidence": f"{found.confidence:.2f}"}
    return LogLine("mail classified", found.why, rule=found.rule, detail=detail)


def _review_lines(reviews: tuple[Note, ...]) -> tuple[LogLine, ...]:
    return tuple(LogLine("sent to review", note.code.value, private=note.text) for note in reviews)


def _words_for(task: Task, facts: Facts, office: Office) -> str:
    """Return what the person who confirms a day or a decision wants to know first."""
    if task is Task.CONFIRM_NOTIFICATION:
        told = find_notification(facts)
        return "" if told is None else f"It says {spoken_day(told.on)} ({told.place})."
    if task is Task.CONFIRM_DECISION:
        roles = ", ".join(sorted(roles_of(sender_of(facts), office)))
        return f"It is from {sender_of(facts)}, who holds {roles or 'no role in site.toml'}."
    return ""


def _alarms(facts: Facts) -> tuple[Note, ...]:
    found = facts.classification
    is_alarm = found.live_risk or found.kind is Kind.IMMEDIATE_RISK
    return (Note(Task.ACKNOWLEDGE_ALARM),) if is_alarm else ()
