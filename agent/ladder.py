"""The ladder of reminders: who is reminded at `now`, by which rung, and when to look again. Pure.

A rung goes once. One that was missed goes late and alone; one that a later rung has overtaken does
not go any more. Nobody is reminded who has answered, whose mail waits to be read, who asked for
more time, or whose letter came back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from agent.caseclocks import calendar_of, moment_of
from agent.letterrules import Rung
from agent.lettervalues import meeting_at, meeting_of, request_values
from agent.london import LONDON, london_day
from agent.model.case import CaseEvent, CaseFile
from agent.model.decision import Note, Task
from agent.model.draft import Draft, Hold
from agent.model.message import Address
from agent.officehours import after, is_open, next_day_opening, next_opening
from agent.profile import Office
from agent.recipients import (
    address_of,
    addressee_of,
    find_agency,
    lead_of,
    other_addresses,
)
from agent.requests import AWAITED, Request
from agent.scopinground import RAPID_REVIEW
from agent.workdays import Calendar

ESCALATION = "escalation"
_BOUNCED = "bounced"
_END_OF_DAY = time(17, 0)


@dataclass(frozen=True, slots=True)
class Steps:
    """The mails due on one request, the work beside them, and when to look at it again."""

    drafts: tuple[Draft, ...] = ()
    tasks: tuple[Note, ...] = ()
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Step:
    rung: Rung
    at: datetime
    key: str


def climb(
    file: CaseFile, request: Request, office: Office, now: datetime, hold: Hold | None
) -> Steps:
    """Return what the ladder asks for on one agency's request at `now`."""
    if request.state not in AWAITED or request.letter is None or request.due is None:
        return Steps()
    steps = list(_steps(file, request, office))
    to_come = min((one.at for one in steps if one.at > now), default=None)
    due = [one for one in _due_steps(steps, file, now) if not _is_stale(one, request, now)]
    if not due:
        return Steps(again_at=to_come)
    if request.agency in file.unread_from:
        return Steps(again_at=to_come)  # Whoever reads it has the case looked at again.
    waits_until = _waits_until(request, office, now)
    if waits_until is not None:
        return Steps(again_at=waits_until)
    drafts, tasks = [], []
    for step in due:
        if step.rung.template == ESCALATION:
            draft = _escalation(step, file, request, office, now)
            tasks.append(_late(request, office, drafted=draft is not None))
        elif (came_back := _came_back(file, request, office)) is not None:
            draft = None
            tasks.append(came_back)
        elif _wrote_today(file, request, now):
            draft = None
            to_come = next_day_opening(now, office.letters.hours.opens.value, calendar_of(office))
        else:
            draft = _reminder(step, file, request, office, now, hold)
        if draft is not None:
            drafts.append(draft)
    return Steps(tuple(drafts), tuple(tasks), to_come)


def _steps(file: CaseFile, request: Request, office: Office) -> Iterator[_Step]:
    """Yield every rung with its moment, the earliest first."""
    assert request.due is not None
    calendar, due = calendar_of(office), request.due.astimezone(LONDON)
    meeting = meeting_of(file.events, RAPID_REVIEW)
    last = f":{request.occurrence}" if request.occurrence > 1 else ""
    found = []
    for rung in office.rungs:
        day = calendar.add_working_days(due.date(), rung.working_days)
        at = datetime.combine(day, rung.at, LONDON)
        if rung.before_meeting is not None and meeting is not None:
            early = _before_meeting(rung, meeting, calendar)
            at = max(min(at, early), due) if early < at else at
        key = f"chase:{file.case.ref}:{request.agency}:{rung.id}{last}"
        found.append(_Step(rung, at, key))
    yield from sorted(found, key=lambda step: step.at)


def _before_meeting(rung: Rung, meeting: CaseEvent, calendar: Calendar) -> datetime:
    day = calendar.add_working_days(meeting_at(meeting).date(), -(rung.before_meeting or 0))
    return datetime.combine(day, rung.at, LONDON)


def _due_steps(steps: Sequence[_Step], file: CaseFile, now: datetime) -> Iterator[_Step]:
    """Yield the last rung to the agency that has come, and the last to the office, if not made."""
    come = [step for step in steps if step.at <= now]
    for is_escalation in (False, True):
        own = [one for one in come if (one.rung.template == ESCALATION) is is_escalation]
        if own and not file.has_mail(own[-1].key) and not _is_told(own[-1], file):
            yield own[-1]


