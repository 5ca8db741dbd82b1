"""The mails that follow an event of a case: alerts, invitations, replies to decisions, outcomes.

Pure. What follows what is declared (letterrules.Alert); each is written once, by its key.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.caseclocks import calendar_of
from agent.deadlines import ClockState
from agent.invites import invitation_to
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
# Where nobody is written to, it is because nobody was asked for anything: that is no work.
_MAY_BE_NOBODY = ("agencies", "agency")
_PANEL = "The Chair, Child Safeguarding Practice Review Panel"
# What ends a case ends the request to one agency alone where it names it.
_MAY_END_ONE = frozenset({"withdrawn", "closed"})
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
    news = _News(file, requests, clocks, office, now, hold)
    drafts: list[Draft] = []
    tasks: list[Note] = []
    for alert in office.alerts:
        if file.case.type not in alert.applies or office.sending(alert.template) == "off":
            continue
        matching = [one for one in file.events if _follows(alert, one)]
        for event in _newest_of_each(matching):
            if not news.is_recent(event):
                continue
            recipients = news.recipients(alert, event)
            if not recipients and alert.to[0] not in _MAY_BE_NOBODY:
                tasks.append(_nobody(alert, event))
            number = _number(event, matching)
            drafts += (news.draft(alert, event, to, number) for to in recipients)
    fresh = tuple(draft for draft in drafts if not file.has_mail(draft.key))
    return Announced(fresh, tuple(dict.fromkeys(tasks)))


@dataclass(frozen=True, slots=True)
class _News:
    """A case while it is told of."""

    file: CaseFile
    requests: Sequence[Request]
    clocks: Sequence[ClockState]
    office: Office
    now: datetime
    hold: Hold | None

    def is_recent(self, event: CaseEvent) -> bool:
        """Return whether the event is news still: after a standstill nobody is told of old ones."""
        recent = self.office.letters.chasing.announce_within_wd.value
        passed = calendar_of(self.office).count(london_day(event.at), london_day(self.now))
        return passed <= recent

    def recipients(self, alert: Alert, event: CaseEvent) -> list[_To]:
        """Return everybody the alert goes to, each address once."""
        found = (one for to in alert.to for one in self._named(to, event))
        return list({one.address.email: one for one in found}.values())

    def draft(self, alert: Alert, event: CaseEvent, to: _To, number: int) -> Draft:
        """Return the mail to one recipient."""
        office, ref = self.office, self.file.case.ref
        values = alert_values(alert, event, self.file, to.request, self.clocks, office)
        if to.role:
            values |= {"copy_to": _COPIES.get(to.role, "")}
        if to.role == "panel":
            values |= {"addressee": _PANEL}
        letter = to.request.letter if to.request else None
        thread = letter.detail.get("message_id", "") if letter else ""
        by_profile = Hold.PROFILE if office.sending(alert.template) == "hold" else None
        return Draft(
            key=_key(alert, event, ref, to.name, number),
            template=alert.template,
            to=to.address,
            case=ref,
            values=values,
            in_reply_to=thread,
            references=(thread,) if thread else (),
            agency=to.agency,
            hold=self.hold or _hold_of(event) or by_profile,
            enclosures=self._enclosures(alert, event, to),
            event=alert.records,
            detail={"together": f"{alert.id}:{ref}:"} if alert.records else {},
            answers=event.message_row,
        )

    def _named(self, to: str, event: CaseEvent) -> Iterator[_To]:
        office = self.office
        is_of_one = event.anchor in _MAY_END_ONE and "agency" in event.detail
        if to == "agencies" and not is_of_one:
            yield from self._asked_before(event)
        elif to in ("agency", "agencies"):
            own = (one for one in self.requests if one.agency == event.detail.get("agency"))
            yield from (one for request in own for one in _of_request(request, office))
        elif to == "statutory_partners":
            for agency in office.register.agencies:
                contact = addressee_of(agency.id, office)
                if agency.role == "statutory_partner" and contact is not None:
                    yield _To(address_of(contact), agency.id, agency=agency.id)
        elif to == "referrer":
            events = (one for one in self.file.events if one.anchor in _REFERRALS)
            referrers = dict.fromkeys(one.by for one in events)
            yield from (_To(Address(by), by) for by in referrers if is_ours_to_write(by, office))
        elif to == "panel":
            if office.site.panel_address:
                yield _To(Address(office.site.panel_address), "panel", role="panel")
        else:
            held = (one.lower() for one in holders_of(to, office))
            yield from (_To(Address(one), one, role=to) for one in held)

    def _asked_before(self, event: CaseEvent) -> Iterator[_To]:
        """Yield every agency whose letter had left before: a later letter says it by itself."""
        place = self.file.events.index(event)
        for request in self.requests:
            if request.letter is not None and self.file.events.index(request.letter) < place:
                yield from _of_request(request, self.office)

    def _enclosures(self, alert: Alert, event: CaseEvent, to: _To) -> tuple[Enclosure, ...]:
        if event.anchor == "meeting_set":
            return invitation_to(to.address.email, event, self.file, self.office, self.now)
        if alert.encloses == "files" and event.message_row is not None:
            return (Enclosure("", from_mail=event.message_row),)
        if alert.encloses != "report":
            return ()
        ref = self.file.case.ref
        dated = {"dated": spoken_day(london_day(self.now))}
        values = {**report_values(self.file, self.office), **dated}
        return (
            Enclosure(f"{ref} letter to the Panel.docx", "letters/panel-letter.docx", values),
            Enclosure(f"{ref} rapid review report.docx", "forms/rapid-review-report.docx", values),
        )


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


def _number(event: CaseEvent, matching: Sequence[CaseEvent]) -> int:
    """Return which telling of it this is, where each is news."""
    if event.anchor not in _RENEWED:
        return 1
    same = [one for one in matching if one.detail.get("agency") == event.detail.get("agency")]
    return same.index(event) + 1


def _key(alert: Alert, event: CaseEvent, ref: str, name: str, number: int) -> str:
    kind = event.detail.get("kind", "")
    id_ = f"{alert.id}.{kind}" if kind and ":" not in alert.on else alert.id
    return f"{id_}:{ref}:{name}" + (f":{number}" if number > 1 else "")


def _of_request(request: Request, office: Office) -> Iterator[_To]:
    contact = addressee_of(request.agency, office)
    if contact is not None:
        yield _To(address_of(contact), request.agency, request, request.agency)


def _hold_of(event: CaseEvent) -> Hold | None:
    """Return why nothing that follows from this event leaves by itself, or None."""
    held = event.detail.get("hold", "")
    return Hold(held) if held else None


def _nobody(alert: Alert, event: CaseEvent) -> Note:
    who = ", ".join(one.replace("_", " ") for one in alert.to)
    return Note(Task.NOBODY_TO_TELL, f"{alert.template} after {event.anchor}: {who}.")
