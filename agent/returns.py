"""What an agency's mail does to the request it answers: a return, a nil return, a wish for time.

Pure. A return in any form counts as received; one that is not surely the agency's, not surely a
return, or about another child is a person's to look at, and nothing is recorded of it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agent.caseclocks import clocks_of
from agent.coverage import children_left_out
from agent.london import LONDON, spoken_time
from agent.match import child_of, children_of, same_child
from agent.model.case import CaseFile
from agent.model.decision import AddEvents, Decision, EventFact, Footing, Note, Review, Task
from agent.model.draft import Draft
from agent.model.facts import Facts
from agent.model.form import Form
from agent.model.message import Kind
from agent.profile import Office
from agent.replies import answer
from agent.requests import requests_of

_EVENTS: Mapping[Kind, str] = {
    Kind.SCOPING_RETURN: "return_received",
    Kind.NIL_RETURN: "nil_received",
    Kind.EXTENSION_REQUEST: "extension_asked",
}
_REPLIES: Mapping[str, tuple[str, str]] = {
    "return_received": ("ack", "ack-return"),
    "nil_received": ("ack", "ack-nil"),
    "extension_asked": ("extension", "extension-received"),
}
ANSWERS = frozenset(_EVENTS)
_NOTHING = re.compile(
    r"\W*(no|none|nil|n/?a|n/?k|not known|none known|unknown|nothing)\b\W*$", re.I
)
# What of a return is compared with the one before it.
_COMPARED = (
    "involvement_summary",
    "practice_analysis",
    "partnership_concerns",
    "other_agencies_known",
    "further_info",
    "respondent_name",
    "date_completed",
    "chronology",
)


@dataclass(frozen=True, slots=True)
class Answered:
    """Whose answer a mail is; `known` says whether the sender is known to be of that agency."""

    agency: str
    known: bool


def find_answerer(facts: Facts, file: CaseFile) -> Answered | None:
    """Return which agency a mail answers for: the sender's own, else the one whose letter or
    reminder it answers."""
    known = facts.reading.standing.known
    asked = {one.detail.get("agency") for one in file.events if one.anchor == "scoping_sent"}
    if known is not None and known.id in asked:
        return Answered(known.id, known=True)
    thread = {*facts.message.in_reply_to, *facts.message.references}
    for event in reversed(file.events):
        if event.anchor == "scoping_sent" and event.detail.get("message_id") in thread:
            return Answered(event.detail["agency"], known=known is not None)
    for mail in reversed(file.mails):
        if mail.agency and mail.message_id in thread:
            return Answered(mail.agency, known=known is not None)
    return Answered(known.id, known=True) if known is not None else None


def add_answer(decision: Decision, facts: Facts, footing: Footing, office: Office) -> Decision:
    """Return the decision with what the answer records on its case and says to its sender."""
    file = footing.file
    if file is None:
        return _of_another_child(decision, facts, footing)
    who = find_answerer(facts, file)
    if who is None:
        return decision
    decision = replace(decision, agency=who.agency)
    if not footing.vouched and (not who.known or facts.reading.standing.ceiling):
        reviews = (*decision.reviews, Note(Review.UNVERIFIED_SENDER))
        return replace(decision, reviews=reviews)
    if not footing.vouched and not _is_clear(facts, office):
        return decision
    spoken_of, left_out = _coverage(facts, who.agency, file)
    events = tuple(_events(facts, who.agency, spoken_of, footing, office))
    tasks = (*decision.tasks, *_tasks(facts, who.agency, footing, office))
    if left_out:
        text = f"{who.agency}: {left_out} of {len(file.case.children)} children not mentioned."
        tasks = (*tasks, Note(Task.RETURN_INCOMPLETE, text))
    drafts = [] if footing.repeats_id else list(_drafts(events, facts, file, footing, office))
    change = AddEvents(file.case.ref, file.case.version, events)
    return replace(
        decision,
        changes=(*decision.changes, change),
        drafts=(*decision.drafts, *drafts),
        tasks=tasks,
    )


def _of_another_child(decision: Decision, facts: Facts, footing: Footing) -> Decision:
    """Return the decision with a review where the form is about none of the cases it names."""
    told = child_of(facts)
    cases = footing.match.proposals
    known = [child for case in cases for child in case.children]
    if facts.form is None or told.name is None or not cases or not facts.message.in_reply_to:
        return decision
    if all(child.dob and told.dob and child.dob != told.dob for child in known):
        return replace(decision, reviews=(*decision.reviews, Note(Review.WRONG_CHILD)))
    return decision


def _is_clear(facts: Facts, office: Office) -> bool:
    """Return whether the mail is surely what it seems, and could be opened at all."""
    is_sure = facts.classification.confidence >= office.limits.classify.sure_from.value
    return is_sure and facts.reading.wrapper is None


def _coverage(facts: Facts, agency: str, file: CaseFile) -> tuple[str, int]:
    """Return by their numbers the children that an answer speaks of where it leaves some out, and
    how many those are."""
    if facts.classification.kind is Kind.EXTENSION_REQUEST:
        return "", 0
    spoken_of, left_out = children_left_out(facts, agency, file)
    return ";".join(map(str, spoken_of)), len(left_out)


def _events(
    facts: Facts, agency: str, spoken_of: str, footing: Footing, office: Office
) -> Iterator[EventFact]:
    local = facts.message.received_at.astimezone(LONDON)
    found = facts.classification
    also = [kind for kind in found.also if kind is Kind.EXTENSION_REQUEST]
    secured = office.phrases.find("records_secured", facts.reading.said) is not None
    for kind in (found.kind, *also):
        detail = {"agency": agency, "time": f"{local:%H:%M}"}
        if kind is Kind.SCOPING_RETURN and _blank(facts.form):
            detail["outcome"] = "partial"
        if kind is not Kind.EXTENSION_REQUEST and _goes_on(facts, office):
            detail["outcome"] = "partial"
        if kind is not Kind.EXTENSION_REQUEST and spoken_of:
            detail |= {"outcome": "partial", "children": spoken_of}
        if kind is not Kind.EXTENSION_REQUEST and secured:
            detail["secured"] = "yes"
        if footing.hold is not None:
            detail["hold"] = footing.hold.value
        yield EventFact(_EVENTS[kind], local.date(), facts.message.sender.email, detail)


def _drafts(
    events: Sequence[EventFact], facts: Facts, file: CaseFile, footing: Footing, office: Office
) -> Iterator[Draft]:
    clocks = {one.name: one for one in clocks_of(file, office, facts.message.received_at)}
    for event in events:
        # That an agency knows nobody is only said back where it said so of every child.
        told = "return_received" if event.detail.get("outcome") == "partial" else event.anchor
        key, template = _REPLIES[told]
        clock = clocks.get(f"return:{event.detail['agency']}")
        due = spoken_time(clock.due) if clock is not None and clock.due else ""
        values = {"due": due, "contact": f"{office.site.phone} or {office.site.mailbox}"}
        for draft in answer(key, template, values, facts, file.case.ref, footing, office):
            yield replace(draft, agency=event.detail["agency"])


def _tasks(facts: Facts, agency: str, footing: Footing, office: Office) -> Iterator[Note]:
    form = facts.form
    if Kind.EXTENSION_REQUEST in facts.classification.also:
        yield Note(Task.DECIDE_EXTENSION, f"{agency} asks for more time.")
    kind = facts.classification.kind
    if kind is not Kind.EXTENSION_REQUEST and _goes_on(facts, office):
        yield Note(Task.RETURN_INCOMPLETE, f"{agency} says that more is to come.")
    if kind is not Kind.SCOPING_RETURN or form is None:
        return
    if blank := _blank(form):
        yield Note(Task.RETURN_INCOMPLETE, f"{agency}: {'; '.join(blank)}.")
    if anomaly := _anomaly(facts, footing):
        yield Note(Task.IDENTITY_ANOMALY, f"{agency}: {anomaly}.")
    others = form.text("other_agencies_known")
    if others and not _NOTHING.fullmatch(others):
        yield Note(Task.PROPOSE_AGENCIES, _proposed(others, agency, footing, office))
    if footing.earlier and (changed := _changed(form, footing.earlier)):
        yield Note(Task.RETURN_CHANGED, f"{agency}: {', '.join(changed)}.")


def _goes_on(facts: Facts, office: Office) -> bool:
    """Return whether the agency says that this is not yet its whole answer."""
    return office.phrases.find("more_to_come", facts.reading.said) is not None


def _blank(form: Form | None) -> tuple[str, ...]:
    """Return the required questions that the form leaves blank, by their labels.

    The cells for who completed it ("table: column") are none: the mail says who wrote.
    """
    if form is None or not form.filled:
        return ()
    empty = (one.label for one in form.problems if one.code == "required_empty")
    return tuple(label for label in empty if ": " not in label)


def _anomaly(facts: Facts, footing: Footing) -> str:
    """Return what the form says of the child that the case has otherwise, by name of the field."""
    case = footing.match.case
    if case is None:
        return ""
    found: dict[str, None] = {}
    for told in children_of(facts):
        known = same_child(told, case.children) or case.child
        pairs = (
            ("name", _folded(told.name), _folded(known.name)),
            ("date of birth", told.dob, known.dob),
            ("NHS number", told.nhs_number, known.nhs_number),
        )
        found |= dict.fromkeys(what for what, new, old in pairs if new and old and new != old)
    return ", ".join(found)


def _folded(name: str | None) -> str:
    return " ".join(sorted(re.findall(r"\w+", (name or "").casefold())))


def _proposed(text: str, agency: str, footing: Footing, office: Office) -> str:
    """Return the register's agencies that the text names and were not asked, and the text."""
    file = footing.file
    asked = {one.agency for one in requests_of(file, ())} if file is not None else set()
    words = " ".join(text.casefold().split())
    known = [
        one.id
        for one in office.register.agencies
        if one.id not in asked
        and one.id != agency
        and any(name.casefold() in words for name in one.names)
    ]
    found = f" In the register: {', '.join(known)}." if known else ""
    return f"{agency} names: {text[:300]}.{found}"


def _changed(form: Form, earlier: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the answers that differ from those of the return before."""
    return tuple(
        name.replace("_", " ")
        for name in _COMPARED
        if name in form.fields and _plain(form.value(name)) != _plain(earlier.get(name))
    )


def _plain(value: Any) -> Any:
    return [dict(row) for row in value] if isinstance(value, (tuple, list)) else value
