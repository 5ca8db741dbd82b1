"""What the yearly report asks: how long decisions and letters took, who answered in time, what was
sent, how well mails were told apart. Pure: recorded rows in, figures out.

Where nothing can be measured a figure is None, never 0.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median

from agent.caseclocks import clock_events
from agent.clockrules import ClockRule
from agent.deadlines import State, compute_clocks
from agent.london import LONDON
from agent.model.case import CaseEvent
from agent.workdays import Calendar

_ANSWERS = ("return_received", "nil_received")


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
    """How an agency answered: each letter counts once, by the due date as granted in the end;
    `late_by_letter` counts those that came after the date of the letter itself."""

    agency: str
    asked: int = 0
    on_time: int = 0
    late: int = 0
    nil: int = 0
    outstanding: int = 0
    late_by_letter: int = 0
    reminders: int = 0
    chasers: int = 0

    @property
    def share(self) -> float | None:
        """Return how many of 100 answers came in time, or None where none came."""
        answered = self.on_time + self.late
        return None if not answered else 100 * self.on_time / answered


@dataclass(frozen=True, slots=True)
class Statistics:
    """The figures of one partnership in a period."""

    referrals: Mapping[str, int]
    took: tuple[Took, ...]
    agencies: tuple[AgencyFigures, ...]
    reports: Mapping[str, int]
    kinds: Mapping[str, tuple[int, int]]
    sent: Mapping[str, int]
    corrections: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the figures are made of, as the store has it of a period: each case's type and events;
    mails by kind, with how many needed review; mails that left, by template and agency."""

    cases: Sequence[tuple[str, Sequence[CaseEvent]]]
    kinds: Mapping[str, tuple[int, int]]
    sent: Mapping[tuple[str, str], int]
    corrections: Mapping[str, int]


def compute_statistics(
    recorded: Recorded, report: ClockRule | None, calendar: Calendar, now: datetime
) -> Statistics:
    """Return the figures; `report` is the clock of the report, where the area has one."""
    events = [one for _, one in recorded.cases]
    sent: Counter[str] = Counter()
    for (template, _agency), count in recorded.sent.items():
        sent[template] += count
    return Statistics(
        referrals=dict(Counter(type_ for type_, _ in recorded.cases)),
        took=(
            _took(
                "From the referral to the decision",
                "referral_received",
                "criteria_decided",
                events,
                calendar,
            ),
            _took(
                "From the Panel's notification to the first letter",
                "panel_notified",
                "scoping_sent",
                events,
                calendar,
            ),
            _took(
                "From the referral to the report",
                "referral_received",
                "report_sent",
                events,
                calendar,
            ),
        ),
        agencies=_agencies(events, recorded.sent),
        reports=_reports(events, report, calendar, now),
        kinds=recorded.kinds,
        sent=dict(sent),
        corrections=recorded.corrections,
    )


def rows_of(found: Statistics) -> list[tuple[str, ...]]:
    """Return every figure as rows of text: what, of what, figure."""
    rows: list[tuple[str, ...]] = [
        ("cases opened", type_, str(count)) for type_, count in sorted(found.referrals.items())
    ]
    for took in found.took:
        rows += [
            (took.name, "median working days", _text(took.median_wd)),
            (took.name, "longest, working days", _text(took.longest_wd)),
            (took.name, "cases measured", str(took.measured)),
            (took.name, "cases waiting", str(took.waiting)),
        ]
    for one in found.agencies:
        for name in ("asked", "on_time", "late", "nil", "outstanding", "late_by_letter"):
            rows.append((f"letters: {name.replace('_', ' ')}", one.agency, str(getattr(one, name))))
        rows.append(("reminders sent", one.agency, str(one.reminders)))
        rows.append(("chasers sent", one.agency, str(one.chasers)))
    rows += [("report to the Panel", state, str(n)) for state, n in sorted(found.reports.items())]
    for kind, (count, reviewed) in sorted(found.kinds.items()):
        rows += [("mails", kind, str(count)), ("mails that needed review", kind, str(reviewed))]
    rows += [("mails sent", template, str(n)) for template, n in sorted(found.sent.items())]
    rows += [("corrections", sort, str(n)) for sort, n in sorted(found.corrections.items())]
    return rows


