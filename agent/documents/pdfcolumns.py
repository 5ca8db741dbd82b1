"""Lines of a PDF page that no drawn table holds: paragraphs, and tables that only stand in columns.

Geometry and typography only; which words are labels is not known here.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from agent.documents.pdftables import Grid, Slot
from agent.documents.pdftext import Line, Segment, fill_to, is_wrapped

Element = Grid | list[Segment]

_ALIGNED = 4.0
# What Word leaves between the words of two neighbouring cells at least: twice 5.4 points.
_GUTTER = 10.8
# Rows of one table, and lines of one paragraph, stand no further apart (in heights of letters).
_MAX_ROW_GAP = 3.0
_MAX_LINE_STEP = 1.9
# Where no text shows it, lines within a paragraph are so far apart at most.
_MAX_USUAL_STEP = 1.5
_MORE_LEADING = 1.35
# A column of labels ends before this part of the page.
_NARROW_SHARE = 0.65
# What a cell without lines may be narrower than the page, in heights of letters.
_NARROWER = 1.3
_NUMBERED = re.compile(r"(?:\d{1,2}[.)]|\d{1,2}\.\d{1,2}[.)]?|[a-z][.)])\s", re.IGNORECASE)
_LABEL_AND_VALUE = re.compile(r"[^:]{2,80}:\s*\S")
ENDS = (".", ":", "?", "!", ";")
_MIN_PROSE_LINES = 6


def arrange(lines: Sequence[Line], right: float) -> list[Element]:
    """Return paragraphs, as their segments, and tables; `right` is where full lines end."""
    for line in lines:
        fill_to(line, right)
    lines = _unfold(lines)
    step = _usual_step(lines)
    _narrow(lines, right)
    elements: list[Element] = []
    at = 0
    while at < len(lines):
        count, columns = _table_at(lines[at:], step)
        if count:
            elements.append(_table(lines[at : at + count], columns, right, step))
            at += count
            continue
        for piece in _pieces(lines[at]):
            last = elements[-1] if elements else None
            if isinstance(last, list) and _goes_on(last[-1], piece):
                last += piece
            else:
                elements.append(piece)
        at += 1
    return elements


def _usual_step(lines: Sequence[Line]) -> float:
    """Return from where on a step to the next line is more than that within a paragraph."""
    steps = [
        min(after[0].top - before[0].top, _MAX_USUAL_STEP * before[0].size)
        for before, after in pairwise(lines)
        if after[0].top - before[0].top > 0.9 * before[0].size
    ]
    return _MORE_LEADING * min(steps, default=0.0)


def _narrow(lines: Sequence[Line], right: float) -> None:
    """Find labels that fill several lines of a column with no answers beside it, and note where
    that column ends: nothing else tells that their lines are not whole."""
    run: Line = []
    for line in [*lines, []]:
        goes_on = len(line) == 1 and line[0].x1 < _NARROW_SHARE * right
        if run and not (goes_on and abs(line[0].x0 - run[-1].x0) <= _ALIGNED):
            cut = sum(map(_is_cut, run, run[1:]))
            if cut >= 2:
                fill_to(run, max(one.x1 for one in run))
            run = []
        if goes_on:
            run.append(line[0])


def _is_cut(last: Segment, following: Segment) -> bool:
    """Return whether a sentence goes on in the next line."""
    return last.words >= 4 and following.text[:1].islower() and not last.text.endswith(ENDS)


def _pieces(line: Line) -> list[Line]:
    """Return a line, or each of its segments where each is "Label: value"."""
    if len(line) > 1 and _is_list_of_pairs(line):
        return [[segment] for segment in line]
    return [list(line)]


def _is_list_of_pairs(line: Line) -> bool:
    return all(_LABEL_AND_VALUE.match(segment.text) for segment in line)


def _goes_on(last: Segment, line: Line) -> bool:
    """Return whether a line belongs to the paragraph above it."""
    following = line[0]
    step = following.top - last.top
    is_full = last.room < following.first + last.blank + _NARROWER * last.size
    return (
        0.5 * last.size < step <= _MAX_LINE_STEP * last.size
        and abs(following.size - last.size) < 0.1 * last.size
        and (is_wrapped(last, following) or (is_full and following.text[:1].islower()))
        and not last.text.endswith(":")
        and not _NUMBERED.match(following.text)
    )


def _unfold(lines: Sequence[Line]) -> list[Line]:
    """Return lines with prose printed in two columns put one column after the other."""
    starts = Counter(round(line[1].x0) for line in lines if len(line) == 2)
    gutter, count = starts.most_common(1)[0] if starts else (0, 0)
    if count < _MIN_PROSE_LINES:
        return list(lines)
    fits = [_is_beside(line, gutter - _ALIGNED) for line in lines]
    both = [index for index, line in enumerate(lines) if fits[index] and len(line) == 2]
    first, end = both[0], both[-1] + 1
    while end < len(lines) and fits[end]:
        end += 1
    if not all(fits[first:end]) or len(both) < 0.6 * (end - first):
        return list(lines)
    inside = [segment for line in lines[first:end] for segment in line]
    left = [segment for segment in inside if segment.x0 < gutter - _ALIGNED]
    other = [segment for segment in inside if segment.x0 >= gutter - _ALIGNED]
    fill_to(left, max(segment.x1 for segment in left))
    if not (_is_prose(left) and _is_prose(other)):
        return list(lines)
    return [*lines[:first], *([one] for one in (*left, *other)), *lines[end:]]


def _is_beside(line: Line, gutter: float) -> bool:
    return all(segment.x0 >= gutter or segment.x1 < gutter for segment in line)


def _is_prose(segments: Sequence[Segment]) -> bool:
    """Return whether most lines are full, as those of labels or short answers are not."""
    pairs = list(pairwise(segments))
    full = sum(is_wrapped(before, after) for before, after in pairs)
    return len(segments) >= _MIN_PROSE_LINES and full >= 0.75 * len(pairs)


def _table_at(lines: Sequence[Line], step: float) -> tuple[int, list[float]]:
    """Return how many lines from here stand in common columns, and where these begin; 0 lines
    where that is no table."""
    start = _labels_before(lines, step)
    if start is None or _is_list_of_pairs(lines[start]):
        return 0, []
    columns = [segment.x0 for segment in lines[start]]
    taken = [segment for line in lines[: start + 1] for segment in line]
    count = start + 1
    for line in lines[count:]:
        wider = _with(columns, line, taken)
        if wider is None or line[0].top - taken[-1].bottom > _MAX_ROW_GAP * line[0].size:
            break
        columns = wider
        taken += line
        count += 1
    # A last line that fills the first column only is no row: a heading, or what is asked next.
    while count > start + 1 and _stands_alone(lines[count - 2 : count], columns, step):
        count -= 1
    return count, columns


def _labels_before(lines: Sequence[Line], step: float) -> int | None:
    """Return the index of the first line with columns; the lines before it, if any, must begin
    with a label that fills several lines of the first column, with no answer beside it."""
    first = lines[0]
    if len(first) > 1:
        return 0
    for index, line in enumerate(lines[1:], start=1):
        if abs(line[0].x0 - first[0].x0) > _ALIGNED or line[0].size > 1.1 * first[0].size:
            return None
        if len(line) > 1:
            limit = line[1].x0 - _GUTTER
            is_narrow = all(one[0].x1 <= limit + 2 for one in lines[:index])
            is_label = index > 1 and _is_rest(first[0], lines[1][0], limit, step)
            return index if is_narrow and is_label and first[0].field == "" else None
    return None


def _is_rest(label: Segment, following: Segment, limit: float, step: float) -> bool:
    """Return whether a line is the rest of a label whose column ends at `limit`."""
    is_full = limit - label.x1 < following.first + label.blank
    return is_full and following.top - label.top <= step and not label.text.endswith(":")


def _with(columns: list[float], line: Line, taken: Sequence[Segment]) -> list[float] | None:
    """Return the columns with those that a line adds, or None where it does not fit them."""
    new = [
        segment.x0
        for segment in line
        if all(abs(segment.x0 - column) > _ALIGNED for column in columns)
    ]
    if new and len(line) < 2:
        return None
    if line[0].x0 in new and len(line) > 1 and line[0].x1 < columns[1] - 2:
        # Labels that end at a common right edge begin anywhere.
        new = new[1:]
    wider = sorted([*columns, *new])
    for segment in (*line, *(taken if new else ())):
        following = next((one for one in wider if one > segment.x0 + _ALIGNED), None)
        if following is not None and segment.x1 > following - 2:
            return None
    return wider


def _stands_alone(lines: Sequence[Line], columns: Sequence[float], step: float) -> bool:
    """Return whether the second line fills the first column alone, and is not the rest of a
    label."""
    (before, *_), (last, *others) = lines
    if others or last.x0 > columns[1] - _ALIGNED or last.field:
        return False
    return before.x0 > columns[1] - _ALIGNED or not _is_rest(
        before, last, columns[1] - _GUTTER, step
    )


def _table(lines: Sequence[Line], columns: Sequence[float], right: float, step: float) -> Grid:
    """Return the table that lines in columns are."""
    in_columns = [_by_column(line, columns) for line in lines]
    for index in range(len(columns)):
        column = [one[index] for one in in_columns if index in one]
        edge = columns[index + 1] - _GUTTER if index + 1 < len(columns) else right
        fill_to(column, max(edge, *(one.x1 for one in column)) if column else edge)
    tops = [line[0].top for line in lines]
    rows: list[list[list[Segment]]] = []
    last_top = 0.0
    for cells, top in zip(in_columns, tops, strict=True):
        if not rows or _begins_row(cells, rows[-1], top - last_top > step):
            rows.append([[] for _ in columns])
        for index, segment in cells.items():
            rows[-1][index].append(segment)
        last_top = top
    ends = [*columns[1:], right]
    return Grid(
        columns[0],
        tops[0],
        right,
        lines[-1][0].bottom,
        [
            [
                Slot(x0, tops[0], x1, tops[-1], segments=segments)
                for x0, x1, segments in zip(columns, ends, row, strict=True)
            ]
            for row in rows
        ],
        is_drawn=False,
    )


def _by_column(line: Line, columns: Sequence[float]) -> dict[int, Segment]:
    found: dict[int, Segment] = {}
    for segment in line:
        index = max(
            (i for i, column in enumerate(columns) if column <= segment.x0 + _ALIGNED), default=0
        )
        found[index] = segment
    return found


def _begins_row(
    cells: dict[int, Segment], row: Sequence[Sequence[Segment]], is_apart: bool
) -> bool:
    """Return whether a line begins a new row rather than going on with the cells above it."""
    going_on = [
        bool(row[index]) and is_wrapped(row[index][-1], segment) and not segment.field
        for index, segment in cells.items()
    ]
    if 0 not in cells:
        return len(row) > 2 and len(cells) > 1 and not any(going_on)
    if is_apart or not row[0]:
        return True
    label, following = row[0][-1], cells[0]
    if label.text.endswith(":") or (label.text.endswith("?") and following.text[:1] != "("):
        return True
    return not is_wrapped(label, following)
