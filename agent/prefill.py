"""What the forms that go with letters say of a case: every known value in its place.

Pure. Nothing is guessed, and nothing goes out that the agencies need not know: neither what the
referral says of other agencies nor of the police, the coroner or adults at risk.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from agent import answers
from agent.familywords import PERSON, UNKNOWN, parse_person, part_by_side, show_person, write_day
from agent.lettervalues import contact_of, meeting_of, meeting_words
from agent.london import spoken_day, spoken_time
from agent.model.case import CaseEvent, CaseFile
from agent.profile import Office
from agent.recipients import find_agency

_NO_DEATH = "not applicable"
_NOBODY = re.compile(r"no(?:ne|body|\b)[^\n]{0,40}\bknown\W*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Prefill:
    """The values of the forms' templates, and in plain words what a person has to complete before
    a letter may leave."""

    values: dict[str, object] = field(repr=False)
    missing: tuple[str, ...]


def prefill(file: CaseFile, office: Office, due: datetime) -> Prefill:
    """Return what letter and scoping form say of a case whose returns are due then.

    What a person has completed comes before the referral. `mothers`, `fathers`, `siblings` and
    `others` hold at least one record each, with `who`, `also_known_as`, `dob`, `address` and
    `previous_addresses`; `family` holds all of them with `name` and `relationship`.
    """
    known = _Known(file)
    family = tuple(known.family())
    values = {
        **_office_values(file, office, known),
        "due": spoken_time(due),
        **{name: value or UNKNOWN for name, value in known.child().items()},
        "summary": known.text("summary"),
        "period": known.text("period"),
        "family": tuple(map(show_person, family)) or (show_person({}),),
        **part_by_side(family),
    }
    needed = {
        "the child's name": known.child()["child_name"],
        "a summary of the case": values["summary"],
        "the period to be looked at": values["period"],
        "the family, or that nobody is known": family or known.says_no_family(),
        "whom agencies may ring or write to": values["contact"],
    }
    return Prefill(values, tuple(words for words, value in needed.items() if not value))


def report_values(file: CaseFile, office: Office) -> dict[str, object]:
    """Return what the rapid review's report and the letter to the Panel say of a case.

    What is not recorded is "" in `summary`, `notified_on`, `meeting`, `outcome` and `decision` (the
    outcome as the Panel's letter words it); `documents` has one line for each.
    """
    known, site = _Known(file), office.site
    outcome = _outcome(file.events)
    notified = _last(file.events, "panel_notified")
    approved = _last(file.events, "recommendation_approved")
    return {
        **_office_values(file, office, known),
        **{name: value or "not known" for name, value in known.child().items()},
        "summary": known.text("summary"),
        "family": tuple(show_person(one, "not known") for one in known.family())
        or (show_person({}, "not known"),),
        "notified_on": "" if notified is None else spoken_day(notified.on),
        "meeting": _review_meeting(file.events),
        "documents": "\n".join(_documents(file, office)) or "none recorded",
        "outcome": outcome,
        "decision": _decision(outcome),
        "endorsed": "" if approved is None else spoken_day(approved.on),
        "panel_address": site.panel_address,
        "panel_guidance": office.scoping.guidance,
    }


def _office_values(file: CaseFile, office: Office, known: "_Known") -> dict[str, object]:
    profile, site = office.profile, office.site
    can_be_asked = site.phone and site.mailbox
    return {
        "reference": file.case.ref,
        "partnership": profile.name,
        "partnership_short": profile.short_name,
        "incident_words": profile.incident_words,
        "phone": site.phone,
        "mailbox": site.mailbox,
        "contact": known.text("contact") or (contact_of(office) if can_be_asked else ""),
        "signatory": known.text("signatory") or office.scoping.signatory,
    }


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a case, what a person said before what the referral says."""

    file: CaseFile

    def text(self, name: str) -> str:
        """Return a value, "" where nobody has said anything by it."""
        for said in (self.file.completed.get(name), self.file.referral.get(name)):
            if isinstance(said, str) and (text := _said(said)):
                return text
        return ""

    def child(self) -> dict[str, str]:
        """Return what is known of the subject child; of several, each on a numbered line."""
        case = self.file.case.child
        children = self.file.referral.get("children") or ()
        name = case.name or self.text("child_name")
        born = write_day(case.dob or self.text("child_dob"))
        if len(children) > 1:
            name = _numbered([_said(one.get("name") or "") for one in children])
            born = _numbered([write_day(one.get("dob") or "") for one in children])
        return {
            "child_name": name,
            "also_known_as": self.text("also_known_as"),
            "nhs_number": _grouped(
                _said(self.file.completed.get("nhs_number", ""))
                or case.nhs_number
                or self.text("nhs_number")
            ),
            "child_dob": born,
            "date_of_death": self._death(),
            "child_address": self.text("child_address"),
            "previous_addresses": self.text("previous_addresses"),
        }

    def _death(self) -> str:
        if said := self.text("date_of_death"):
            return write_day(said)
        has_died = self.file.referral.get("incident_is_death")
        if has_died:
            return write_day(self.text("incident_date"))
        return _NO_DEATH if has_died is False else ""

    def family(self) -> Iterator[dict[str, str]]:
        """Yield everybody of the family as `name`, `relationship`, `dob` and `address`."""
        said = self.file.completed.get("family", "")
        if self.says_no_family():
            return
        if answers.without_blanks(said):
            lines = filter(_said, re.split(r"\s*[;\n]\s*", said.strip()))
            yield from map(parse_person, lines)
            return
        for row in self.file.referral.get("family") or ():
            person = {name: _said(str(row.get(name) or "")) for name in PERSON}
            if person["name"] or person["relationship"]:
                yield {**person, "dob": write_day(person["dob"])}

    def says_no_family(self) -> bool:
        """Return whether a person has said that nobody is known."""
        said = self.file.completed.get("family", "")
        return answers.is_not_known(said) or _NOBODY.fullmatch(said.strip()) is not None


def _said(text: str) -> str:
    """Return an answer, "" where it says nothing by itself: a prompt, "N/K", "see attached"."""
    text = answers.without_blanks(text)
    return "" if answers.is_not_known(text) or answers.points_elsewhere(text) else text


def _numbered(texts: Sequence[str]) -> str:
    return "\n".join(f"{at}. {text or UNKNOWN}" for at, text in enumerate(texts, start=1))


def _grouped(number: str) -> str:
    """Return an NHS number as it is printed: 943 476 5919."""
    digits = answers.parse_nhs_number(number)
    return number if digits is None else f"{digits[:3]} {digits[3:6]} {digits[6:]}"


def _last(events: Sequence[CaseEvent], anchor: str, kind: str = "") -> CaseEvent | None:
    found = (one for one in reversed(events) if one.anchor == anchor)
    return next((one for one in found if not kind or one.detail.get("kind") == kind), None)


def _review_meeting(events: Sequence[CaseEvent]) -> str:
    held = _last(events, "meeting_held", "rapid_review")
    return (
        meeting_words(meeting_of(events, "rapid_review")) if held is None else spoken_day(held.on)
    )


def _outcome(events: Sequence[CaseEvent]) -> str:
    for anchor, kind in (("recommendation_approved", ""), ("meeting_held", "rapid_review")):
        told = _last(events, anchor, kind)
        if told is not None and told.detail.get("outcome"):
            return told.detail["outcome"].replace("_", " ")
    return ""


_REVIEW = r"(?:cspr|(?:child )?(?:safeguarding )?(?:practice )?review)"
_REACH = {
    "national": re.compile(rf"national\s*|.*\bnational {_REVIEW}\b.*", re.DOTALL),
    "local": re.compile(rf"local\s*|.*\b(?:local {_REVIEW}|lcspr)\b.*", re.DOTALL),
}
_DENIED = re.compile(r"\b(?:not?|neither|without)\b")


def _decision(outcome: str) -> str:
    """Return an outcome in the words of the letter to the Panel, which knows three; "" where it
    names two of them, for a person to say.

    Source: 001_ef00117a1c29e64a.txt, the letter to the Panel; every outcome of the report other
    than a national or a local review is that the criteria are not met.
    """
    words = " ".join(outcome.lower().split())
    reaches = [reach for reach, told in _REACH.items() if told.fullmatch(words)]
    if not words or len(reaches) > 1:
        return ""
    review = "child safeguarding practice review"
    if reaches and not _DENIED.search(words):
        return f"meets the criteria for a {reaches[0]} {review}"
    return f"does not meet the criteria for a {review}"


_PAPERS = {
    "referral_received": "Referral",
    "referral_added": "Further referral",
    "panel_notified": "Notification of the incident",
    "return_received": "Return",
    "nil_received": "Nil return",
}


def _documents(file: CaseFile, office: Office) -> Iterator[str]:
    for event in file.events:
        if event.anchor in _PAPERS:
            agency = event.detail.get("agency", "")
            known = find_agency(agency, office) if agency else None
            of = f" of {known.name if known else agency}" if agency else ""
            yield f"{_PAPERS[event.anchor]}{of}, {spoken_day(event.on)}"
