"""What letters on a case say: the words and dates their templates are filled with. Pure.

Dates are spoken whole, with weekday and hour; nothing here is about a child.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, time

from agent.caseclocks import calendar_of, until_of
from agent.deadlines import ClockState
from agent.letterrules import Alert
from agent.london import LONDON, london_day, spoken_day, spoken_time
from agent.model.case import CaseEvent, CaseFile
from agent.profile import Office
from agent.recipients import addressee_of, find_agency, spoken_name
from agent.requests import Request

MEETING_NAMES: Mapping[str, str] = {
    "rapid_review": "rapid review meeting",
    "case_consideration": "case consideration meeting",
    "learning_group": "learning group meeting",
}


def contact_of(office: Office) -> str:
    """Return whom to turn to with questions, as a letter says it."""
    return f"{office.site.phone} or {office.site.mailbox}"


def addressee_words(agency: str, office: Office) -> str:
    """Return the agency's addressee as a letter names them, else the agency."""
    contact = addressee_of(agency, office)
    if contact is not None:
        return spoken_name(contact)
    known = find_agency(agency, office)
    return known.name if known else agency


def meeting_of(events: Sequence[CaseEvent], kind: str) -> CaseEvent | None:
    """Return the meeting of that kind as it was last set, or None."""
    set_ = [one for one in events if one.anchor == "meeting_set" and one.detail.get("kind") == kind]
    return set_[-1] if set_ else None


def meeting_at(event: CaseEvent) -> datetime:
    """Return when a meeting begins; at the start of its day where its hour is not known."""
    hour = time.fromisoformat(event.detail.get("time", "00:00"))
    return datetime.combine(event.on, hour, LONDON)


def meeting_words(event: CaseEvent | None) -> str:
    """Return day, hour and place of a meeting, or ""."""
    if event is None:
        return ""
    when = spoken_time(meeting_at(event)) if "time" in event.detail else spoken_day(event.on)
    return ", ".join(filter(None, (when, event.detail.get("place", ""))))


def days_words(number: int) -> str:
    """Return a number of working days in words."""
    return f"{number} working day{'' if number == 1 else 's'}"


def request_values(
    file: CaseFile, request: Request, office: Office, now: datetime
) -> dict[str, str]:
    """Return what reminders, chasers and escalations on a request say."""
    letter, due = request.letter, request.due
    late = 0
    if due is not None:
        late = max(calendar_of(office).count(due.date(), london_day(now)), 0) if now > due else 0
    chasers = [
        mail for mail in file.mails if mail.template == "chaser" and mail.agency == request.agency
    ]
    known = find_agency(request.agency, office)
    return {
        "reference": file.case.ref,
        "addressee": addressee_words(request.agency, office),
        "agency": known.name if known else request.agency,
        "due": "" if due is None else spoken_time(due),
        "sent_on": "" if letter is None else spoken_day(letter.on),
        "days_late": days_words(late),
        "again": "yes" if chasers else "",
        "chased": {0: "not yet", 1: "once", 2: "twice"}.get(len(chasers), f"{len(chasers)} times"),
        "contact": contact_of(office),
    }


def alert_values(
    alert: Alert,
    event: CaseEvent,
    file: CaseFile,
    request: Request | None,
    clocks: Sequence[ClockState],
    office: Office,
) -> dict[str, str]:
    """Return what a mail that follows an event says."""
    detail = event.detail
    due = _due_words(alert, request, clocks)
    kind = detail.get("kind", "")
    agency = detail.get("agency", "") or (request.agency if request else "")
    panel = next((one for one in reversed(file.events) if one.anchor == "panel_notified"), None)
    until = until_of(event)
    old = request.letter.detail.get("until", "") if request and request.letter else ""
    return {
        "reference": file.case.ref,
        "received": _when(event),
        "what": alert.what,
        "to_do": alert.to_do,
        "due": due if not isinstance(until, datetime) else spoken_time(until),
        "old_due": spoken_time(datetime.fromisoformat(old)) if "T" in old else "",
        "granted": "yes" if event.anchor == "extension_granted" else "no",
        "enclosed": "yes" if alert.encloses == "files" else "",
        "addressee": addressee_words(agency, office) if agency else "",
        "agency": agency,
        "meeting_name": MEETING_NAMES.get(kind, f"{kind.replace('_', ' ')} meeting".strip()),
        "meeting": meeting_words(event) if event.anchor == "meeting_set" else "",
        "place": detail.get("place", ""),
        "papers": "",
        "outcome": _words(detail.get("outcome", "")),
        "next": _words(detail.get("recommendation", detail.get("next", ""))),
        "why": "not_met" if event.anchor == "criteria_decided" else event.anchor,
        "notified_on": "" if panel is None else spoken_day(panel.on),
        "copy_to": "",
        "contact": contact_of(office),
    }


def _due_words(alert: Alert, request: Request | None, clocks: Sequence[ClockState]) -> str:
    if request is not None and request.due is not None:
        return spoken_time(request.due)
    clock = next((one for one in clocks if one.name == alert.clock), None)
    return "" if clock is None or clock.due is None else spoken_time(clock.due)


def _when(event: CaseEvent) -> str:
    if "time" not in event.detail:
        return spoken_day(event.on)
    hour = time.fromisoformat(event.detail["time"])
    return spoken_time(datetime.combine(event.on, hour, LONDON))


def _words(code: str) -> str:
    return code.replace("_", " ")
