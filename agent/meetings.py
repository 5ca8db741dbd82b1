"""Who comes to a meeting, agency by agency, and whether that makes it quorate. Pure.

It lays out what was answered; whether a meeting goes ahead is a person's decision.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from agent.icsreply import Coming, MeetingAnswer
from agent.meetingrules import Partner, partners_needed
from agent.model.case import CaseEvent
from agent.model.register import Agency, Register
from agent.profile import Office

# The event that keeps an answer on its case.
ANSWERED: Final = "meeting_answered"
_SET = "meeting_set"
_FLAGS: Mapping[bool | None, str] = {True: "yes", False: "no", None: ""}
_WORDS: Mapping[Coming, str] = {
    Coming.ACCEPTED: "comes",
    Coming.DECLINED: "does not come",
    Coming.TENTATIVE: "does not know yet",
    Coming.DELEGATED: "sends somebody else",
}


@dataclass(frozen=True, slots=True)
class Seat:
    """How it stands with one agency; `answer` is its last, None where there is none."""

    agency: str
    name: str
    answer: MeetingAnswer | None = None

    @property
    def is_taken(self) -> bool:
        """Return whether somebody comes for the agency who, for all that is said, was not directly
        involved."""
        answer = self.answer
        comes = answer is not None and answer.coming in (Coming.ACCEPTED, Coming.DELEGATED)
        return comes and answer is not None and answer.uninvolved is not False

    @property
    def words(self) -> str:
        """Return how it stands, as the office reads it."""
        answer = self.answer
        if answer is None or answer.coming is None:
            said = "has not answered"
        else:
            said = _WORDS[answer.coming] + (f" ({answer.delegate})" if answer.delegate else "")
            said += ", and asks for another time" if answer.other_time else ""
        if answer is not None and answer.uninvolved is not None:
            was = "was not" if answer.uninvolved else "was"
            said += f"; says that whoever comes {was} directly involved"
        return f"{self.name} {said}"


@dataclass(frozen=True, slots=True)
class Need:
    """One partner that the meeting needs, and the agencies that may stand for it; `seats` may be
    empty where the register has none that is invited."""

    partner: str
    name: str
    seats: tuple[Seat, ...]

    @property
    def is_met(self) -> bool:
        """Return whether somebody comes for the partner."""
        return any(seat.is_taken for seat in self.seats)


@dataclass(frozen=True, slots=True)
class Quorum:
    """Every partner that the area's meeting needs, in its order."""

    needs: tuple[Need, ...]

    @property
    def is_met(self) -> bool:
        """Return whether somebody comes for each of them."""
        return all(need.is_met for need in self.needs)

    @property
    def sentence(self) -> str:
        """Return whether the meeting is quorate, and who is still missing, for a person."""
        if self.is_met:
            return f"Quorate, as answered: {_listed([need.name for need in self.needs])}."
        missing = [need for need in self.needs if not need.is_met]
        told = [f"{need.name} ({_why(need)})" for need in missing]
        return f"Not quorate, as answered: nobody is sure to come for {_listed(told)}."


def agency_of(answer: MeetingAnswer, register: Register) -> Agency | None:
    """Return the agency that an answer speaks for, or None.

    The sender has to be of the agency: an attendee is only what the mail claims.
    """
    agency = register.find_agency(answer.sender)
    claimed = register.find_agency(answer.attendee) if answer.attendee else None
    return agency if claimed is None or claimed == agency else None


def attendance(
    answers: Sequence[MeetingAnswer], office: Office, invited: Sequence[str] = ()
) -> tuple[Seat, ...]:
    """Return a seat for every agency that is `invited` (ids) or answered, in the register's order.

    `answers` are in the order in which they came; the last of each agency stands. One that speaks
    for no agency of the register fills no seat.
    """
    last: dict[str, MeetingAnswer] = {}
    for answer in answers:
        agency = agency_of(answer, office.register)
        if agency is not None:
            last[agency.id] = _after(last.get(agency.id), answer)
    return tuple(
        Seat(agency.id, agency.name, last.get(agency.id))
        for agency in office.register.agencies
        if agency.id in last or agency.id in invited
    )


