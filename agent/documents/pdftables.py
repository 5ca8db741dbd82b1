"""The tables that lines draw on a PDF page: which cells there are, and what belongs in each.

Geometry only; knows nothing of words, forms or what continues on the next page.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from agent.documents.pdfpage import Box, Glyph
from agent.documents.pdftext import Segment

# Lines closer than this are one: borders of two cells drawn beside each other, or not quite met.
_SNAP = 3.0
# A form's page has about 200 cells; what has more is a drawing, a map or a sheet of squared paper.
_MAX_GRID = 4_000
_MIN_CELL_HEIGHT = 6.0


@dataclass(slots=True)
class Slot(Box):
    """One cell as drawn; `above` is set for the lower part of a cell merged over rows."""

    glyphs: list[Glyph] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    inner: list["Grid"] = field(default_factory=list)
    above: "Slot | None" = None
    place: str = ""


@dataclass(slots=True)
class Grid(Box):
    """A table as drawn, row by row; `is_drawn` tells it from one that only stands in columns."""

    rows: list[list[Slot]]
    is_drawn: bool = True

    def slot_at(self, box: Box) -> Slot | None:
        """Return the cell in which the middle of a box lies."""
        middle = (box.top + box.bottom) / 2
        tops = [row[0].top for row in self.rows]
        index = bisect_right(tops, middle) - 1
        for slot in self.rows[index] if index >= 0 else ():
            owner = slot.above or slot
            if owner.holds(box):
                return owner
        return None


@dataclass(slots=True)
class _Edge:
    """A line at `at`, from `start` to `end`, across the other axis."""

    at: float
    start: float
    end: float


def find_grids(lines: Iterable[Box]) -> list[Grid]:
    """Return the tables that lines draw, outermost first, those inside a cell put there."""
    lines = list(lines)
    across = _merged(
        _Edge((one.top + one.bottom) / 2, one.x0, one.x1) for one in lines if one.width > one.height
    )
    down = _merged(
        _Edge((one.x0 + one.x1) / 2, one.top, one.bottom)
        for one in lines
        if one.height >= one.width and one.height >= _MIN_CELL_HEIGHT
    )
    if len(across) * len(down) > _MAX_GRID * 10:
        return []
    grids = [grid for group in _touching(across, down) if (grid := _grid(*group)) is not None]
    return _nested(grids)


def _merged(edges: Iterable[_Edge]) -> list[_Edge]:
    """Return edges with those joined that are the same line or go on where another ends."""
    levels: list[list[_Edge]] = []
    for edge in sorted(edges, key=lambda one: one.at):
        if levels and edge.at - levels[-1][-1].at <= _SNAP:
            levels[-1].append(edge)
        else:
            levels.append([edge])
    merged: list[_Edge] = []
    for level in levels:
        at = sum(one.at for one in level) / len(level)
        last: _Edge | None = None
        for edge in sorted(level, key=lambda one: one.start):
            if last is not None and edge.start <= last.end + _SNAP:
                last.end = max(last.end, edge.end)
            else:
                last = _Edge(at, edge.start, edge.end)
                merged.append(last)
    return merged


def _touching(
    across: Sequence[_Edge], down: Sequence[_Edge]
) -> list[tuple[list[_Edge], list[_Edge]]]:
    """Return the lines in groups that hang together."""
    owner = list(range(len(across)))

    def root(index: int) -> int:
        while owner[index] != index:
            index = owner[index]
        return index

    met: list[int | None] = []
    for edge in down:
        first: int | None = None
        for index, other in enumerate(across):
            if _meets(edge, other):
                if first is None:
                    first = root(index)
                owner[root(index)] = first
        met.append(first)
    groups: dict[int, tuple[list[_Edge], list[_Edge]]] = defaultdict(lambda: ([], []))
    for index, edge in enumerate(across):
        groups[root(index)][0].append(edge)
    for found, edge in zip(met, down, strict=True):
        if found is not None:
            groups[root(found)][1].append(edge)
    return list(groups.values())


def _meets(down: _Edge, across: _Edge) -> bool:
    return (
        across.start - _SNAP <= down.at <= across.end + _SNAP
        and down.start - _SNAP <= across.at <= down.end + _SNAP
    )


def _grid(across: list[_Edge], down: list[_Edge]) -> Grid | None:
    """Return the cells between lines that hang together, or None where they are no table."""
    ys = _levels(edge.at for edge in across)
    xs = _levels(edge.at for edge in down)
    if len(ys) < 2 or not xs:
        return None
    # Some tables have no border at their sides; their rows' lines tell how far they reach.
    left, right = min(edge.start for edge in across), max(edge.end for edge in across)
    xs = [*([left] if left < xs[0] - 4 * _SNAP else []), *xs]
    xs += [right] if right > xs[-1] + 4 * _SNAP else []
    if len(xs) < 2 or len(xs) * len(ys) > _MAX_GRID:
        return None
    slots = _slots(xs, ys, across, down)
    rows: list[list[Slot]] = []
    for top in ys[:-1]:
        row = [
            slot if slot.top == top else Slot(slot.x0, top, slot.x1, slot.bottom, above=slot)
            for slot in slots
            if slot.top <= top < slot.bottom
        ]
        rows.append(sorted(row, key=lambda one: one.x0))
    return Grid(xs[0], ys[0], xs[-1], ys[-1], rows)


def _levels(values: Iterable[float]) -> list[float]:
    levels: list[float] = []
    for value in sorted(values):
        if not levels or value - levels[-1] > _SNAP:
            levels.append(value)
    return levels


def _slots(
    xs: Sequence[float], ys: Sequence[float], across: Sequence[_Edge], down: Sequence[_Edge]
) -> list[Slot]:
    """Return the cells of a grid: its smallest squares, joined where no line parts them."""
    columns, rows = len(xs) - 1, len(ys) - 1
    owner = list(range(columns * rows))

    def root(index: int) -> int:
        while owner[index] != index:
            index = owner[index]
        return index

    for row in range(rows):
        for column in range(columns):
            here = row * columns + column
            x, y = (xs[column] + xs[column + 1]) / 2, (ys[row] + ys[row + 1]) / 2
            if column + 1 < columns and not _has_line(down, xs[column + 1], y):
                owner[root(here + 1)] = root(here)
            if row + 1 < rows and not _has_line(across, ys[row + 1], x):
                owner[root(here + columns)] = root(here)
    found: dict[int, list[int]] = defaultdict(list)
    for index in range(columns * rows):
        found[root(index)].append(index)
    return [
        Slot(
            xs[min(one % columns for one in parts)],
            ys[min(one // columns for one in parts)],
            xs[max(one % columns for one in parts) + 1],
            ys[max(one // columns for one in parts) + 1],
        )
        for parts in found.values()
    ]


def _has_line(edges: Sequence[_Edge], at: float, middle: float) -> bool:
    return any(
        abs(edge.at - at) <= _SNAP and edge.start - _SNAP <= middle <= edge.end + _SNAP
        for edge in edges
    )


def _nested(grids: list[Grid]) -> list[Grid]:
    """Return the outermost tables, each other one put into the cell in which it stands."""
    outer: list[Grid] = []
    for grid in sorted(grids, key=lambda one: -one.width * one.height):
        within = outer
        while True:
            slot = next((s for one in within if (s := one.slot_at(grid)) is not None), None)
            if slot is None or slot.width * slot.height <= grid.width * grid.height:
                break
            within = slot.inner
        within.append(grid)
    return outer


def put_in(grids: Sequence[Grid], glyph: Glyph) -> bool:
    """Put a glyph into the innermost cell in which it stands; returns whether there is one."""
    slot = next((s for grid in grids if (s := grid.slot_at(glyph)) is not None), None)
    if slot is None:
        return False
    if not (slot.inner and put_in(slot.inner, glyph)):
        slot.glyphs.append(glyph)
    return True
