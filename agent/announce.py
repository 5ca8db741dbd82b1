"""The mails that follow an event of a case: alerts, invitations, replies to decisions, outcomes.

Pure. What follows what is declared (letterrules.Alert); each is written once, by its key.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.caseclocks import calendar_of
from agent.deadlines import ClockState
from agent.letterrules import Alert
from agent.lettervalues import alert_values
from agent.london import london_day, spoken_day
from agent.model.case import CaseEvent, CaseFile
from agent.model.decision import Note, Task
from agent.model.draft import Draft, Enclosure, Hold
from agent.model.message import Address
from agent.prefill import report_values
from agent.profile import Office
from agent.recipients import address_of, addressee_of, holders_of, is_ours_to_write
from agent.requests import Request

# Told again it is news again: each time has mails of its own.
_RENEWED = frozenset({"meeting_set", "extension_granted", "extension_asked"})
# Who else hears of the outcome beside the Panel, as the letter names them.
_COPIES = {"dfe": "Department for Education", "ofsted": "Ofsted"}
_REFERRALS = ("referral_received", "referral_added")


@dataclass(frozen=True, slots=True)
class Announced:
    """The mails to write, and what stands in the way of others."""

    drafts: tuple[Draft, ...] = ()
    tasks: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class _To:
    """One recipient: an address, a name for the key, and the agency's request where it is one."""

    address: Address
    name: str
    request: Request | None = None
    agency: str | None = None
    role: str = ""


def announce(
    file: CaseFile,
    requests: Sequence[Request],
    clocks: Sequence[ClockState],
    office: Office,
    now: datetime,
    hold: Hold | None,
) -> Announced:
    """Return what the case's events bring about in mails that were not written yet."""
    drafts: list[Draft] = []
    tasks: list[Note] = []
    for alert in office.alerts:
        if file.case.type not in alert.applies or office.sending(alert.template) == "off":
            continue
        matching = [one for one in file.events if _follows(alert, one)]
        for event in _newest_of_each(matching):
            if not _is_news(event, office, now):
                continue
            number = _number(event, matching)
            recipients = list(_recipients(alert, event, file, requests, office))
            if not recipients and alert.to[0] not in ("agencies", "agency"):
                tasks.append(_nobody(alert, event))
            for to in recipients:
                key = _key(alert, event, file.case.ref, to.name, number)
                if not file.has_mail(key):
                    draft = _draft(key, alert, event, to, file, clocks, office, now, hold)
                    drafts.append(draft)
    return Announced(tuple(drafts), tuple(dict.fromkeys(tasks)))


def _follows(alert: Alert, event: CaseEvent) -> bool:
    name, _, mark = alert.on.partition(":")
    told = event.detail
    if event.anchor != name or {"proposed", "adopted"} & told.keys():
        return False
    if mark and mark not in (told.get("kind", ""), told.get("outcome", "")):
        return False
    if not alert.with_outcome:
        return True
    outcome = told.get("outcome", "").lower()
    return bool(outcome) and (not alert.about or any(word in outcome for word in alert.about))


def _newest_of_each(events: Sequence[CaseEvent]) -> tuple[CaseEvent, ...]:
    """Return of each agency's or meeting's event the last that was recorded."""
    newest = {(one.detail.get("agency"), one.detail.get("kind")): one for one in events}
    return tuple(newest.values())


def _is_news(event: CaseEvent, office: Office, now: datetime) -> bool:
    recent = office.letters.chasing.announce_within_wd.value
    return calendar_of(office).count(london_day(event.at), london_day(now)) <= recent


def _number(event: CaseEvent, matching: Sequence[CaseEvent]) -> int:
    if event.anchor not in _RENEWED:
        return 1
    same = [one for one in matching if one.detail.get("agency") == event.detail.get("agency")]
    return same.index(event) + 1


def _key(alert: Alert, event: CaseEvent, ref: str, name: str, number: int) -> str:
    kind = event.detail.get("kind", "")
    id_ = f"{alert.id}.{kind}" if kind and ":" not in alert.on else alert.id
    return f"{id_}:{ref}:{name}" + (f":{number}" if number > 1 else "")


