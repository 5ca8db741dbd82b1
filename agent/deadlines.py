"""The clocks of one case, computed from its events: what is due when.

Pure. A date is never kept as a fact, and never guessed: a clock without its anchor is not started.
It sends nothing and decides nothing; other readings are for the staff's eyes.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import NamedTuple

from agent.clockrules import MEETINGS, RETURN, ClockRule, EventRef
from agent.counting import at_hour, day_zero, due_after, due_from_day_one
from agent.workdays import Calendar

_SENT = "scoping_sent"
_BOUNCED = "scoping_bounced"
_EXTENDED = "extension_granted"
# What leaves nothing due: of the whole case, or with an agency of that agency's return.
_ENDS = ("withdrawn", "closed")


class ClockEvent(NamedTuple):
    """One recorded event of a case, with what its clocks ask of it.

    `on` is the day it happened; None only for a letter of which no more than its due date is
    known. `at` is the moment, where one is known. `agency` is whose letter, return or extension
    it is; `kind` the meeting's, `outcome` the decision's. `until` is the due date that the letter
    names, or until when more time was granted; a day alone ends at the clock's hour. A `proposed`
    event is one that nobody has confirmed.
    """

    event: str
    on: date | None
    at: datetime | None = None
    agency: str = ""
    kind: str = ""
    outcome: str = ""
    until: datetime | date | None = None
    proposed: bool = False


class State(StrEnum):
    """How a clock stands."""

    NOT_STARTED = "not_started"
    RUNNING = "running"
    MET = "met"
    LATE = "late"


class DueBy(StrEnum):
    """Where a due date comes from."""

    COUNT = "count"
    LETTER = "letter"
    EXTENSION = "extension"


class OtherReading(NamedTuple):
    """Another date that the same words can be read to mean."""

    due: datetime
    why: str


class ClockState(NamedTuple):
    """One clock at a moment; `due` and the readings are aware and in London time.

    `anchor` is the event it ran or runs from and `anchor_on` its day 0. A `provisional` clock is
    not started: its dates are those it will have once the proposed anchor is confirmed. A clock
    that lapsed has an anchor and no dates. `calendar` is the version of the calendar counted with.
    """

    name: str
    state: State
    opens: date | None = None
    due: datetime | None = None
    other_readings: tuple[OtherReading, ...] = ()
    anchor: str = ""
    anchor_on: date | None = None
    provisional: bool = False
    due_by: DueBy = DueBy.COUNT
    calendar: str = ""


class _Recorded:
    """A case's events by what they are asked for; of each the one recorded last."""

    def __init__(self, events: Iterable[ClockEvent]) -> None:
        self._confirmed: dict[str, ClockEvent] = {}
        self._proposed: dict[str, ClockEvent] = {}
        # By agency and event, with the place in the order of recording.
        self.by_agency: dict[str, dict[str, tuple[int, ClockEvent]]] = {}
        for place, event in enumerate(events):
            kept = self._proposed if event.proposed else self._confirmed
            if event.agency and not event.proposed:
                self.by_agency.setdefault(event.agency, {})[event.event] = (place, event)
                if event.event in _ENDS:
                    continue
            kept[event.event] = event
            if event.kind:
                kept[f"{event.event}:{event.kind}"] = event
            if event.event == "reopened":
                for ended in _ENDS:
                    self._confirmed.pop(ended, None)
        self.has_ended = not self._confirmed.keys().isdisjoint(_ENDS)

    def find_anchor(self, refs: Sequence[EventRef]) -> ClockEvent | None:
        """Return the first of these that is confirmed, else the first that is proposed."""
        for kept in (self._confirmed, self._proposed):
            for ref in refs:
                event = _find(kept, ref)
                if event is not None and event.on is not None:
                    return event
        return None

    def has_any(self, refs: Sequence[EventRef]) -> bool:
        """Return whether one of these is confirmed."""
        return any(_find(self._confirmed, ref) is not None for ref in refs)


def compute_clocks(
    events: Sequence[ClockEvent], rules: Sequence[ClockRule], calendar: Calendar, now: datetime
) -> tuple[ClockState, ...]:
    """Return every clock of a case at `now`, in the order of the rules.

    `events` are in the order they were recorded; the last of a name is the one that counts. The
    rules are those for the case's type (see `get_clocks`). The rule `return` becomes one clock for
    each agency that a letter was sent to, called `return:<agency>`.
    """
    recorded = _Recorded(events)
    now = now.astimezone(UTC)
    found: list[ClockState] = []
    for rule in rules:
        counter = _Counter(rule, recorded, calendar.national if rule.national else calendar, now)
        if rule.name == RETURN:
            sent = (one for one, own in recorded.by_agency.items() if _SENT in own)
            found += map(counter.for_agency, sent)
        else:
            found.append(counter.for_case())
    return tuple(found)


