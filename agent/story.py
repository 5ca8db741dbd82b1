"""A scripted rehearsal: steps and mails in the order of time, and a row for whatever they bring.

The clock stands still while a step is done and then goes on to the next, stopping wherever a
deadline passes. Everything goes the way it goes for real: mails down the line, events through
`acts`; the rows are read back from the store.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial

from agent.acting import carry_out
from agent.acts import Act
from agent.adopted import AdoptedCase, later_events
from agent.authority import ANY_ROLE, role_id
from agent.caseclocks import clocks_of, rules_for
from agent.deadlines import ClockState, State
from agent.errors import DataError
from agent.lifecycle import state_after
from agent.london import LONDON, london_day
from agent.marks import fill_marks
from agent.model.case import CaseEvent
from agent.model.decision import AddEvents, Decision, EventFact, LogLine
from agent.record import record_act
from agent.rehearse import THE_OFFICE, Stage, StoredMail, read, received_at, take_over
from agent.requests import RequestState, requests_of
from agent.rows import Row
from agent.script import Script, Step
from agent.store.casefiles import (
    Mark,
    events_since,
    find_mark,
    find_newest,
    get_bytes,
    get_case_file,
    mails_since,
    notes_since,
)
from agent.store.cases import find_ref
from agent.store.outbox import Listed
from agent.store.outbox import State as MailState
from agent.storyacts import do_act
from agent.storymarks import MarkFinder
from agent.storyrows import (
    clock_row,
    event_row,
    is_in_time,
    note_row,
    outgoing_row,
    request_row,
)

# A clock is late once the moment it is due has passed.
_PAST = timedelta(microseconds=1)
_SHOWN = {MailState.SENT, MailState.HELD}

Warn = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _Item:
    """Something that happens at a moment: `do` does it and yields the mail's row, if it is one."""

    at: datetime
    do: Callable[[], Iterator[Row]]


def tell_story(
    stage: Stage,
    script: Script,
    mails: Sequence[StoredMail],
    adopted: Sequence[AdoptedCase],
    warn: Warn,
) -> Iterator[Row]:
    """Yield the rows of a scripted rehearsal as time passes, up to the script's end.

    `mails` are those beside the script's own; one that a step names is not taken twice.
    """
    story = _Story(stage, script, warn)
    agenda = [_Item(script.start, partial(story.begin, adopted))]
    agenda += story.later(adopted)
    agenda += story.steps()
    agenda += story.arrivals(mails)
    for item in sorted(agenda, key=lambda item: item.at):
        if item.at > script.until:
            continue
        yield from story.pass_time(item.at)
        yield from item.do()
        yield from story.tell()
    yield from story.pass_time(script.until)


