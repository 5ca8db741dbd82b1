"""What a person says of an event beside its day, checked: agencies, outcome, meeting, until when.

Pure. One event for each agency comes out; what cannot be understood is refused whole.
"""

from collections.abc import Mapping
from datetime import date, datetime, time

from agent.authority import role_id, roles_of
from agent.clockrules import MEETINGS
from agent.errors import RefusedAct
from agent.london import LONDON, london_day, spoken_day
from agent.model.case import CaseFile
from agent.model.decision import EventFact
from agent.profile import Office

_OF_AN_AGENCY = frozenset(
    {
        "scoping_sent",
        "scoping_bounced",
        "return_received",
        "nil_received",
        "extension_asked",
        "extension_granted",
    }
)
_OUTCOMES = {"met": "met", "not_met": "not_met", "not met": "not_met", "not-met": "not_met"}
# Partners are named by these words too, where the register has no such agency.
_PARTNERS = frozenset({"local_authority", "la", "icb", "health", "police", "education"})
_LISTS = ("agencies", "agency")


def facts_of(
    event: str,
    on: date,
    by: str,
    source: str,
    detail: Mapping[str, str],
    file: CaseFile,
    office: Office,
) -> tuple[EventFact, ...]:
    """Return the events to record, one for each agency it is about.

    The go is one event that names its agencies. Raises RefusedAct.
    """
    if event == "view_given":
        detail = _as_view(detail)
    agencies = tuple(_known_agency(one, file, office) for one in _listed(detail))
    told = {key: value.strip() for key, value in detail.items() if key not in _LISTS}
    told = {key: value for key, value in told.items() if value}
    if event in ("criteria_decided", "view_given"):
        told["outcome"] = _outcome(event, told)
    if event == "view_given":
        told["partner"] = _partner(told, file, office)
    if event in MEETINGS and not told.get("kind", "").isidentifier():
        raise RefusedAct(f"Say which meeting: `{event}` takes kind, such as rapid_review.")
    if "time" in told:
        told["time"] = _hour(told["time"])
    if "until" in told:
        told["until"] = _until(told["until"], on)
    if event == "extension_granted" and "until" not in told:
        raise RefusedAct("Say until when more time is granted: `until`, a day with its hour.")
    if event in _OF_AN_AGENCY and not agencies:
        raise RefusedAct(
            f"Say of which agency: `{event}` takes agencies, as the register has them."
        )
    if source:
        told["from"] = source
    if event == "rapid_review_agreed":
        named = {"agencies": ";".join(agencies)} if agencies else {}
        return (EventFact(event, on, by, {**named, **told}),)
    if not agencies:
        return (EventFact(event, on, by, told),)
    return tuple(EventFact(event, on, by, {"agency": one, **told}) for one in agencies)


def _as_view(detail: Mapping[str, str]) -> dict[str, str]:
    """Return the detail of a view with its partner and outcome by these names."""
    view = {"partner": detail.get("agency", ""), "outcome": detail.get("view", ""), **detail}
    return {key: value for key, value in view.items() if key not in ("agency", "view")}


def _listed(detail: Mapping[str, str]) -> tuple[str, ...]:
    parts = (part.strip() for name in _LISTS for part in detail.get(name, "").split(";"))
    return tuple(dict.fromkeys(filter(None, parts)))


def _known_agency(text: str, file: CaseFile, office: Office) -> str:
    """Return the id of an agency that the register has, or to which a letter of the case went."""
    known = {agency.id for agency in office.register.agencies}
    if text in known or any(one.detail.get("agency") == text for one in file.events):
        return text
    named = office.register.agency_named(text)
    if named is not None:
        return named.id
    if not known:
        return text  # A rehearsal may have no register; then nobody can be unknown.
    raise RefusedAct(
        f"There is no agency `{text}` in the register; known: {', '.join(sorted(known))}."
    )


def _partner(told: Mapping[str, str], file: CaseFile, office: Office) -> str:
    partner = told.get("partner", "")
    if not partner:
        raise RefusedAct("Say whose view it is: `view_given` takes partner.")
    if partner.lower().replace(" ", "_") in _PARTNERS:
        return partner.lower().replace(" ", "_")
    # A view by mail of somebody who is of no agency stands under their role or their address.
    if roles_of(partner, office):
        return partner.lower() if "@" in partner else role_id(partner)
    return _known_agency(partner, file, office)


def _outcome(event: str, told: Mapping[str, str]) -> str:
    said = told.get("outcome", "").lower()
    if said not in _OUTCOMES:
        raise RefusedAct(f"Say how: `{event}` takes outcome, which is met or not_met.")
    return _OUTCOMES[said]


def _hour(text: str) -> str:
    try:
        return time.fromisoformat(text).isoformat(timespec="minutes")
    except ValueError:
        raise RefusedAct(f"`{text}` is no time of day; write 14:30.") from None


def _until(text: str, on: date) -> str:
    """Return until when as ISO 8601: a London moment, or a day that ends at its clock's hour."""
    try:
        if len(text) <= len("2026-12-31"):
            day = date.fromisoformat(text)
            whole = day.isoformat()
        else:
            moment = datetime.fromisoformat(text)
            local = moment.replace(tzinfo=LONDON) if moment.tzinfo is None else moment
            day, whole = london_day(local), local.astimezone(LONDON).isoformat()
    except ValueError:
        raise RefusedAct(f"`{text}` is no day; write 2026-12-31, or 2026-12-31T17:00.") from None
    if day < on:
        raise RefusedAct(
            f"{spoken_day(day)} is before {spoken_day(on)}: it cannot last until then."
        )
    return whole