def _recipients(
    alert: Alert,
    event: CaseEvent,
    file: CaseFile,
    requests: Sequence[Request],
    office: Office,
) -> Iterator[_To]:
    seen = set()
    for to in alert.to:
        for one in _named(to, event, file, requests, office):
            if one.address.email not in seen:
                seen.add(one.address.email)
                yield one


def _named(
    to: str, event: CaseEvent, file: CaseFile, requests: Sequence[Request], office: Office
) -> Iterator[_To]:
    if to == "agencies":
        wrote = [one for one in requests if one.letter and _is_before(one.letter, event, file)]
        yield from (one for request in wrote for one in _of_request(request, office))
    elif to == "agency":
        own = [one for one in requests if one.agency == event.detail.get("agency")]
        yield from (one for request in own for one in _of_request(request, office))
    elif to == "statutory_partners":
        for agency in office.register.agencies:
            contact = addressee_of(agency.id, office)
            if agency.role == "statutory_partner" and contact is not None:
                yield _To(address_of(contact), agency.id, agency=agency.id)
    elif to == "referrer":
        referrers = dict.fromkeys(one.by for one in file.events if one.anchor in _REFERRALS)
        yield from (_To(Address(by), by) for by in referrers if is_ours_to_write(by, office))
    elif to == "panel":
        if office.site.panel_address:
            yield _To(Address(office.site.panel_address), "panel", role="panel")
    else:
        held = (one.lower() for one in holders_of(to, office))
        yield from (_To(Address(one), one, role=to) for one in held)


def _of_request(request: Request, office: Office) -> Iterator[_To]:
    contact = addressee_of(request.agency, office)
    if contact is not None:
        yield _To(address_of(contact), request.agency, request, request.agency)


def _is_before(letter: CaseEvent, event: CaseEvent, file: CaseFile) -> bool:
    """Return whether the letter had left before the event: a later one says it by itself."""
    return file.events.index(letter) < file.events.index(event)


def _draft(
    key: str,
    alert: Alert,
    event: CaseEvent,
    to: _To,
    file: CaseFile,
    clocks: Sequence[ClockState],
    office: Office,
    now: datetime,
    hold: Hold | None,
) -> Draft:
    values = alert_values(alert, event, file, to.request, clocks, office)
    if to.role in _COPIES:
        values["copy_to"] = _COPIES[to.role]
    if to.role == "panel":
        values["addressee"] = "The Chair, Child Safeguarding Practice Review Panel"
    letter = to.request.letter if to.request else None
    thread = letter.detail.get("message_id", "") if letter else ""
    detail = {"together": f"{alert.id}:{file.case.ref}:"} if alert.records else {}
    sending = office.sending(alert.template)
    return Draft(
        key=key,
        template=alert.template,
        to=to.address,
        case=file.case.ref,
        values=values,
        in_reply_to=thread,
        references=(thread,) if thread else (),
        agency=to.agency,
        hold=hold or _hold_of(event) or (Hold.PROFILE if sending == "hold" else None),
        enclosures=_enclosures(alert, event, file, office, now),
        event=alert.records,
        detail=detail,
        answers=event.message_row,
    )


def _hold_of(event: CaseEvent) -> Hold | None:
    """Return why nothing that follows from this event leaves by itself, or None."""
    held = event.detail.get("hold", "")
    return Hold(held) if held else None


def _enclosures(
    alert: Alert, event: CaseEvent, file: CaseFile, office: Office, now: datetime
) -> tuple[Enclosure, ...]:
    if alert.encloses == "files" and event.message_row is not None:
        return (Enclosure("", from_mail=event.message_row),)
    if alert.encloses != "report":
        return ()
    ref = file.case.ref
    values = {**report_values(file, office), "dated": spoken_day(london_day(now))}
    return (
        Enclosure(f"{ref} letter to the Panel.docx", "letters/panel-letter.docx", values),
        Enclosure(f"{ref} rapid review report.docx", "forms/rapid-review-report.docx", values),
    )


def _nobody(alert: Alert, event: CaseEvent) -> Note:
    who = ", ".join(one.replace("_", " ") for one in alert.to)
    return Note(Task.NOBODY_TO_TELL, f"{alert.template} after {event.anchor}: {who}.")