class _Counter:
    """Counts one rule on one case's events."""

    def __init__(
        self, rule: ClockRule, recorded: _Recorded, calendar: Calendar, now: datetime
    ) -> None:
        self._rule = rule
        self._recorded = recorded
        self._calendar = calendar
        self._now = now
        self._has_lapsed = recorded.has_ended or (
            bool(rule.lapses) and recorded.has_any(rule.lapsed_by)
        )

    def for_case(self) -> ClockState:
        """Return the clock of the whole case."""
        rule, calendar = self._rule, self._calendar
        anchor = self._recorded.find_anchor(rule.anchors)
        if anchor is None or anchor.on is None or not calendar.covers(anchor.on):
            readings = self._other_readings(None, None)
            return ClockState(rule.name, State.NOT_STARTED, other_readings=readings)
        day_0 = day_zero(anchor.on, anchor.at, rule.cut_off, calendar)
        is_met = self._recorded.has_any(rule.stopped_by)
        if self._has_lapsed and not is_met:
            return ClockState(rule.name, State.NOT_STARTED, anchor=anchor.event, anchor_on=day_0)
        hour = rule.due_hour
        due = due_after(rule.after, day_0, anchor.at, hour, calendar)
        opens = rule.opens and due_after(rule.opens, day_0, anchor.at, hour, calendar)
        return ClockState(
            rule.name,
            State.NOT_STARTED if anchor.proposed else self._state(is_met, due),
            opens.date() if opens else None,
            due,
            self._other_readings(anchor, due),
            anchor.event,
            day_0,
            anchor.proposed,
            calendar=calendar.version,
        )

    def for_agency(self, agency: str) -> ClockState:
        """Return the clock of one agency's return, from the last letter it was sent.

        An answer or an extension from before that letter's day belongs to an earlier letter; a
        letter that came back has no clock.
        """
        rule, name = self._rule, f"{self._rule.name}:{agency}"
        own = self._recorded.by_agency[agency]
        place, letter = own[_SENT]
        is_met = any(
            ref.event in own and _is_since(own[ref.event][1], letter) for ref in rule.stopped_by
        )
        if not is_met and (
            self._has_lapsed
            or any(event in own and own[event][0] > place for event in (_BOUNCED, *_ENDS))
        ):
            return ClockState(name, State.NOT_STARTED, anchor=_SENT, anchor_on=letter.on)
        due, due_by = self._due_to_agency(letter, own.get(_EXTENDED, (0, None))[1])
        if due is None:
            return ClockState(name, State.NOT_STARTED)
        return ClockState(
            name,
            self._state(is_met, due),
            None,
            due,
            self._other_readings(letter, due),
            _SENT,
            letter.on,
            False,
            due_by,
            self._calendar.version,
        )

    def _due_to_agency(
        self, letter: ClockEvent, extension: ClockEvent | None
    ) -> tuple[datetime | None, DueBy]:
        rule = self._rule
        if extension is not None and extension.until and _is_since(extension, letter):
            return at_hour(extension.until, rule.due_hour), DueBy.EXTENSION
        if letter.until is not None:
            return at_hour(letter.until, rule.due_hour), DueBy.LETTER
        if letter.on is None or not self._calendar.covers(letter.on):
            return None, DueBy.COUNT
        due = due_after(rule.after, letter.on, letter.at, rule.due_hour, self._calendar)
        return due, DueBy.COUNT

    def _other_readings(
        self, anchor: ClockEvent | None, due: datetime | None
    ) -> tuple[OtherReading, ...]:
        """Return the other dates, but for those that are the same or have not started."""
        rule, calendar = self._rule, self._calendar
        if not rule.readings or self._has_lapsed:
            return ()
        found: list[OtherReading] = []
        for reading in rule.readings:
            event = self._recorded.find_anchor(reading.anchors) if reading.anchor else anchor
            if event is None or event.on is None or not calendar.covers(event.on):
                continue
            if event.proposed and event is not anchor:
                continue
            span, hour = reading.after or rule.after, rule.due_hour
            if reading.day_one:
                other = due_from_day_one(span, event.on, hour, calendar)
            else:
                cut_off = reading.cut_off or rule.cut_off
                day_0 = day_zero(event.on, event.at, cut_off, calendar)
                other = due_after(span, day_0, event.at, hour, calendar)
            if other != due:
                found.append(OtherReading(other, reading.why))
        return tuple(found)

    def _state(self, is_met: bool, due: datetime) -> State:
        if is_met:
            return State.MET
        return State.LATE if self._now > due else State.RUNNING


def _find(kept: Mapping[str, ClockEvent], ref: EventRef) -> ClockEvent | None:
    if not ref.detail:
        return kept.get(ref.event)
    if ref.event in MEETINGS:
        return kept.get(f"{ref.event}:{ref.detail}")
    event = kept.get(ref.event)
    return event if event is not None and event.outcome == ref.detail else None


def _is_since(event: ClockEvent, letter: ClockEvent) -> bool:
    return letter.on is None or event.on is None or event.on >= letter.on
