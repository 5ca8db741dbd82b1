"""A picture of a case's clocks against today, as SVG, and the same facts as rows. Pure.

How a clock stands is told by a word and a pattern, never by colour alone; the page's policy forbids
inline style, so that everything stands in attributes. What lies along the line of time is placed in
per cent and what is written in pixels: letters keep their size on a telephone and on a wide screen.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from textwrap import wrap

from markupsafe import Markup

from agent.clockrules import ClockRule, EventRef
from agent.deadlines import ClockEvent, ClockState, State
from agent.london import LONDON, london_day

_TOP, _LINE, _BAR, _GAP = 44, 18, 14, 14
# The line of time, in per cent of the width; the rest is room for what stands at its ends.
_LEFT, _RIGHT = 3.0, 95.0
# So many letters fit beside each other on the narrowest screen, and so many dates.
_MOST_LETTERS, _MOST_DATES = 34, 5
# How far the picture reaches to either side of today at the most; what lies further has an arrow.
_BACK, _AHEAD = timedelta(days=42), timedelta(days=42)
# A day so near to today is plain without its year.
_PLAIN = timedelta(days=150)
_INK, _TODAY, _FAINT, _MET = "#0b0c0c", "#1d3b4f", "#cecece", "#0f7a52"


@dataclass(frozen=True, slots=True)
class ClockRow:
    """One clock in words; `due` is None where nothing is due."""

    name: str
    opens: date | None
    due: datetime | None
    state: State
    words: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The clocks drawn, and in words."""

    svg: Markup
    rows: tuple[ClockRow, ...]


def draw_clocks(
    named: Sequence[tuple[str, ClockState]],
    now: datetime,
    name: str = "clocks",
    met: Mapping[str, date] | None = None,
) -> Picture:
    """Draw clocks, each under what it is called, against the day of `now`.

    `name` begins every id of the picture, so that a page may hold several. `met` has the days on
    which clocks were met, by the clock's own name, where they are known (see `find_met`).
    """
    today, met_on = london_day(now), met or {}
    rows = tuple(_row(words, one, met_on.get(one.name), today) for words, one in named)
    if not any(row.due for row in rows):
        return Picture(Markup(""), rows)
    scale = _scale(rows, met_on.values(), today)
    bars, texts, y = [], [], _TOP
    for row, (_, state) in zip(rows, named, strict=True):
        text, height = _written(row, y)
        texts.append(text)
        y += height
        if row.due is not None:
            until = met_on.get(state.name, row.due.date())
            bars.append(_bar(row, row.due.date(), until, y, scale, name))
            y += _BAR + 4
        y += _GAP
    # Later parts lie on earlier ones: today crosses the bars, and no line crosses a word.
    parts = [
        Markup('<title id="{0}-title">Clocks of this case</title>').format(name),
        Markup('<desc id="{0}-desc">{1}</desc>').format(name, _told(rows)),
        _patterns(name),
        *_weeks(scale, y),
        *bars,
        _line_of_today(scale, y),
        *texts,
    ]
    svg = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" width="100%" height="{0}" '
        'aria-labelledby="{1}-title {1}-desc" font-family="arial, sans-serif" font-size="14" '
        'fill="{2}">{3}</svg>'
    ).format(y, name, _INK, Markup("").join(parts))
    return Picture(svg, rows)


def find_met(
    clocks: Sequence[ClockState], rules: Sequence[ClockRule], events: Sequence[ClockEvent]
) -> dict[str, date]:
    """Return the day on which each clock that is met was met, by the clock's name.

    `rules` and `events` are those that the clocks were computed with. Of what each agency does the
    first counts, of what happens to the case what was recorded last, as a correction.
    """
    found = {}
    for clock in clocks:
        base, _, agency = clock.name.partition(":")
        rule = next((one for one in rules if one.name == base), None)
        if rule is None or clock.state is not State.MET:
            continue
        since = (clock.anchor_on if agency else None) or date.min
        own = [one for one in events if not agency or one.agency == agency]
        days = filter(None, (_met_on(ref, own, since) for ref in rule.stopped_by))
        if first := min(days, default=None):
            found[clock.name] = first
    return found


