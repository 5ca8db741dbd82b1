"""Lines of a PDF page outside of drawn tables, put into paragraphs and tables in reading order.

Geometry and typography only; which words are labels is not known here.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from agent.documents.pdfcolumns import ALIGNED, find_table, is_list_of_pairs, table_of
from agent.documents.pdftables import Grid
from agent.documents.pdftext import Line, Segment, fill_to, is_filled, is_new, is_wrapped

Element = Grid | list[Segment]

# Lines of one paragraph stand no further apart (in heights of letters).
_MAX_LINE_STEP = 1.9
# Where no text shows it, lines within a paragraph are so far apart at most.
_MAX_USUAL_STEP = 1.5
_MORE_LEADING = 1.35
# A column of labels ends before this part of the page.
_NARROW_SHARE = 0.65
_MIN_PROSE_LINES = 6


def arrange(lines: Sequence[Line], right: float) -> list[Element]:
    """Return paragraphs, as their segments, and tables; `right` is where full lines end."""
    for line in lines:
        fill_to(line, right)
    lines = _unfold(lines, right)
    step = _usual_step(lines)
    _narrow(lines, right)
    elements: list[Element] = []
    at = 0
    while at < len(lines):
        count, columns = find_table(lines[at:], step)
        if count:
            elements.append(table_of(lines[at : at + count], columns, right, step))
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
        if run and not (goes_on and abs(line[0].x0 - run[-1].x0) <= ALIGNED):
            if is_filled(run):
                fill_to(run, max(one.x1 for one in run))
            run = []
        if goes_on:
            run.append(line[0])


def _pieces(line: Line) -> list[Line]:
    """Return a line, or each of its segments where each is "Label: value"."""
    if len(line) > 1 and is_list_of_pairs(line):
        return [[segment] for segment in line]
    return [list(line)]


def _goes_on(last: Segment, line: Line) -> bool:
    """Return whether a line belongs to the paragraph above it."""
    following = line[0]
    step = following.top - last.top
    return (
        0.5 * last.size < step <= _MAX_LINE_STEP * last.size
        and abs(following.size - last.size) < 0.1 * last.size
        and is_wrapped(last, following)
        and not is_new(last, following)
        # Two paragraphs of one answer do no harm; a label taken for a part of it would.
        and not (last.text.endswith(".") and following.text[:1].isupper())
    )


def _unfold(lines: Sequence[Line], right: float) -> list[Line]:
    """Return lines with prose printed in two columns put one column after the other."""
    starts = Counter(round(line[1].x0) for line in lines if len(line) == 2)
    gutter, count = starts.most_common(1)[0] if starts else (0, 0)
    if count < _MIN_PROSE_LINES:
        return list(lines)
    fits = [_is_beside(line, gutter - ALIGNED) for line in lines]
    both = [index for index, line in enumerate(lines) if fits[index] and len(line) == 2]
    first, end = both[0], both[-1] + 1
    while end < len(lines) and fits[end]:
        end += 1
    if not all(fits[first:end]) or len(both) < 0.6 * (end - first):
        return list(lines)
    inside = [segment for line in lines[first:end] for segment in line]
    left = [segment for segment in inside if segment.x0 < gutter - ALIGNED]
    other = [segment for segment in inside if segment.x0 >= gutter - ALIGNED]
    for column in (left, other):
        fill_to(column, max(segment.x1 for segment in column))
    if not (_is_prose(left) and _is_prose(other)):
        fill_to(inside, right)
        return list(lines)
    return [*lines[:first], *([one] for one in (*left, *other)), *lines[end:]]


def _is_beside(line: Line, gutter: float) -> bool:
    return all(segment.x0 >= gutter or segment.x1 < gutter for segment in line)


def _is_prose(segments: Sequence[Segment]) -> bool:
    """Return whether most lines are full, as those of labels or short answers are not."""
    pairs = list(pairwise(segments))
    full = sum(is_wrapped(before, after) for before, after in pairs)
    return len(segments) >= _MIN_PROSE_LINES and full >= 0.75 * len(pairs)
