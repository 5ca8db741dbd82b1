"""What an answer to an invitation does to its case: who comes for which agency. Pure."""

from dataclasses import replace

from agent.icsreply import Coming, read_answer
from agent.london import LONDON
from agent.meetings import (
    ANSWERED,
    agency_of,
    answers_of,
    attendance,
    detail_of,
    quorum,
)
from agent.model.case import CaseEvent, CaseFile
from agent.model.decision import AddEvents, Decision, EventFact, Footing, Note, Task
from agent.model.facts import Facts
from agent.profile import Office

_CLEAR = (Coming.ACCEPTED, Coming.DELEGATED)


def add_meeting_answer(
    decision: Decision, facts: Facts, footing: Footing, office: Office
) -> Decision:
    """Return the decision with the agency's answer recorded, and with work for a person where the
    answer is not clear or the meeting is no longer quorate."""
    file = footing.file
    meeting = None if file is None else _meeting_asked(file)
    if file is None or meeting is None:
        return decision
    answer = read_answer(facts.reading, office.phrases)
    agency = None if answer is None else agency_of(answer, office.register)
    if answer is None or agency is None or facts.reading.standing.ceiling:
        return _for_a_person(decision, "It cannot be told who comes.")
    kind = meeting.detail.get("kind", "")
    local = facts.message.received_at.astimezone(LONDON)
    detail = {**detail_of(answer, agency.id, kind), "time": f"{local:%H:%M}"}
    fact = EventFact(ANSWERED, local.date(), facts.message.sender.email, detail)
    change = AddEvents(file.case.ref, file.case.version, (fact,))
    decision = replace(decision, changes=(*decision.changes, change))
    if answer.coming in _CLEAR and answer.uninvolved is not False and not answer.other_time:
        return decision
    told = CaseEvent(fact.anchor, fact.on, fact.by, facts.message.received_at, None, detail)
    seats = attendance(answers_of((*file.events, told), kind), office, _invited(file))
    return _for_a_person(decision, f"{agency.name}: {quorum(seats, office).sentence}")


def _meeting_asked(file: CaseFile) -> CaseEvent | None:
    """Return the meeting that was set last: the one people are invited to."""
    return next((one for one in reversed(file.events) if one.anchor == "meeting_set"), None)


def _invited(file: CaseFile) -> tuple[str, ...]:
    """Return the agencies that a letter or an invitation went to."""
    mails = (one for one in file.mails if one.template in ("scoping-letter", "meeting-invite"))
    return tuple(dict.fromkeys(one.agency for one in mails if one.agency))


def _for_a_person(decision: Decision, text: str) -> Decision:
    return replace(decision, tasks=(*decision.tasks, Note(Task.READ_MEETING_ANSWER, text)))
