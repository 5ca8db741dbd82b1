"""What the yearly report asks: how long decisions and letters took, who answered in time, what was
sent, how well mails were told apart. Pure: recorded rows in, figures out.

Where nothing can be measured a figure is None, never 0. What was only proposed counts nowhere.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from statistics import median

from agent.caseclocks import DAY_UNKNOWN, clock_events, moment_of, until_of
from agent.clockrules import ClockRule
from agent.counting import at_hour, due_after
from agent.deadlines import State, compute_clocks
from agent.london import LONDON
from agent.model.case import CaseEvent, CaseType
from agent.workdays import Calendar

_SENT, _NIL = "scoping_sent", "nil_received"
_ANSWERS = ("return_received", _NIL)
_ENDS = frozenset({"withdrawn", "closed"})
_ENDS_AND_BACK = _ENDS | {"reopened"}
# What is measured: its name, from which event, to which, and what makes an end superfluous.
_MEASURES: tuple[tuple[str, str, str, frozenset[str]], ...] = (
    (
        "From the referral to the decision",
        "referral_received",
        "criteria_decided",
        frozenset({"rapid_review_agreed", "panel_notified"}),
    ),
    ("From the Panel's notification to the first letter", "panel_notified", _SENT, frozenset()),
    ("From the referral to the report", "referral_received", "report_sent", frozenset()),
)

# The events of one case, in the order they were recorded.
Story = Sequence[CaseEvent]


@dataclass(frozen=True, slots=True)
class Took:
    """How long something took, in working days: of how many cases, and how many still wait."""

    name: str
    measured: int
    median_wd: float | None
    longest_wd: int | None
    waiting: int


@dataclass(frozen=True, slots=True)
class AgencyFigures:
    """How an agency answered: on each case its last letter counts once.

    `on_time` and `late` are by the due date as granted in the end; `late_by_letter` counts the
    answers that came after the date before any more time was granted. `nil` is among these,
    `overdue` among the `outstanding`. A letter that came back, or that its case's end made
    superfluous, was `asked` and nothing else.
    """

    agency: str
    asked: int = 0
    on_time: int = 0
    late: int = 0
    nil: int = 0
    outstanding: int = 0
    overdue: int = 0
    late_by_letter: int = 0
    reminders: int = 0
    chasers: int = 0

    @property
    def share(self) -> float | None:
        """Return how many of 100 that were due came in time, or None where none was due yet."""
        were_due = self.on_time + self.late + self.overdue
        return 100 * self.on_time / were_due if were_due else None


@dataclass(frozen=True, slots=True)
class Statistics:
    """The figures of one partnership in a period; `kinds` has mails and how many needed review,
    `sent` mails that left by template, `outbox` mails of ours by their state."""

    referrals: Mapping[str, int]
    took: tuple[Took, ...]
    agencies: tuple[AgencyFigures, ...]
    reports: Mapping[str, int]
    kinds: Mapping[str, tuple[int, int]]
    sent: Mapping[str, int]
    corrections: Mapping[str, int] = field(default_factory=dict)
    outbox: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the figures are made of, as the store has it of a period: each case's type and events;
    mails by kind, with how many needed review; mails that left, by template and agency; mails that
    left or were made and have not, by state."""

    cases: Sequence[tuple[str, Story]]
    kinds: Mapping[str, tuple[int, int]]
    sent: Mapping[tuple[str, str], int]
    corrections: Mapping[str, int]
    outbox: Mapping[str, int] = field(default_factory=dict)


def compute_statistics(
    recorded: Recorded,
    report: ClockRule | None,
    calendar: Calendar,
    now: datetime,
    returns: ClockRule | None = None,
) -> Statistics:
    """Return the figures; `report` and `returns` are those clocks, where the area has them.

    Without `returns` a letter that names no date has none, and its answer is neither in time nor
    late.
    """
    # Only an incident has criteria, a notification and a report to wait for.
    cases = [
        (type_, [one for one in events if "proposed" not in one.detail])
        for type_, events in recorded.cases
    ]
    incidents = [events for type_, events in cases if type_ == CaseType.SERIOUS_INCIDENT]
    sent: Counter[str] = Counter()
    for (template, _agency), count in recorded.sent.items():
        sent[template] += count
    return Statistics(
        referrals=dict(Counter(type_ for type_, _ in cases)),
        took=tuple(_took(*measure, incidents, calendar) for measure in _MEASURES),
        agencies=_agencies((one for _, one in cases), recorded.sent, returns, calendar, now),
        reports=_reports(incidents, report, calendar, now),
        kinds=recorded.kinds,
        sent=dict(sent),
        corrections=recorded.corrections,
        outbox=recorded.outbox,
    )


def _took(
    name: str,
    start: str,
    end: str,
    instead: frozenset[str],
    cases: Iterable[Story],
    calendar: Calendar,
) -> Took:
    lengths, waiting = [], 0
    for events in cases:
        began, ended = _day(events, start), _day(events, end)
        if began is None:
            continue
        if ended is None:
            waiting += not (_is_over(events) or any(one.anchor in instead for one in events))
        elif ended >= began:
            lengths.append(calendar.count(began, ended))
    longest = max(lengths, default=None)
    return Took(name, len(lengths), median(lengths) if lengths else None, longest, waiting)


