"""Tables that no line draws: labels left and answers right, records under their headings.

Geometry and typography only; which words are labels is not known here.
"""

import re
from collections.abc import Sequence

from agent.documents.pdftables import Grid, Slot
from agent.documents.pdftext import Line, Segment, fill_to, is_filled, is_new, is_wrapped

# Where columns begin is the same in all rows but for the rounding of the program.
ALIGNED = 4.0
# What Word leaves between the words of two neighbouring cells at least: twice 5.4 points.
_GUTTER = 10.8
# Rows of one table stand no further apart (in heights of letters).
_MAX_ROW_GAP = 3.0
_LABEL_AND_VALUE = re.compile(r"[^:]{2,80}:\s*\S")


def is_list_of_pairs(line: Line) -> bool:
    """Return whether each part of a line is "Label: value" by itself."""
    return all(_LABEL_AND_VALUE.match(segment.text) for segment in line)


def find_table(lines: Sequence[Line], step: float) -> tuple[int, list[float]]:
    """Return how many lines from here stand in common columns, and where these begin; 0 lines
    where that is no table."""
    start = _labels_before(lines, step)
    if start is None or is_list_of_pairs(lines[start]):
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
    if count == 1 and _is_stretched(lines[0]):
        return 0, []
    # A last line that fills the first column only is no row: a heading, or what is asked next.
    while count > start + 1 and _stands_alone(lines[count - 2 : count], columns, step):
        count -= 1
    return count, columns


def _is_stretched(line: Line) -> bool:
    """Return whether a line alone is a sentence whose blanks were stretched to fill it."""
    return len(line) > 2 and line[-1].room < ALIGNED and not any(one.field for one in line)


def _labels_before(lines: Sequence[Line], step: float) -> int | None:
    """Return the index of the first line with columns; the lines before it, if any, must begin
    with a label that fills several lines of the first column, with no answer beside it."""
    first = lines[0]
    if len(first) > 1:
        return 0
    for index, line in enumerate(lines[1:], start=1):
        if abs(line[0].x0 - first[0].x0) > ALIGNED or line[0].size > 1.1 * first[0].size:
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
    return is_full and following.top - label.top <= step and not is_new(label, following)


def _with(columns: list[float], line: Line, taken: Sequence[Segment]) -> list[float] | None:
    """Return the columns with those that a line adds, or None where it does not fit them."""
    new = [
        segment.x0
        for segment in line
        if all(abs(segment.x0 - column) > ALIGNED for column in columns)
    ]
    if new and len(line) < 2:
        return None
    if line[0].x0 in new and len(line) > 1 and line[0].x1 < columns[1] - 2:
        # Labels that end at a common right edge begin anywhere.
        new = new[1:]
    wider = sorted([*columns, *new])
    for segment in (*line, *(taken if new else ())):
        following = next((one for one in wider if one > segment.x0 + ALIGNED), None)
        if following is not None and segment.x1 > following - 2:
            return None
    return wider


def _stands_alone(lines: Sequence[Line], columns: Sequence[float], step: float) -> bool:
    """Return whether the second line fills the first column alone, and is not the rest of a
    label."""
    (before, *_), (last, *others) = lines
    if others or last.x0 > columns[1] - ALIGNED or last.field:
        return False
    return before.x0 > columns[1] - ALIGNED or not _is_rest(
        before, last, columns[1] - _GUTTER, step
    )


def table_of(lines: Sequence[Line], columns: Sequence[float], right: float, step: float) -> Grid:
    """Return the table that lines in columns are."""
    in_columns = [_by_column(line, columns) for line in lines]
    for index in range(len(columns)):
        column = [one[index] for one in in_columns if index in one]
        edge = columns[index + 1] - _GUTTER if index + 1 < len(columns) else right
        longest = max((one.x1 for one in column), default=edge)
        is_last_and_full = index + 1 == len(columns) and is_filled(column)
        fill_to(column, longest if is_last_and_full else max(edge, longest))
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
            (i for i, column in enumerate(columns) if column <= segment.x0 + ALIGNED), default=0
        )
        found[index] = segment
    return found


def _begins_row(
    cells: dict[int, Segment], row: Sequence[Sequence[Segment]], is_apart: bool
) -> bool:
    """Return whether a line begins a new row rather than going on with the cells above it."""
    going_on = {
        index: bool(row[index]) and is_wrapped(row[index][-1], segment) and not segment.field
        for index, segment in cells.items()
    }
    if 0 not in cells:
        return len(row) > 2 and len(cells) > 1 and not any(going_on.values())
    if is_apart or not row[0]:
        return True
    label, following = row[0][-1], cells[0]
    if label.text.endswith("?") and following.text[:1] != "(":
        return True
    # In a table of records every cell would have to go on; where the last column ends is a guess.
    if len(row) > 2 and not all(going_on[index] for index in cells if index < len(row) - 1):
        return True
    return is_new(label, following) or not is_wrapped(label, following)
