"""How it stands with each agency that is asked for what it knows. Pure: computed from the events
and clocks of the case at a moment, never kept as a fact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from agent.deadlines import ClockState, State
from agent.model.case import CaseEvent, CaseFile

SCOPING = "scoping-letter"
_ANSWERS = ("return_received", "nil_received")


class RequestState(StrEnum):
    """How a request to an agency stands."""

    DRAFTED = "drafted"
    SENT = "sent"
    BOUNCED = "bounced"
    RETURNED = "returned"
    PARTIAL = "partial"
    NIL = "nil"
    EXTENDED = "extended"
    LATE = "late"
    ESCALATED = "escalated"
    WITHDRAWN = "withdrawn"


# What is still to be answered, and so reminded of.
AWAITED = frozenset(
    {RequestState.SENT, RequestState.EXTENDED, RequestState.LATE, RequestState.ESCALATED}
)


@dataclass(frozen=True, slots=True)
class Request:
    """What one agency was asked; `letter` is the event of the last letter that left to it.

    `occurrence` tells one time limit from the next: it grows with every further letter and every
    extension.
    """

    agency: str
    state: RequestState
    due: datetime | None
    letter: CaseEvent | None
    since: tuple[CaseEvent, ...] = ()
    occurrence: int = 1


def requests_of(file: CaseFile, clocks: Sequence[ClockState]) -> tuple[Request, ...]:
    """Return the request to every agency that the go names or that a letter went to, in order."""
    due = {clock.name.partition(":")[2]: clock for clock in clocks if ":" in clock.name}
    named = dict.fromkeys((*agencies_of_go(file.events), *_written_to(file.events)))
    return tuple(_request(agency, file, due) for agency in named)


def agencies_of_go(events: Sequence[CaseEvent]) -> tuple[str, ...]:
    """Return the agencies that the go, as last recorded, names."""
    goes = [one for one in events if one.anchor == "rapid_review_agreed"]
    named = goes[-1].detail.get("agencies", "") if goes else ""
    return tuple(filter(None, named.split(";")))


def events_since_letter(agency: str, events: Sequence[CaseEvent]) -> tuple[CaseEvent, ...]:
    """Return what was recorded of the agency since its last letter left, in order; what was only
    proposed is not recorded."""
    of_agency = (one for one in events if one.detail.get("agency") == agency)
    own = [one for one in of_agency if "proposed" not in one.detail]
    places = [place for place, one in enumerate(own) if one.anchor == "scoping_sent"]
    return tuple(own[places[-1] + 1 :]) if places else tuple(own)


def _written_to(events: Sequence[CaseEvent]) -> tuple[str, ...]:
    sent = (one.detail.get("agency", "") for one in events if one.anchor == "scoping_sent")
    return tuple(dict.fromkeys(filter(None, sent)))


def _request(agency: str, file: CaseFile, due: Mapping[str, ClockState]) -> Request:
    own = [one for one in file.events if one.detail.get("agency") == agency]
    letters = [one for one in own if one.anchor == "scoping_sent"]
    letter = letters[-1] if letters else None
    since = events_since_letter(agency, file.events)
    clock = due.get(agency)
    extensions = sum(one.anchor == "extension_granted" for one in since)
    return Request(
        agency,
        _state(agency, file, letter, since, clock),
        clock.due if clock else None,
        letter,
        since,
        max(len(letters), 1) + extensions,
    )


def _state(
    agency: str,
    file: CaseFile,
    letter: CaseEvent | None,
    since: Sequence[CaseEvent],
    clock: ClockState | None,
) -> RequestState:
    answers = [one for one in since if one.anchor in _ANSWERS]
    if answers:
        return _answered(answers)
    ended = any(one.anchor in ("withdrawn", "closed") for one in since)
    if ended or file.case.state in ("withdrawn", "closed"):
        return RequestState.WITHDRAWN
    if letter is None:
        return RequestState.DRAFTED
    if any(one.anchor == "scoping_bounced" for one in since):
        return RequestState.BOUNCED
    if clock is not None and clock.state is State.LATE:
        is_told = any(
            mail.template == "escalation" and mail.agency == agency for mail in file.mails
        )
        return RequestState.ESCALATED if is_told else RequestState.LATE
    if any(one.anchor == "extension_granted" for one in since):
        return RequestState.EXTENDED
    return RequestState.SENT


def _answered(answers: Sequence[CaseEvent]) -> RequestState:
    """Return what the answers come to: a full return stays one whatever comes after it."""
    last = answers[-1]
    # What told of some children only counts no more once the others are told of too.
    counted = [one for one in answers if "children" not in one.detail or one is last]
    outcomes = {
        RequestState.PARTIAL
        if one.detail.get("outcome") == "partial"
        else RequestState.NIL
        if one.anchor == "nil_received"
        else RequestState.RETURNED
        for one in counted
    }
    for state in (RequestState.RETURNED, RequestState.PARTIAL, RequestState.NIL):
        if state in outcomes:
            return state
    raise AssertionError("an answer is one of the three")
