"""Recording and correcting what happened on a case, completing what its letters say, and who may
open it. What may be recorded, and by whom, is judged by `acts`; nothing of that is judged here."""

from dataclasses import dataclass
from datetime import date

from agent.acting import carry_out, complete
from agent.acts import Act
from agent.authority import deciders_of, roles_of
from agent.clockrules import EVENTS, MEETINGS
from agent.completing import NAMES
from agent.errors import NotAuthorised, RefusedAct
from agent.lifecycle import LASTING
from agent.linking import link_cases
from agent.london import london_day
from agent.model.case import CaseFile, CaseSnapshot
from agent.model.decision import LogLine
from agent.prefill import prefill
from agent.requests import agencies_of_go
from agent.rights import Right
from agent.store import actionlog
from agent.store.accounts import find_account
from agent.store.casefiles import load_case_file
from agent.store.restricted import set_open
from agent.web.access import open_case, sees_all
from agent.web.visit import Moved, NotHere, Shown, Visit

_MET = (
    ("", "Choose one"),
    ("met", "The criteria are met"),
    ("not_met", "The criteria are not met"),
)
_PARTNERS = (
    ("", "Choose one"),
    ("local_authority", "The local authority"),
    ("icb", "Health (the ICB)"),
    ("police", "The police"),
    ("education", "Education"),
)
_LETTERS = (
    "scoping_sent",
    "scoping_bounced",
    "return_received",
    "nil_received",
    "extension_asked",
    "extension_granted",
)
# What the agent notes by itself; a person corrects the day where it is wrong.
_ORDER = (
    "criteria_decided",
    "view_given",
    "recommended",
    "considered",
    "aware",
    "panel_notified",
    "partnership_notified",
    "rapid_review_agreed",
    "extension_granted",
    "meeting_set",
    "meeting_held",
    "agenda_set",
    "return_received",
    "nil_received",
    "recommendation_approved",
    "report_sent",
    "panel_responded",
    "outcome_shared",
    "review_started",
    "paused",
    "reopened",
    "withdrawn",
    "closed",
    "restricted",
)
_OTHERS = tuple(event for event in EVENTS if event not in _ORDER)


@dataclass(frozen=True, slots=True)
class Asks:
    """Which further answers the form of an event asks for."""

    agencies: bool
    outcomes: tuple[tuple[str, str], ...]
    says_outcome: bool
    partner: bool
    meeting: bool
    hour: bool
    until: bool
    lifts: bool


def choose(visit: Visit) -> Shown:
    """Return the list of what can be recorded."""
    _, case = open_case(visit, visit.path["ref"])
    values = {"case": case, "order": _ORDER, "others": _OTHERS, "section": "/cases"}
    return Shown("record-choose.html", values)


def show(visit: Visit) -> Shown:
    """Return the form of one event."""
    case_id, case = open_case(visit, visit.path["ref"])
    event = visit.path["event"]
    if event not in EVENTS:
        raise NotHere
    with visit.database.read() as session:
        file = load_case_file(session, case_id)
    office = visit.line.office
    earlier = [one for one in file.events if one.anchor == event]
    return Shown(
        "record.html",
        {
            "case": case,
            "event": event,
            "asks": _asks(event),
            "agencies": _agencies(visit, file, event),
            "chosen": visit.lists.get("agencies", agencies_of_go(file.events)),
            "meetings": _meetings(visit),
            "partners": _PARTNERS,
            "people": _people(visit),
            "roles": ", ".join(deciders_of(event, office)).replace("_", " "),
            "earlier": earlier if event in LASTING else (),
            "today": london_day(visit.now),
            "section": "/cases",
        },
    )


def record(visit: Visit) -> Moved:
    """Record what the person, or the person they enter it for, says happened."""
    _, case = open_case(visit, visit.path["ref"])
    _check_version(visit, case)
    event, form = visit.path["event"], visit.form
    try:
        on = date.fromisoformat(form.get("on", ""))
    except ValueError:
        raise RefusedAct("Write the day as 2026-12-31.") from None
    by = form.get("by", "").strip().lower() or visit.by
    if by != visit.by and not visit.may(Right.APPROVE):
        raise NotAuthorised("Only an approver enters what somebody else has decided.")
    source = "the page" if by == visit.by else f"the page, entered by {visit.by}"
    act = Act(event, on, by, roles_of(by, visit.line.office), _detail(visit), source)
    carry_out(visit.database, visit.line.office, case.ref, act, visit.now)
    return Moved(f"/cases/{case.ref}", f"Recorded: {EVENTS[event]}.")


def show_completion(visit: Visit) -> Shown:
    """Return the form for what the scoping letters have to say."""
    case_id, case = open_case(visit, visit.path["ref"])
    with visit.database.read() as session:
        file = load_case_file(session, case_id)
    known = prefill(file, visit.line.office, visit.now)
    return Shown(
        "complete.html",
        {
            "case": case,
            "names": NAMES,
            "values": {name: file.completed.get(name, "") for name in NAMES},
            "told": {name: known.values.get(name, "") for name in NAMES},
            "missing": known.missing,
            "section": "/cases",
        },
    )