class _Story:
    """A story while it is told: what time it is, and what has been shown of the store."""

    def __init__(self, stage: Stage, script: Script, warn: Warn) -> None:
        self._stage, self._script, self._warn = stage, script, warn
        self._office = stage.line.office
        self._now = script.start
        self._mark = Mark()
        self._clocks: dict[str, dict[str, ClockState]] = {}
        self._requests: dict[str, dict[str, tuple[RequestState, datetime | None]]] = {}
        # Mails that have not left yet, by their row, with the state last shown.
        self._unsettled: dict[int, str] = {}
        self._case_of_file: dict[str, str] = {}

    def begin(self, adopted: Sequence[AdoptedCase]) -> Iterator[Row]:
        """Let the office have its cases, as far as they had come at the start."""
        take_over(self._stage, adopted, self._now, london_day(self._now))
        yield from ()

    def later(self, adopted: Sequence[AdoptedCase]) -> Iterator[_Item]:
        """Return what the office's cases go through after the start, as its day begins."""
        start_on = london_day(self._script.start)
        for entry in adopted:
            for fact in later_events(entry, THE_OFFICE, self._office.register, start_on):
                at = datetime.combine(fact.on, time.min, LONDON)
                yield _Item(at, partial(self._happen, entry.ref, fact))

    def steps(self) -> Iterator[_Item]:
        """Return the script's own steps; those after its end are told and left out."""
        for number, step in enumerate(self._script.steps, start=1):
            if step.at_moment > self._script.until:
                self._warn(f"step {number}: it is after `until` and is passed over.")
            yield _Item(step.at_moment, partial(self._step, number, step))

    def arrivals(self, mails: Sequence[StoredMail]) -> Iterator[_Item]:
        """Return the other mails, at the time they were received; one before the start, at it."""
        own = {
            path.resolve() for step in self._script.steps if (path := self._script.path_of(step))
        }
        for mail in mails:
            if mail.file is not None and mail.file.resolve() in own:
                continue
            at = received_at(mail)
            if at > self._script.until:
                self._warn(f"{mail.name}: it was received after `until` and is passed over.")
            taken_at = max(at, self._script.start)
            yield _Item(taken_at, partial(self._mail, mail.name, read(mail), at))

    def pass_time(self, until: datetime) -> Iterator[Row]:
        """Go on to that moment, stopping wherever a clock runs out or something is due; yield the
        rows of what that brings."""
        while (moment := self._next_moment()) is not None and moment <= until:
            self._now = max(self._now, moment)
            for ref in list(self._clocks):
                if any(_runs_out(one, self._now) for one in self._clocks[ref].values()):
                    yield from self._recount(ref)
            yield from self.tell()
        self._now = max(self._now, until)

    def tell(self) -> Iterator[Row]:
        """Let the agent do what is due and yield a row for everything that is new in the store:
        events, mails, clocks and requests, work."""
        self._stage.settle(self._now)
        with self._stage.database.read() as session:
            events = events_since(session, self._mark)
            mails = mails_since(session, self._mark, list(self._unsettled))
            notes = notes_since(session, self._mark)
            self._mark = find_mark(session)
        for ref, event in events:
            yield event_row(ref, event, self._now, self._in_time(ref, event))
        for mail in mails:
            yield from self._outgoing(mail)
        touched = [ref for ref, _ in events]
        touched += [case for mail in mails if (case := self._ref_of(mail)) is not None]
        for ref in dict.fromkeys(touched):
            yield from self._recount(ref)
        for sort, code, text, case in notes:
            yield note_row(sort, code, text, case, self._now)

    def _step(self, number: int, step: Step) -> Iterator[Row]:
        if step.mail is not None:
            raw = (self._script.folder / step.mail).read_bytes()
            finder = MarkFinder(self._stage.database, self._office, self._case_of_file)
            filled, missing = fill_marks(raw, finder.find)
            for mark in missing:
                self._warn(f"step {number}: nothing stands for {mark} yet.")
            yield from self._mail(step.mail, filled, step.at_moment)
        elif step.event is not None:
            self._record(number, step)
        else:
            self._act(number, step)

    def _mail(self, name: str, raw: bytes | None, at: datetime) -> Iterator[Row]:
        row = self._stage.take(name, raw, at, self._now)
        if row["case"] is not None and (row["case_opened"] or name not in self._case_of_file):
            self._case_of_file[name] = row["case"]
        yield row

    def _record(self, number: int, step: Step) -> None:
        assert step.event is not None
        roles = ANY_ROLE if step.role is None else frozenset({role_id(step.role)})
        source = f"step {number} of the script"
        act = Act(step.event, step.on_day, step.by, roles, step.texts, source)
        try:
            ref = self._ref_for(step)
            carry_out(self._stage.database, self._office, ref, act, self._now, unattended=True)
        except DataError as refusal:
            self._warn(f"step {number}: {refusal}")

    def _act(self, number: int, step: Step) -> None:
        """Do what a person does beside recording events."""
        try:
            self._stage = do_act(self._stage, step, self._ref_for, self._now)
        except DataError as refusal:
            self._warn(f"step {number}: {refusal}")
        self._office = self._stage.line.office

    def _ref_for(self, step: Step) -> str:
        """Return the reference a step means; raises DataError where there is no case yet."""
        if step.case is not None:
            return self._case_of_file.get(step.case, step.case)
        with self._stage.database.read() as session:
            newest = find_newest(session, self._office.profile.slug)
        if newest is None:
            raise DataError("There is no case yet.")
        return newest

    def _happen(self, ref: str, fact: EventFact) -> Iterator[Row]:
        """Record an event of the office's own case on its day."""
        with self._stage.database.read() as session:
            file, _ = get_case_file(session, ref)
        state = state_after(file.events, (fact,))
        change = AddEvents(file.case.ref, file.case.version, (fact,), state=state)
        line = LogLine("event recorded", "The office's list of cases has it for this day.")
        decision = Decision(changes=(change,), log=(line,), case=file.case.ref)
        with self._stage.database.write() as session:
            record_act(session, self._office.profile.slug, decision, THE_OFFICE, self._now)
        yield from ()

    def _outgoing(self, mail: Listed) -> Iterator[Row]:
        if mail.state in _SHOWN and self._unsettled.get(mail.id) != mail.state:
            with self._stage.database.read() as session:
                case, raw = find_ref(session, mail.case_id), get_bytes(session, mail.id)
            yield outgoing_row(case, mail, raw)
        if mail.state == MailState.SENT:
            self._unsettled.pop(mail.id, None)
        else:
            self._unsettled[mail.id] = mail.state

    def _ref_of(self, mail: Listed) -> str | None:
        with self._stage.database.read() as session:
            return find_ref(session, mail.case_id)

    def _recount(self, ref: str) -> Iterator[Row]:
        """Count a case's clocks again and yield a row for each that changed."""
        with self._stage.database.read() as session:
            file, _ = get_case_file(session, ref)
        before = self._clocks.get(ref, {})
        after = {one.name: one for one in clocks_of(file, self._office, self._now)}
        self._clocks[ref] = after
        for name, state in after.items():
            if _shown(state) != _shown(before.get(name)):
                yield clock_row(ref, state, self._now)
        asked = self._requests.get(ref, {})
        self._requests[ref] = {
            one.agency: (one.state, one.due) for one in requests_of(file, list(after.values()))
        }
        for agency, stands in self._requests[ref].items():
            if asked.get(agency) != stands:
                yield request_row(ref, agency, *stands, self._now)

    def _in_time(self, ref: str, event: CaseEvent) -> bool | None:
        with self._stage.database.read() as session:
            file, _ = get_case_file(session, ref)
        rules = rules_for(self._office, file.case.type)
        return is_in_time(event, rules, self._clocks.get(ref, {}))

    def _next_moment(self) -> datetime | None:
        """Return when, later than now, a clock has run out or something else is due, or None."""
        states = (one for clocks in self._clocks.values() for one in clocks.values())
        moments = [one.due + _PAST for one in states if one.state is State.RUNNING and one.due]
        look_at = self._stage.next_look()
        ahead = (one for one in (*moments, look_at) if one is not None and one > self._now)
        return min(ahead, default=None)


def _runs_out(state: ClockState, now: datetime) -> bool:
    return state.state is State.RUNNING and state.due is not None and state.due < now


def _shown(state: ClockState | None) -> tuple[object, ...] | None:
    """Return what a row shows of a clock."""
    if state is None:
        return None
    return (state.opens, state.due, state.other_readings, state.state, state.provisional)
