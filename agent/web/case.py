"""One case: whom it is about, what is asked of a person, its clocks, what each agency was asked and
answered, its letters and mails, and everything that happened. Reading it is logged."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent.authority import deciders_of
from agent.caseclocks import calendar_of, clock_events, clocks_of, rules_for
from agent.clockpicture import draw_clocks, find_met
from agent.clockrules import EVENTS
from agent.countwords import explain_clock
from agent.linking import find_related
from agent.london import LONDON
from agent.model.case import CaseEvent, CaseFile, CaseType
from agent.prefill import prefill
from agent.profile import Office
from agent.recipients import find_agency
from agent.requests import Request, requests_of
from agent.rights import Right
from agent.store import work
from agent.store.accounts import list_accounts
from agent.store.casefiles import load_case_file
from agent.store.inbox import list_on_case
from agent.store.restricted import list_readers
from agent.web.access import READ_CASE, note_view, open_case, sees_all
from agent.web.visit import Shown, Visit
from agent.web.words import clock as clock_words

_REMINDERS = ("reminder", "chaser", "escalation")
_ANSWERS = ("return_received", "nil_received")


@dataclass(frozen=True, slots=True)
class Asked:
    """What one agency was asked, and how it stands."""

    agency: str
    name: str
    request: Request
    sent_on: str
    reminders: int
    answered: str
    secured: bool


def show(visit: Visit) -> Shown:
    """Return the page of a case."""
    case_id, case = open_case(visit, visit.path["ref"])
    office = visit.line.office
    with visit.database.read() as session:
        file = load_case_file(session, case_id)
        values: dict[str, Any] = {
            "notes": work.list_of_case(session, case_id),
            "mails_in": list_on_case(session, case_id),
            "related": find_related(session, office, file, sees_all=sees_all(visit)),
            "readers": list_readers(session, case_id),
            "accounts": list_accounts(session, visit.slug),
        }
    note_view(visit, READ_CASE, "the page of the case", case.ref)
    clocks = clocks_of(file, office, visit.now)
    rules, calendar = rules_for(office, case.type), calendar_of(office)
    met = find_met(clocks, rules, clock_events(file.events))
    named = [(_clock_name(one.name, office), one) for one in clocks]
    return Shown(
        "case.html",
        {
            **values,
            "file": file,
            "case": case,
            "picture": draw_clocks(named, visit.now, met=met),
            "explained": [(words, explain_clock(one, rules, calendar)) for words, one in named],
            "board": [_asked(one, file, office) for one in requests_of(file, clocks)],
            "timeline": _timeline(file),
            "deciders": _deciders(office),
            "criteria": office.criteria if case.type is CaseType.SERIOUS_INCIDENT else None,
            "may_restrict": sees_all(visit) and visit.may(Right.WORK),
            "missing": prefill(file, office, visit.now).missing,
            "section": "/cases",
        },
    )


def _clock_name(name: str, office: Office) -> str:
    _base, _, agency_id = name.partition(":")
    agency = find_agency(agency_id, office) if agency_id else None
    return f"Return of {agency.name}" if agency else clock_words(name)


def _asked(request: Request, file: CaseFile, office: Office) -> Asked:
    agency = find_agency(request.agency, office)
    answers = [one for one in request.since if one.anchor in _ANSWERS]
    return Asked(
        request.agency,
        agency.name if agency else request.agency,
        request,
        "" if request.letter is None else _day(request.letter),
        sum(
            mail.agency == request.agency
            and mail.template in _REMINDERS
            and mail.sent_at is not None
            for mail in file.mails
        ),
        ", ".join(_day(one) for one in answers),
        any(one.detail.get("secured") for one in request.since),
    )


def _day(event: CaseEvent) -> str:
    hour = event.detail.get("time", "")
    return f"{event.on.day} {event.on:%b %Y}{', ' if hour else ''}{hour}"


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of what happened: an event, or a letter of ours that was made."""

    at: datetime
    event: CaseEvent | None
    what: str
    detail: str
    mail: int | None


def _timeline(file: CaseFile) -> list[Happening]:
    """Return everything that was recorded and written, the newest first."""
    happened = [
        Happening(one.at, one, one.anchor, _told(one), one.message_row) for one in file.events
    ]
    happened += [
        Happening(one.created_at, None, one.template, one.agency or "", one.id)
        for one in file.mails
    ]
    return sorted(happened, key=lambda one: one.at, reverse=True)


def _told(event: CaseEvent) -> str:
    hidden = ("message_id", "from", "to")
    told = (
        f"{key.replace('_', ' ')} {_worded(key, value)}"
        for key, value in event.detail.items()
        if key not in hidden
    )
    return ", ".join(told)


def _worded(key: str, value: str) -> str:
    if key == "until" and "T" in value:
        moment = datetime.fromisoformat(value).astimezone(LONDON)
        return f"{moment.day} {moment:%b %Y, %H:%M}"
    return value.replace(";", ", ").replace("_", " ")


def _deciders(office: Office) -> list[tuple[str, str, str]]:
    """Return which roles may record each decision, and who holds them here."""
    rows = []
    for event, words in EVENTS.items():
        roles = deciders_of(event, office)
        if not roles:
            continue
        held = []
        for role, whose in office.site.roles.items():
            if role in roles:
                held += [whose] if isinstance(whose, str) else list(whose)
        rows.append((words, ", ".join(roles).replace("_", " "), ", ".join(filter(None, held))))
    return rows