def save_completion(visit: Visit) -> Moved:
    """Keep what the letters have to say: they leave by themselves once nothing is missing."""
    case_id, case = open_case(visit, visit.path["ref"])
    _check_version(visit, case)
    with visit.database.read() as session:
        had = load_case_file(session, case_id).completed
    told = {
        name: visit.form[name].replace("\r\n", "\n").strip()
        for name in NAMES
        if visit.form.get(name, "").strip() not in ("", had.get(name, ""))
    }
    complete(visit.database, visit.line.office, case.ref, told, visit.by, visit.now)
    return Moved(f"/cases/{case.ref}", "Added. The letters leave once nothing else is missing.")


def set_reader(visit: Visit) -> Moved:
    """Open a restricted case to somebody who may sign in, or close it to them again."""
    case_id, case = open_case(visit, visit.path["ref"])
    if not sees_all(visit):
        raise NotAuthorised("Who may restrict a case says who may open it.")
    email, is_open = visit.form.get("email", ""), visit.form.get("open") == "yes"
    with visit.database.write() as session:
        account = find_account(session, email)
        if account is None or visit.slug not in account.roles:
            raise RefusedAct("Choose somebody who may sign in.")
        set_open(session, case_id, account.id, visit.by, visit.now, is_open=is_open)
        action = "case opened to a reader" if is_open else "case closed to a reader"
        actionlog.note(
            session,
            visit.slug,
            LogLine(action, f"{visit.by} said so.", private=account.email),
            visit.by,
            visit.now,
            case=case.ref,
        )
    return Moved(f"/cases/{case.ref}#readers", "Changed who may open the case.")


def link(visit: Visit) -> Moved:
    """Link another case to this one, or unlink it."""
    _, case = open_case(visit, visit.path["ref"])
    other = visit.form.get("other", "").strip().upper()
    try:
        open_case(visit, other)
    except NotHere:
        raise RefusedAct(f"There is no case {other[:40]} open to you.") from None
    is_linked = visit.form.get("linked") == "yes"
    link_cases(visit.line, case.ref, other, visit.by, visit.now, is_linked=is_linked)
    return Moved(f"/cases/{case.ref}", "Linked." if is_linked else "Unlinked.")


def _asks(event: str) -> Asks:
    return Asks(
        agencies=event in (*_LETTERS, "rapid_review_agreed", "withdrawn"),
        outcomes=_MET if event in ("criteria_decided", "view_given") else (),
        says_outcome=event in ("meeting_held", "recommended", "recommendation_approved"),
        partner=event == "view_given",
        meeting=event in MEETINGS,
        hour=event in (*MEETINGS, "return_received", "nil_received", "report_sent"),
        until=event == "extension_granted",
        lifts=event == "restricted",
    )


def _detail(visit: Visit) -> dict[str, str]:
    """Return what was entered beside the day, as `acts` takes it."""
    form = visit.form
    detail = {
        name: form[name].strip()
        for name in ("outcome", "partner", "kind", "time", "recommendation")
        if form.get(name, "").strip()
    }
    if named := [one for one in visit.lists.get("agencies", ()) if one]:
        detail["agencies"] = ";".join(named)
    if day := form.get("until", "").strip():
        hour = form.get("until_time", "").strip() or "17:00"
        detail["until"] = f"{day}T{hour}"
    if form.get("lifted") == "yes":
        detail["lifted"] = "yes"
    return detail


def _check_version(visit: Visit, case: CaseSnapshot) -> None:
    """Raise RefusedAct where the case has changed since the form was shown."""
    if visit.form.get("version") != str(case.version):
        raise RefusedAct(
            "The case has changed since you opened this form. Look at what happened, then send it "
            "again if it is still right."
        )


def _agencies(visit: Visit, file: CaseFile, event: str) -> list[tuple[str, str]]:
    """Return the agencies that may be meant: for a letter's answer those that were asked."""
    asked = {one.detail.get("agency") for one in file.events if one.anchor == "scoping_sent"}
    asked |= set(agencies_of_go(file.events))
    every = [(one.id, one.name) for one in visit.line.office.register.agencies]
    if event == "rapid_review_agreed" or not asked:
        return every
    known = {one for one, _ in every}
    old = [(one, one) for one in sorted(filter(None, asked)) if one not in known]
    return [(id_, name) for id_, name in every if id_ in asked] + old


def _meetings(visit: Visit) -> list[tuple[str, str]]:
    groups = [(one.id, one.name) for one in visit.line.office.profile.group]
    had = {one for one, _ in groups}
    shared = [("rapid_review", "Rapid review"), ("case_consideration", "Case consideration")]
    return [("", "Choose one"), *groups, *(one for one in shared if one[0] not in had)]


def _people(visit: Visit) -> list[tuple[str, str]]:
    """Return who may have said it: oneself, or for an approver everybody who holds a role."""
    found = {visit.by: f"{visit.account.name} (you)"}
    if visit.may(Right.APPROVE):
        for role, whose in visit.line.office.site.roles.items():
            for address in (whose,) if isinstance(whose, str) else whose:
                words = role.replace("_", " ")
                if address and address.lower() != visit.by:
                    key = address.lower()
                    found[key] = f"{found[key]}, {words}" if key in found else f"{key}: {words}"
    return list(found.items())