def _text(figure: float | None) -> str:
    return "nothing to measure" if figure is None else f"{figure:g}"


def _took(
    name: str,
    start: str,
    end: str,
    cases: Iterable[Sequence[CaseEvent]],
    calendar: Calendar,
) -> Took:
    lengths, waiting = [], 0
    for events in cases:
        began, ended = _first(events, start), _first(events, end)
        if began is None:
            continue
        if ended is None:
            waiting += not any(one.anchor in ("closed", "withdrawn") for one in events)
        elif ended >= began:
            lengths.append(calendar.count(began, ended))
    longest = max(lengths, default=None)
    return Took(name, len(lengths), median(lengths) if lengths else None, longest, waiting)


def _first(events: Sequence[CaseEvent], anchor: str) -> date | None:
    """Return the day of an event as it was recorded last; of letters, that of the first one."""
    days = [one.on for one in events if one.anchor == anchor and "proposed" not in one.detail]
    if not days:
        return None
    return days[0] if anchor == "scoping_sent" else days[-1]


def _agencies(
    cases: Iterable[Sequence[CaseEvent]], sent: Mapping[tuple[str, str], int]
) -> tuple[AgencyFigures, ...]:
    counts: dict[str, Counter[str]] = {}
    for events in cases:
        for agency in {one.detail.get("agency", "") for one in events if _is_letter(one)} - {""}:
            counts.setdefault(agency, Counter()).update(_answer(agency, events))
    for (template, agency), count in sent.items():
        if agency and template in ("reminder", "chaser"):
            counts.setdefault(agency, Counter())[f"{template}s"] += count
    return tuple(AgencyFigures(agency, **counts[agency]) for agency in sorted(counts))


def _is_letter(event: CaseEvent) -> bool:
    return event.anchor == "scoping_sent"


def _answer(agency: str, events: Sequence[CaseEvent]) -> Iterable[str]:
    """Yield what one agency's last letter on a case counts as."""
    own = [one for one in events if one.detail.get("agency") == agency]
    last = max(place for place, one in enumerate(own) if _is_letter(one))
    by_letter = _until(own[last])
    granted = [_until(one) for one in own[last:] if one.anchor == "extension_granted"]
    due = next((one for one in reversed(granted) if one), by_letter)
    answers = [one for one in own[last:] if one.anchor in _ANSWERS]
    yield "asked"
    if not answers:
        if not any(one.anchor in ("withdrawn", "closed") for one in (*own[last:], *events[-1:])):
            yield "outstanding"
        return
    moment = _moment(answers[0])
    if answers[0].anchor == "nil_received":
        yield "nil"
    yield "on_time" if due is None or moment <= due else "late"
    if by_letter is not None and moment > by_letter:
        yield "late_by_letter"


def _until(event: CaseEvent) -> datetime | None:
    text = event.detail.get("until", "")
    if not text:
        return None
    moment = datetime.fromisoformat(text if "T" in text else f"{text}T23:59")
    return moment if moment.tzinfo else moment.replace(tzinfo=LONDON)


def _moment(event: CaseEvent) -> datetime:
    """Return when an answer came; of an unknown hour the day counts as a whole."""
    hour = event.detail.get("time", "00:00")
    return datetime.fromisoformat(f"{event.on.isoformat()}T{hour}").replace(tzinfo=LONDON)


def _reports(
    cases: Iterable[Sequence[CaseEvent]], rule: ClockRule | None, calendar: Calendar, now: datetime
) -> dict[str, int]:
    """Return how many reports were sent in time or late, and how many still run or are late."""
    if rule is None:
        return {}
    found: Counter[str] = Counter()
    for events in cases:
        clock = compute_clocks(clock_events(events), (rule,), calendar, now)[0]
        sent = _first(events, "report_sent")
        if clock.due is None:
            continue
        if sent is not None:
            found["sent in time" if sent <= clock.due.date() else "sent late"] += 1
        elif clock.state in (State.RUNNING, State.LATE):
            found["late, not sent" if clock.state is State.LATE else "running"] += 1
    return dict(found)