def _met_on(ref: EventRef, events: Sequence[ClockEvent], since: date) -> date | None:
    met = [
        (one.on, one.agency)
        for one in events
        if one.event == ref.event
        and (not ref.detail or ref.detail in (one.kind, one.outcome))
        and not one.proposed
        and one.on is not None
        and one.on >= since
    ]
    if not met:
        return None
    return min(met)[0] if met[-1][1] else met[-1][0]


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where a day lies on the line from the first to the last day, in per cent of the width."""

    first: date
    last: date
    today: date

    def x(self, day: date) -> float:
        kept = min(max(day, self.first), self.last)
        share = (kept - self.first) / (self.last - self.first)
        return round(_LEFT + (_RIGHT - _LEFT) * share, 2)


def _scale(rows: Sequence[ClockRow], met_on: Collection[date], today: date) -> _Scale:
    """Return the line of time for these; a day too far from today does not stretch it."""
    days = [one for row in rows for one in (row.opens, row.due and row.due.date()) if one]
    near = [one for one in (*days, *met_on) if today - _BACK <= one <= today + _AHEAD]
    first, last = min((*near, today)), max((*near, today))
    margin = timedelta(days=max(2, (last - first).days // 15))
    return _Scale(first - margin, last + margin, today)


def _row(name: str, state: ClockState, met_on: date | None, today: date) -> ClockRow:
    due = None if state.due is None else state.due.astimezone(LONDON)
    opens = state.opens or state.anchor_on
    return ClockRow(name, opens, due, state.state, _words(state, due, met_on, today))


def _words(state: ClockState, due: datetime | None, met_on: date | None, today: date) -> str:
    if state.state is State.MET and met_on is not None:
        after = (met_on - due.date()).days if due else 0
        return f"met {_day(met_on, today)}" + (f", {_days(after)} late" if after > 0 else "")
    if due is None:
        return (
            "nothing is due"
            if state.state is not State.NOT_STARTED or state.anchor
            else ("not started")
        )
    due_on = due.date()
    days, day = (due_on - today).days, _day(due_on, today)
    if state.state is State.MET:
        return f"met; was due {day}"
    if state.state is State.LATE:
        return f"late by {_days(-days)}" if days else "late today"
    if state.state is State.NOT_STARTED:
        return f"proposed, would be due {day}"
    return "due today" if days == 0 else f"due {day}, in {_days(days)}"


def _day(day: date, today: date) -> str:
    """Return a day as the picture says it, with its year where that is not plain."""
    year = f" {day.year}" if abs(day - today) > _PLAIN else ""
    return f"{day.day} {day:%b}{year}"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _told(rows: Sequence[ClockRow]) -> str:
    return ". ".join(f"{row.name}: {row.words}" for row in rows) + "."


def _patterns(name: str) -> Markup:
    return Markup(
        '<defs><pattern id="{}-late" width="8" height="8" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect width="8" height="8" fill="#ffffff"/>'
        '<rect width="4" height="8" fill="#942514"/></pattern></defs>'
    ).format(name)


def _weeks(scale: _Scale, height: int) -> list[Markup]:
    """Return a faint line for each Monday, and its date for as many as have room."""
    monday = scale.first + timedelta(days=-scale.first.weekday() % 7)
    mondays = [
        monday + timedelta(weeks=number) for number in range((scale.last - monday).days // 7 + 1)
    ]
    every = -(-len(mondays) // _MOST_DATES)
    lines = []
    for number, day in enumerate(mondays):
        is_dated = number % every == 0
        lines.append(
            Markup('<line x1="{0}%" x2="{0}%" y1="{1}" y2="{2}" stroke="{3}"{4}/>').format(
                scale.x(day),
                20 if is_dated else 28,
                height,
                _FAINT,
                Markup("") if is_dated else Markup(' stroke-dasharray="1 3"'),
            )
        )
        if is_dated:
            lines.append(_placed(scale.x(day), 14, f"{day.day} {day:%b}", "#484949"))
    return lines


def _placed(x: float, y: int, text: str, fill: str, weight: str = "normal") -> Markup:
    """Return text about a place on the line, kept inside the picture at both ends."""
    anchor = "start" if x < 8 else "end" if x > 92 else "middle"
    return Markup(
        '<text x="{0}%" y="{1}" text-anchor="{2}" font-size="13" font-weight="{3}" fill="{4}" '
        'paint-order="stroke" stroke="#ffffff" stroke-width="4">{5}</text>'
    ).format(x, y, anchor, weight, fill, text)


def _line_of_today(scale: _Scale, height: int) -> Markup:
    x = scale.x(scale.today)
    return Markup(
        '<line x1="{0}%" x2="{0}%" y1="34" y2="{1}" stroke="{2}" stroke-width="3"/>{3}'
    ).format(x, height, _TODAY, _placed(x, 31, "today", _TODAY, "bold"))


def _written(row: ClockRow, y: int) -> tuple[Markup, int]:
    """Return a clock's name and how it stands, on as many lines as they need, and their height."""
    lines = wrap(row.name, _MOST_LETTERS, max_lines=2, placeholder="\N{HORIZONTAL ELLIPSIS}")
    text = Markup(
        '<text x="0" y="{0}" font-weight="{1}" paint-order="stroke" stroke="#ffffff" '
        'stroke-width="4" stroke-linejoin="round">{2}</text>'
    )
    written = [text.format(y + 13 + n * _LINE, "bold", line) for n, line in enumerate(lines)]
    written.append(text.format(y + 13 + len(lines) * _LINE, "normal", row.words))
    return Markup("").join(written), len(written) * _LINE + 2