def quorum(seats: Sequence[Seat], office: Office) -> Quorum:
    """Return whether these seats make the area's meeting quorate."""
    own, shared = office.profile.quorum, office.limits.quorum
    known = {**shared.partner, **({} if own is None else own.partner)}
    of_seat = {seat.agency: _partner_of(seat, known, office.register) for seat in seats}
    return Quorum(
        tuple(
            Need(id_, partner.name, tuple(one for one in seats if of_seat[one.agency] == id_))
            for id_, partner in partners_needed(own, shared).items()
        )
    )


def detail_of(answer: MeetingAnswer, agency: str, kind: str) -> dict[str, str]:
    """Return an answer as the detail of its event; `kind` is the meeting's."""
    told = {
        "kind": kind,
        "agency": agency,
        "answer": "" if answer.coming is None else answer.coming.value,
        "sender": answer.sender,
        "attendee": answer.attendee,
        "delegate": answer.delegate,
        "uninvolved": _FLAGS[answer.uninvolved],
        "other_time": "yes" if answer.other_time else "",
        "uid": answer.uid,
    }
    return {key: value for key, value in told.items() if value}


def answers_of(events: Sequence[CaseEvent], kind: str) -> tuple[MeetingAnswer, ...]:
    """Return the answers on the case to that kind of meeting as it is set now.

    An answer to an earlier day or hour says nothing of the present one.
    """
    found: list[MeetingAnswer] = []
    when = None
    for event in events:
        if event.detail.get("kind") != kind:
            continue
        if event.anchor == _SET:
            moved = (event.on, event.detail.get("time", ""))
            found = found if moved == when else []
            when = moved
        elif event.anchor == ANSWERED:
            found.append(_answer_in(event.detail))
    return tuple(found)


def _answer_in(detail: Mapping[str, str]) -> MeetingAnswer:
    said = detail.get("answer", "")
    return MeetingAnswer(
        coming=Coming(said) if said else None,
        sender=detail.get("sender", ""),
        attendee=detail.get("attendee", ""),
        delegate=detail.get("delegate", ""),
        uninvolved={"yes": True, "no": False}.get(detail.get("uninvolved", "")),
        other_time=bool(detail.get("other_time")),
        uid=detail.get("uid", ""),
    )


def _after(before: MeetingAnswer | None, answer: MeetingAnswer) -> MeetingAnswer:
    """Return what stands after one more answer of an agency.

    What was said of involvement stays as long as the same person speaks for themselves.
    """
    if before is None:
        return answer
    if answer.coming is None:
        return replace(before, uninvolved=answer.uninvolved)
    same = answer.attendee == before.attendee
    if same and answer.coming is not Coming.DELEGATED and before.coming is not Coming.DELEGATED:
        kept = before.uninvolved if answer.uninvolved is None else answer.uninvolved
        return replace(answer, uninvolved=kept)
    return answer


def _partner_of(seat: Seat, partners: Mapping[str, Partner], register: Register) -> str | None:
    """Return which partner the agency is; one that fits two is neither."""
    agency = register.get(seat.agency)
    name = f"{agency.id.replace('_', ' ')} {agency.name}".casefold().replace("’", "'")
    fitting = [
        id_
        for id_, partner in partners.items()
        if agency.role in partner.roles
        and (not partner.words or any(_has_word(word, name) for word in partner.words))
    ]
    return fitting[0] if len(fitting) == 1 else None


def _has_word(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def _why(need: Need) -> str:
    if not need.seats:
        return "nobody was invited"
    return "; ".join(seat.words for seat in need.seats)


def _listed(texts: Sequence[str]) -> str:
    *most, last = texts
    return f"{', '.join(most)} and {last}" if most else last
