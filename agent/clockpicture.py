"""A picture of a case's clocks against today, as SVG, and the same facts as rows. Pure.

How a clock stands is told by a word and a pattern, never by colour alone; the page's policy forbids
inline style, so that everything stands in attributes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from markupsafe import Markup

from agent.deadlines import ClockState, State
from agent.london import LONDON, london_day

_WIDTH, _LEFT, _ROW, _TOP = 900, 250, 40, 46
_RIGHT = 30
# How far the picture reaches to either side of today at the most; what lies further has an arrow.
_BACK, _AHEAD = timedelta(days=42), timedelta(days=42)
_FILLS = {
    State.MET: "#0f7a52",
    State.RUNNING: "#ffffff",
    State.LATE: "url(#{name}-late)",
    State.NOT_STARTED: "#f3f2f1",
}


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
    named: Sequence[tuple[str, ClockState]], now: datetime, name: str = "clocks"
) -> Picture:
    """Draw clocks, each under what it is called, against the day of `now`.

    `name` begins every id of the picture, so that a page may hold several.
    """
    today = london_day(now)
    rows = tuple(_row(words, state, today) for words, state in named)
    dated = [(row, state) for row, (_, state) in zip(rows, named, strict=True) if row.due]
    if not dated:
        return Picture(Markup(""), rows)
    first, last = _span(dated, today)
    scale = _Scale(first, last)
    height = _TOP + _ROW * len(dated) + 24
    parts = [
        Markup('<title id="{0}-title">Clocks of this case</title>').format(name),
        Markup('<desc id="{0}-desc">{1}</desc>').format(name, _told(rows)),
        _patterns(name),
        *_weeks(scale, height),
        *(_bar(row, state, place, scale, name) for place, (row, state) in enumerate(dated)),
        _today(scale, today, height),
    ]
    svg = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {0} {1}" '
        'aria-labelledby="{2}-title {2}-desc" font-family="arial, sans-serif" font-size="14" '
        'fill="#0b0c0c">{3}</svg>'
    ).format(_WIDTH, height, name, Markup("").join(parts))
    return Picture(svg, rows)


class _Scale:
    """Where a day lies on the line from the first to the last day."""

    def __init__(self, first: date, last: date) -> None:
        self.first, self.last = first, last
        self._per_day = (_WIDTH - _LEFT - _RIGHT) / max((last - first).days, 1)

    def x(self, day: date) -> float:
        kept = min(max(day, self.first), self.last)
        return round(_LEFT + (kept - self.first).days * self._per_day, 1)


def _row(name: str, state: ClockState, today: date) -> ClockRow:
    due = None if state.due is None else state.due.astimezone(LONDON)
    opens = state.opens or state.anchor_on
    return ClockRow(name, opens, due, state.state, _words(state.state, due, today))


def _words(state: State, due: datetime | None, today: date) -> str:
    if due is None:
        return "nothing is due" if state is not State.NOT_STARTED else "not started"
    day = f"{due.day} {due:%b}"
    if state is State.MET:
        return f"met; was due {day}"
    days = (due.date() - today).days
    if state is State.LATE:
        return f"late by {-days} days" if days < -1 else "late by a day" if days else "late today"
    if state is State.NOT_STARTED:
        return f"proposed, would be due {day}"
    return "due today" if days == 0 else f"due {day}, in {days} day{'s' if days != 1 else ''}"


def _span(dated: Sequence[tuple[ClockRow, ClockState]], today: date) -> tuple[date, date]:
    days = [today]
    for row, _ in dated:
        days += [one for one in (row.opens, row.due.date() if row.due else None) if one]
    first = max(min(days), today - _BACK)
    last = min(max(days), today + _AHEAD)
    return first - timedelta(days=2), last + timedelta(days=4)


def _told(rows: Sequence[ClockRow]) -> str:
    return ". ".join(f"{row.name}: {row.words}" for row in rows) + "."


def _patterns(name: str) -> Markup:
    return Markup(
        '<defs><pattern id="{}-late" width="8" height="8" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect width="8" height="8" fill="#ffffff"/>'
        '<rect width="4" height="8" fill="#942514"/></pattern></defs>'
    ).format(name)


def _weeks(scale: _Scale, height: int) -> list[Markup]:
    """Return a faint line and a date for each Monday, or every so many where they would crowd."""
    monday = scale.first + timedelta(days=(7 - scale.first.weekday()) % 7)
    step = timedelta(weeks=1 if (scale.last - scale.first).days <= 63 else 2)
    lines = []
    while monday <= scale.last:
        x = scale.x(monday)
        lines.append(
            Markup(
                '<line x1="{0}" x2="{0}" y1="26" y2="{1}" stroke="#cecece"/>'
                '<text x="{0}" y="18" text-anchor="middle" fill="#484949" font-size="13">{2}</text>'
            ).format(x, height - 14, f"{monday.day} {monday:%b}")
        )
        monday += step
    return lines


def _bar(row: ClockRow, state: ClockState, place: int, scale: _Scale, name: str) -> Markup:
    assert row.due is not None
    y = _TOP + place * _ROW
    start = scale.x(row.opens or row.due.date())
    end = max(scale.x(row.due.date()), start + 4)
    fill = _FILLS[state.state].format(name=name)
    dash = ' stroke-dasharray="4 3"' if state.state is State.NOT_STARTED else ""
    # Words stand behind the bar, or before its end where there is no room behind it.
    has_room = end < _WIDTH - 190
    arrow = (
        Markup('<path d="M{0} {1}l10 7l-10 7z" fill="#0b0c0c"/>').format(end - 2, y)
        if row.due.date() > scale.last
        else Markup("")
    )
    return Markup(
        '<text x="0" y="{ty}" font-weight="bold">{label}</text>'
        '<rect x="{x}" y="{y}" width="{w}" height="14" fill="{fill}" stroke="#0b0c0c"{dash}/>'
        "{arrow}"
        '<text x="{wx}" y="{wy}" text-anchor="{anchor}" font-size="13" paint-order="stroke" '
        'stroke="#ffffff" stroke-width="4">{words}</text>'
    ).format(
        ty=y + 12,
        label=row.name if len(row.name) <= 32 else f"{row.name[:31]}\N{HORIZONTAL ELLIPSIS}",
        x=start,
        y=y,
        w=round(end - start, 1),
        fill=fill,
        dash=Markup(dash),
        arrow=arrow,
        wx=end + 8 if has_room else end,
        wy=y + 12 if has_room else y + 27,
        anchor="start" if has_room else "end",
        words=row.words,
    )


def _today(scale: _Scale, today: date, height: int) -> Markup:
    x = scale.x(today)
    return Markup(
        '<line x1="{0}" x2="{0}" y1="26" y2="{1}" stroke="#1d3b4f" stroke-width="3"/>'
        '<text x="{0}" y="{2}" text-anchor="middle" font-weight="bold" fill="#1d3b4f">today</text>'
    ).format(x, height - 14, height - 1)
