"""The scoping letters: to every agency that the go names, once everything they say is known. Pure.

What is missing, and an agency that cannot be written to, is a task for a person; a letter never
leaves with a gap, and never to an address that is not confirmed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.caseclocks import calendar_of, rules_for
from agent.clockrules import RETURN
from agent.counting import due_after
from agent.deadlines import ClockState, State
from agent.invites import invitation_to
from agent.lettervalues import (
    addressee_words,
    meeting_of,
    meeting_words,
)
from agent.london import LONDON, london_day, spoken_day, spoken_time
from agent.model.case import CaseEvent, CaseFile, CaseMail, CaseType
from agent.model.decision import Note, Task
from agent.model.draft import Draft, Enclosure, Hold
from agent.model.register import Contact
from agent.officehours import is_open, next_opening
from agent.prefill import prefill
from agent.profile import Office
from agent.recipients import address_of, addressee_of, find_agency, why_unreachable
from agent.requests import AWAITED, SCOPING, Request, RequestState

RAPID_REVIEW = "rapid_review"
# A letter that is written and has neither left nor failed.
_ON_ITS_WAY = frozenset({"held", "queued", "sending", "retry", "uncertain"})
# What a person said to have a letter written anew is kept under this name and the agency's id: how
# many there were then.
AGAIN = "again:"


@dataclass(frozen=True, slots=True)
class Round:
    """The letters to write now, what keeps others back, and when to look again."""

    drafts: tuple[Draft, ...] = ()
    tasks: tuple[Note, ...] = ()
    again_at: datetime | None = None


def plan_round(
    file: CaseFile,
    requests: Sequence[Request],
    clocks: Sequence[ClockState],
    office: Office,
    now: datetime,
    hold: Hold | None,
) -> Round:
    """Return the scoping letters that are to be written at `now`."""
    open_ = [one for one in requests if _is_wanted(one, file, office)]
    if not open_ or file.case.type is not CaseType.SERIOUS_INCIDENT:
        return Round()
    again_at = _waits_until(clocks, office, now)
    if again_at is not None:
        return Round(again_at=again_at)
    due = _due(file, office, now)
    if due is None:
        return Round(tasks=(Note(Task.COMPLETE_PREFILL, "the area has no clock for returns."),))
    filled = prefill(file, office, due)
    meeting = meeting_of(file.events, RAPID_REVIEW)
    missing = list(filled.missing)
    if office.scoping.needs_meeting and meeting is None:
        missing.append("the meeting's date (record `meeting_set`)")
    if meeting is not None and meeting.on < london_day(now):
        missing.append("a meeting's date that is not past")
    if missing:
        return Round(tasks=(Note(Task.COMPLETE_PREFILL, f"{'; '.join(missing)}."),))
    letters = _Letters(file, office, due, meeting, filled.values, now, hold)
    drafts, tasks = [], []
    for request in open_:
        contact = addressee_of(request.agency, office)
        if contact is None:
            tasks.append(_no_address(request, office))
            continue
        drafts.append(letters.draft(request, contact))
    return Round(tuple(drafts), tuple(tasks))


def _is_wanted(request: Request, file: CaseFile, office: Office) -> bool:
    """Return whether a letter to the agency is still to be written: the first, one that a person
    wants anew, or one to a new address after the last came back."""
    made = letters_to(request.agency, file)
    is_open = request.state in (RequestState.DRAFTED, *AWAITED, RequestState.BOUNCED)
    if is_open and file.completed.get(f"{AGAIN}{request.agency}") == str(made):
        return True
    if request.state is RequestState.BOUNCED:
        if any(mail.state in _ON_ITS_WAY for mail in _letters(request.agency, file)):
            return False
        contact = addressee_of(request.agency, office)
        old = request.letter.detail.get("to", "") if request.letter else ""
        return contact is not None and contact.email != old.lower()
    return request.state is RequestState.DRAFTED and made == 0


def letters_to(agency: str, file: CaseFile) -> int:
    """Return how many scoping letters to the agency were written, by us or by the office before."""
    ours = len(_letters(agency, file))
    sent = sum(
        one.anchor == "scoping_sent" and one.detail.get("agency") == agency for one in file.events
    )
    return max(ours, sent)


def _letters(agency: str, file: CaseFile) -> list[CaseMail]:
    return [mail for mail in file.mails if mail.template == SCOPING and mail.agency == agency]


def _key(request: Request, file: CaseFile) -> str:
    """Return the key of the letter: the second and later ones have their number."""
    base, made = f"scoping:{file.case.ref}:{request.agency}", letters_to(request.agency, file)
    return base if made == 0 else f"{base}:{made + 1}"


def _waits_until(clocks: Sequence[ClockState], office: Office, now: datetime) -> datetime | None:
    """Return until when the area lets letters wait for office hours; None where they leave now.

    They do not wait beyond their own clock.
    """
    calendar, hours = calendar_of(office), office.letters.hours
    opens, closes = hours.opens.value, hours.closes.value
    if not office.scoping.office_hours or is_open(now, opens, closes, calendar):
        return None
    opening = next_opening(now, opens, closes, calendar)
    own = next((one for one in clocks if one.name == "scoping_out"), None)
    runs = own is not None and own.state in (State.RUNNING, State.LATE)
    return None if runs and own is not None and own.due and own.due < opening else opening


def _due(file: CaseFile, office: Office, now: datetime) -> datetime | None:
    """Return when a return is due to which the letter leaves now."""
    rule = next((one for one in rules_for(office, file.case.type) if one.name == RETURN), None)
    if rule is None:
        return None
    return due_after(rule.after, london_day(now), now, rule.due_hour, calendar_of(office))


def _no_address(request: Request, office: Office) -> Note:
    known = find_agency(request.agency, office)
    name = known.name if known else request.agency
    why = why_unreachable(request.agency, office)
    return Note(Task.NO_ADDRESS, f"{name}: no letter was written, since {why}.")


@dataclass(frozen=True, slots=True)
class _Letters:
    """One round: what every letter of it says alike."""

    file: CaseFile
    office: Office
    due: datetime
    meeting: CaseEvent | None
    values: Mapping[str, object]
    now: datetime
    hold: Hold | None

    def draft(self, request: Request, contact: Contact) -> Draft:
        """Return the letter to one agency, with the form and the letter as Word files."""
        ref, key = self.file.case.ref, _key(request, self.file)
        said = self._said(request)
        filled = {**self.values, **said, "dated": spoken_day(london_day(self.now))}
        enclosures = [
            Enclosure(f"{ref} scoping letter.docx", "letters/scoping-letter.docx", filled),
            Enclosure(f"{ref} scoping form.docx", self.office.scoping.form, filled),
        ]
        if self.meeting is not None:
            whom = contact.email
            enclosures += invitation_to(whom, self.meeting, self.file, self.office, self.now)
        by_profile = Hold.PROFILE if self.office.sending(SCOPING) == "hold" else None
        return Draft(
            key=key,
            template=SCOPING,
            to=address_of(contact),
            case=ref,
            values=said,
            agency=request.agency,
            hold=self.hold or by_profile,
            enclosures=tuple(enclosures),
            event="scoping_sent",
            detail={
                "agency": request.agency,
                "until": self.due.astimezone(LONDON).isoformat(),
                "to": contact.email,
            },
        )

    def _said(self, request: Request) -> dict[str, str]:
        office, rules = self.office, self.office.scoping
        known = find_agency(request.agency, office)
        return {
            "reference": self.file.case.ref,
            "addressee": addressee_words(request.agency, office),
            "agency": known.name if known else request.agency,
            "due": spoken_time(self.due),
            "meeting": meeting_words(self.meeting),
            "basis": rules.basis,
            "timeframe": rules.timeframe,
            "contact": str(self.values["contact"]),
            "return_address": office.site.mailbox,
            "signatory": str(self.values["signatory"]),
            "panel_guidance": rules.guidance,
        }