def _day(events: Story, anchor: str) -> date | None:
    """Return the day of an event as it was recorded last; of letters, that of the first one."""
    days = [one.on for one in events if one.anchor == anchor and DAY_UNKNOWN not in one.detail]
    if not days:
        return None
    return min(days) if anchor == _SENT else days[-1]


def _is_over(events: Story) -> bool:
    """Return whether nothing more is awaited on the case: it has ended, or is not notifiable."""
    turns = [one.anchor for one in events if one.anchor in _ENDS_AND_BACK and not _agency(one)]
    if turns and turns[-1] in _ENDS:
        return True
    decided = [one.detail.get("outcome") for one in events if one.anchor == "criteria_decided"]
    return bool(decided) and decided[-1] == "not_met"


def _agency(event: CaseEvent) -> str:
    return event.detail.get("agency", "")


def _agencies(
    cases: Iterable[Story],
    sent: Mapping[tuple[str, str], int],
    returns: ClockRule | None,
    calendar: Calendar,
    now: datetime,
) -> tuple[AgencyFigures, ...]:
    counts: dict[str, Counter[str]] = {}
    for events in cases:
        by_agency: dict[str, list[CaseEvent]] = {}
        for one in events:
            if agency := _agency(one):
                if one.anchor == _SENT:
                    # What came before a further letter belongs to the one before it.
                    by_agency[agency] = [one]
                elif agency in by_agency:
                    by_agency[agency].append(one)
        is_over = bool(by_agency) and _is_over(events)
        for agency, own in by_agency.items():
            kept = counts.setdefault(agency, Counter())
            kept.update(_counted_as(own, is_over, returns, calendar, now))
    for (template, agency), count in sent.items():
        if agency and template in ("reminder", "chaser"):
            counts.setdefault(agency, Counter())[f"{template}s"] += count
    return tuple(AgencyFigures(agency, **counts[agency]) for agency in sorted(counts))


def _counted_as(
    own: Story, is_over: bool, returns: ClockRule | None, calendar: Calendar, now: datetime
) -> Iterator[str]:
    """Yield what a letter counts as; `own` is the letter and what its agency's story is since."""
    yield "asked"
    letter, answers = own[0], [one for one in own if one.anchor in _ANSWERS]
    by_letter = _due(letter, letter, returns, calendar)
    granted = [one for one in own if one.anchor == "extension_granted" and until_of(one)]
    due = _due(granted[-1], letter, returns, calendar) if granted else by_letter
    if answers:
        # The first answer is what was awaited; a supplement weeks later makes no return late.
        came_at = _moment(answers[0])
        if all(one.anchor == _NIL for one in answers):
            yield "nil"
        if due is not None:
            yield "on_time" if came_at <= due else "late"
        if by_letter is not None and came_at > by_letter:
            yield "late_by_letter"
    elif not is_over and all(one.anchor not in (*_ENDS, "scoping_bounced") for one in own):
        yield "outstanding"
        if due is not None and now > due:
            yield "overdue"


def _due(
    said_by: CaseEvent, letter: CaseEvent, returns: ClockRule | None, calendar: Calendar
) -> datetime | None:
    """Return when the return is due, as the clock of returns has it: at the time said, else
    counted from the letter; None where there is neither."""
    until = until_of(said_by)
    if isinstance(until, datetime):
        return until if until.tzinfo else until.replace(tzinfo=LONDON)
    hour = returns.due_hour if returns else time.max
    if until is not None:
        return at_hour(until, hour)
    if returns is None or DAY_UNKNOWN in letter.detail or not calendar.covers(letter.on):
        return None
    return due_after(returns.after, letter.on, moment_of(letter), hour, calendar)


def _moment(event: CaseEvent) -> datetime:
    """Return when an event happened; of an unknown hour the day counts as a whole."""
    return moment_of(event) or datetime.combine(event.on, time.min, LONDON)


def _reports(
    cases: Iterable[Story], rule: ClockRule | None, calendar: Calendar, now: datetime
) -> dict[str, int]:
    """Return how many reports were sent in time or late, and how many still run or are late."""
    if rule is None:
        return {}
    stops = {one.event for one in rule.stopped_by}
    named = {one.event for one in (*rule.anchors, *rule.lapsed_by)} | stops | _ENDS_AND_BACK
    found: Counter[str] = Counter()
    for events in cases:
        asked = [one for one in events if one.anchor in named]
        clock = compute_clocks(clock_events(asked), (rule,), calendar, now)[0]
        if clock.due is None:
            continue
        if clock.state is State.MET:
            sent_at = _moment(next(one for one in reversed(asked) if one.anchor in stops))
            found["sent in time" if sent_at <= clock.due else "sent late"] += 1
        elif clock.state in (State.RUNNING, State.LATE):
            found["late, not sent" if clock.state is State.LATE else "running"] += 1
    return dict(found)
