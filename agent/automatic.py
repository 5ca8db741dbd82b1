"""What machines write: somebody is away, a mail of ours came back. Pure; nothing is answered."""

from dataclasses import replace

from agent.caseclocks import clocks_of
from agent.london import LONDON, london_day, spoken_day, spoken_time
from agent.model.case import CaseFile, CaseMail
from agent.model.decision import AddEvents, Decision, EventFact, Footing, LogLine, Note, Task
from agent.model.facts import Facts
from agent.profile import Office
from agent.recipients import other_addresses
from agent.requests import AWAITED, SCOPING, requests_of
from agent.returns import find_answerer


def decide_automatic(facts: Facts, footing: Footing, office: Office) -> Decision:
    """An out-of-office changes nothing; one that lasts beyond the agency's due date is work."""
    case, away_until = footing.match.case, facts.reading.away_until
    detail = {"away_until": away_until.isoformat()} if away_until else {}
    line = LogLine("left unanswered", facts.classification.why, detail=detail)
    decision = Decision(log=(line,), case=case.ref if case else None)
    if away_until is None or footing.file is None:
        return decision
    who = find_answerer(facts, footing.file)
    clocks = clocks_of(footing.file, office, facts.message.received_at)
    for request in requests_of(footing.file, clocks):
        if who is None or request.agency != who.agency or request.state not in AWAITED:
            continue
        if request.due is not None and away_until >= london_day(request.due):
            text = (
                f"{request.agency}: back {spoken_day(away_until)}, due {spoken_time(request.due)}."
                f"{other_addresses(request.agency, facts.message.sender.email, office)}"
            )
            return replace(decision, tasks=(Note(Task.AWAY_BEYOND_DUE, text),))
    return decision


def decide_report(facts: Facts, footing: Footing, office: Office) -> Decision:
    """A mail of ours that a server gave up is marked and becomes work; others are not."""
    decision = decide_automatic(facts, footing, office)
    report = facts.reading.report
    if report is None or report.outcome == "delayed":
        return decision
    to = ", ".join(report.recipients)
    why = f"It came back ({report.status or 'no code'}): {to}"
    decision = replace(
        decision, came_back=report.original_ids, tasks=(Note(Task.MAIL_FAILED, why),)
    )
    letter = None if footing.file is None else _find_letter(footing.file, report.original_ids)
    if letter is None or footing.file is None or letter.agency is None:
        return decision
    return _letter_came_back(decision, letter, footing.file, facts, office)


def _find_letter(file: CaseFile, ids: tuple[str, ...]) -> CaseMail | None:
    mails = (one for one in file.mails if one.template == SCOPING and one.message_id in ids)
    return next(mails, None)


def _letter_came_back(
    decision: Decision, letter: CaseMail, file: CaseFile, facts: Facts, office: Office
) -> Decision:
    """Stop the agency's clock and reminders, and say what other addresses the register has."""
    agency = letter.agency or ""
    local = facts.message.received_at.astimezone(LONDON)
    detail = {"agency": agency, "time": f"{local:%H:%M}"}
    fact = EventFact("scoping_bounced", local.date(), facts.message.sender.email, detail)
    text = f"{agency}: {letter.to_address}.{other_addresses(agency, letter.to_address, office)}"
    tasks = (*decision.tasks, Note(Task.LETTER_BOUNCED, text))
    change = AddEvents(file.case.ref, file.case.version, (fact,))
    return replace(decision, changes=(change,), tasks=tasks)