def _is_told(step: _Step, file: CaseFile) -> bool:
    """Return whether the office was told already, where no letter could be drafted."""
    agency = step.key.split(":")[2]
    return step.rung.template == ESCALATION and any(
        note.code == Task.LATE_RETURN and note.text.startswith(f"{agency}:") for note in file.notes
    )


def _is_stale(step: _Step, request: Request, now: datetime) -> bool:
    """Return whether a reminder comes after the hour that it would remind of."""
    return step.rung.template == "reminder" and request.due is not None and now >= request.due


def _came_back(file: CaseFile, request: Request, office: Office) -> Note | None:
    """Return the work where a mail of this case to the agency's address came back: nothing more
    is written to it until the register has another."""
    contact = addressee_of(request.agency, office)
    back = (one for one in file.mails if one.agency == request.agency and one.state == _BOUNCED)
    if contact is None or all(one.to_address != contact.email for one in back):
        return None
    others = other_addresses(request.agency, contact.email, office)
    return Note(Task.REMINDER_BOUNCED, f"{request.agency}: {contact.email}.{others}")


def _waits_until(request: Request, office: Office, now: datetime) -> datetime | None:
    """Return until when nothing is written to the agency, or None where it may be now."""
    calendar, hours = calendar_of(office), office.letters.hours
    opens, closes = hours.opens.value, hours.closes.value
    if not is_open(now, opens, closes, calendar):
        return next_opening(now, opens, closes, calendar)
    paused_until = _paused_until(request, office, calendar)
    if paused_until is not None and now < paused_until:
        return paused_until
    return None


def _wrote_today(file: CaseFile, request: Request, now: datetime) -> bool:
    """Return whether the agency was reminded today: once a day is enough."""
    return any(
        mail.agency == request.agency
        and mail.template in ("reminder", "chaser")
        and london_day(mail.created_at) == london_day(now)
        for mail in file.mails
    )


def _paused_until(request: Request, office: Office, calendar: Calendar) -> datetime | None:
    """Return until when a request for more time that nobody decided keeps reminders back."""
    last = next(
        (one for one in reversed(request.since) if one.anchor.startswith("extension_")), None
    )
    if last is None or last.anchor != "extension_asked" or last.detail.get("outcome"):
        return None
    asked_at = moment_of(last) or datetime.combine(last.on, _END_OF_DAY, LONDON)
    wait = office.letters.chasing.pause_after_asking_wd.value
    day = calendar.add_working_days(asked_at.date(), wait)
    return after(datetime.combine(day, asked_at.timetz().replace(tzinfo=None), LONDON))


def _reminder(
    step: _Step,
    file: CaseFile,
    request: Request,
    office: Office,
    now: datetime,
    hold: Hold | None,
) -> Draft | None:
    contact = addressee_of(request.agency, office)
    sending = office.sending(step.rung.template)
    if contact is None or sending == "off" or request.letter is None:
        return None
    thread = request.letter.detail.get("message_id", "")
    return Draft(
        key=step.key,
        template=step.rung.template,
        to=address_of(contact),
        case=file.case.ref,
        values=request_values(file, request, office, now),
        in_reply_to=thread,
        references=(thread,) if thread else (),
        agency=request.agency,
        hold=hold or (Hold.PROFILE if sending == "hold" else None),
    )


def _escalation(
    step: _Step, file: CaseFile, request: Request, office: Office, now: datetime
) -> Draft | None:
    """Return the letter to the partner's lead, always held: whether it goes is a person's."""
    lead = lead_of(request.agency, office)
    if not lead or office.sending(ESCALATION) == "off":
        return None
    values = request_values(file, request, office, now)
    return Draft(
        key=step.key,
        template=ESCALATION,
        to=Address(lead.lower()),
        case=file.case.ref,
        values=values,
        agency=request.agency,
        hold=Hold.PROFILE,
    )


def _late(request: Request, office: Office, *, drafted: bool) -> Note:
    known = find_agency(request.agency, office)
    name = known.name if known else request.agency
    said = "a letter is drafted and held" if drafted else "nobody is named to write to"
    return Note(Task.LATE_RETURN, f"{request.agency}: nothing from {name}; {said}.")
