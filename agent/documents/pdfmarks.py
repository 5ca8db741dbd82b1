"""What is drawn around the words of a PDF page instead of typed: ticks in boxes, words struck out,
options highlighted. Changes the glyphs of a page accordingly; knows nothing of tables.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from agent.documents.marked import is_option
from agent.documents.pdfpage import Box, Glyph, Page
from agent.documents.wordml import EMPTY_BOX, TICKED

_CROSSES = frozenset("xX×✓✔✗✘/")
# Between these parts of a letter's height a line strikes it out; an underline lies lower.
_STRIKE_FROM, _STRIKE_TO = 0.36, 0.74
# The largest letters are 40 points high; a line through their middle is at most so far from it.
_MAX_OFF_MIDDLE = 8.0
# What the text of a cell is set in from its sides; a page with more areas is a chart.
_MAX_INSET = 10.0
_MAX_FILLS = 1_000
# A highlighter ends where the words end; the shading of a cell goes on.
_MAX_BESIDE = 4.0


def settle_marks(page: Page) -> None:
    """Turn drawn boxes into glyphs, and mark the glyphs struck out or highlighted."""
    page.glyphs.sort(key=_middle)
    middles = [_middle(glyph) for glyph in page.glyphs]
    for line in page.lines:
        if line.height <= line.width:
            near = page.glyphs[
                bisect_left(middles, line.top - _MAX_OFF_MIDDLE) : bisect_right(
                    middles, line.bottom + _MAX_OFF_MIDDLE
                )
            ]
            _strike(page, line, near)
    for fill in _cells_and_words(page.fills):
        near = page.glyphs[bisect_left(middles, fill.top) : bisect_right(middles, fill.bottom)]
        if not _highlight(fill, near):
            page.frames.append(fill)
    for square in page.squares:
        near = page.glyphs[bisect_left(middles, square.top) : bisect_right(middles, square.bottom)]
        _tick(page, square, near)
    page.glyphs = [glyph for glyph in page.glyphs if glyph.mark != "taken"]
    page.lines += [edge for frame in page.frames for edge in frame.edges()]


def _cells_and_words(fills: Sequence[Box]) -> list[Box]:
    """Return coloured areas without those that Word draws again inside a cell, behind the words."""
    if len(fills) > _MAX_FILLS:
        return []
    return [
        fill
        for fill in fills
        if not any(
            1 < fill.x0 - other.x0 < _MAX_INSET
            and 1 < other.x1 - fill.x1 < _MAX_INSET
            and other.top - 1 <= fill.top
            and fill.bottom <= other.bottom + 1
            for other in fills
        )
    ]


def _middle(box: Box) -> float:
    return (box.top + box.bottom) / 2


def _strike(page: Page, line: Box, near: list[Glyph]) -> None:
    under = [
        glyph
        for glyph in near
        if line.x0 - 1 <= (glyph.x0 + glyph.x1) / 2 <= line.x1 + 1
        and _STRIKE_FROM <= (_middle(line) - glyph.top) / (glyph.height or 1) <= _STRIKE_TO
    ]
    words = [glyph for glyph in under if glyph.text.strip()]
    # A line that goes on far beyond the words divides the page or a table.
    if words and sum(glyph.width for glyph in under) >= 0.6 * line.width:
        for glyph in under:
            glyph.mark = "struck"
        text = "".join(glyph.text for glyph in sorted(words, key=lambda one: one.x0))
        page.has_struck = page.has_struck or not is_option(text)


def _highlight(fill: Box, near: list[Glyph]) -> bool:
    """Mark the words on a coloured area; returns whether it is a highlighter's, not a cell's."""
    inside = [glyph for glyph in near if fill.holds(glyph) and glyph.text.strip()]
    if not inside or fill.height > 2 * max(glyph.height for glyph in inside):
        return False
    left = min(glyph.x0 for glyph in inside) - fill.x0
    right = fill.x1 - max(glyph.x1 for glyph in inside)
    if max(left, right) > _MAX_BESIDE:
        return False
    for glyph in inside:
        glyph.mark = glyph.mark or "highlighted"
    return True


def _tick(page: Page, square: Box, near: list[Glyph]) -> None:
    """Add the glyph of a box to tick, unless a digit or letter is written in it."""
    inside = [glyph for glyph in near if square.holds(glyph) and glyph.text.strip()]
    if any(glyph.text not in _CROSSES for glyph in inside):
        # One box for each digit of a number: without the gaps they are one word again.
        for glyph in inside:
            glyph.x0, glyph.x1 = square.x0, square.x1
        return
    is_crossed = any(
        square.holds(stroke) and stroke.width < 2 * square.width for stroke in page.strokes
    )
    for glyph in inside:
        glyph.mark = "taken"
    text = TICKED if inside or is_crossed else EMPTY_BOX
    page.glyphs.append(Glyph(square.x0, square.top, square.x1, square.bottom, text))