def _bar(row: ClockRow, due: date, until: date, y: int, scale: _Scale, name: str) -> Markup:
    """Draw a clock from where it opens: solid when met, outlined while it runs, hatched from when
    it was due to today while it is late, dashed while only proposed; a tick is when it is due."""
    begun, drawn = row.opens or due, []
    if row.state is State.MET:
        drawn = [_rect(scale, begun, max(until, begun), y, _MET)]
    elif row.state is State.NOT_STARTED:
        drawn = [_rect(scale, begun, due, y, "#f3f2f1", Markup(' stroke-dasharray="4 3"'))]
    else:
        drawn = [_rect(scale, begun, due, y, "#ffffff")]
    if until < due:
        # What was done early is tied to its tick by a thin line.
        thin = '<line x1="{0}%" x2="{1}%" y1="{2}" y2="{2}" stroke="{3}" stroke-width="2"/>'
        drawn.append(Markup(thin).format(scale.x(until), scale.x(due), y + _BAR // 2, _MET))
    if row.state is State.LATE:
        drawn.append(_rect(scale, due, scale.today, y, f"url(#{name}-late)"))
    if scale.first <= due <= scale.last:
        drawn.append(
            Markup(
                '<line x1="{0}%" x2="{0}%" y1="{1}" y2="{2}" stroke="{3}" stroke-width="3"/>'
            ).format(scale.x(due), y - 3, y + _BAR + 3, _INK)
        )
    arrow = Markup('<svg x="{0}%" y="{1}" overflow="visible"><path d="{2}" fill="{3}"/></svg>')
    if due > scale.last:
        drawn.append(arrow.format(_RIGHT, y, f"M0 -2l9 {_BAR / 2 + 2}l-9 {_BAR / 2 + 2}z", _INK))
    if begun < scale.first:
        drawn.append(arrow.format(_LEFT, y, f"M0 -2l-9 {_BAR / 2 + 2}l9 {_BAR / 2 + 2}z", _INK))
    return Markup("").join(drawn)


def _rect(
    scale: _Scale, begin: date, end: date, y: int, fill: str, more: Markup | None = None
) -> Markup:
    x = scale.x(begin)
    return Markup(
        '<rect x="{0}%" y="{1}" width="{2}%" height="{3}" fill="{4}" stroke="{5}"{6}/>'
    ).format(x, y, max(round(scale.x(end) - x, 2), 0.6), _BAR, fill, _INK, more or "")
