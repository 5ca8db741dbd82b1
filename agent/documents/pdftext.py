"""Glyphs of a PDF page to lines of words, and lines to text as it was typed.

A line ends where the page made it end or where somebody pressed Enter; only the second is kept.
Knows nothing of tables.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from agent.documents import marked
from agent.documents import wordml as w
from agent.documents.pdfpage import Box, Glyph

# Parts of the letters' height. The blank of most fonts is a quarter to a third of it, and grows
# to a half in justified text; what stands further apart stands in another column.
_BLANK = 0.3
_WORD_GAP = 0.16
_COLUMN_GAP = 0.85
# Programs round where a line ends.
_SLACK = 0.5
# Double-spaced lines are 2.4 heights apart; 1.15, the usual spacing, is 1.4.
_MAX_LEADING = 2.5
_MORE_LEADING = 1.35
# What a cell without lines may be narrower than the page, in heights of letters.
_NARROWER = 1.3
ENDS = (".", ":", "?", "!", ";")
_BOXES = "☐☑☒"
_SIGNS = "•·▪●○◦–*➢" + "".join(map(chr, range(0xF0A0, 0xF0FF)))
_BULLETS = tuple(_SIGNS + _BOXES)
_NUMBERED = re.compile(
    r"(?:\d{1,2}[.)]|\d{1,2}\.\d{1,2}[.)]?|[a-z][.)]|(?:section|part|appendix)\s+\w{1,3}\b.?)\s",
    re.IGNORECASE,
)
_NUMBER = re.compile(rf"[{re.escape(_SIGNS)}-]|\d{{1,2}}[.)]|[a-z][.)]", re.IGNORECASE)


@dataclass(slots=True)
class Segment(Box):
    """Words that stand together in one line; `first` and `blank` are the width of the first word
    and between words, `room` is what was left after the last one, once the right end is known."""

    text: str
    size: float
    first: float
    blank: float
    words: int
    field: str = ""
    page: int = 0
    room: float = 0.0


Line = list[Segment]


def lines_of(glyphs: Iterable[Glyph], page: int) -> list[Line]:
    """Return the lines of some glyphs from top to bottom, each split where a column may begin."""
    found: list[Line] = []
    row: list[Glyph] = []
    top = bottom = 0.0
    for glyph in sorted(glyphs, key=lambda one: one.top + one.bottom):
        middle = (glyph.top + glyph.bottom) / 2
        if row and top <= middle <= bottom and glyph.top < bottom:
            # Raised letters as in "17th" are smaller and must not make the line thinner.
            if glyph.text.strip() and glyph.height > bottom - top:
                top, bottom = glyph.top, glyph.bottom
        else:
            found += _split(row, page)
            row, top, bottom = [], glyph.top, glyph.bottom
        row.append(glyph)
    return found + _split(row, page)


def _split(row: list[Glyph], page: int) -> list[Line]:
    """Return the segments of one line, or nothing for blanks."""
    segments: Line = []
    piece: list[Glyph] = []
    for glyph in sorted(row, key=lambda one: one.x0):
        if not glyph.text.strip() and not glyph.field:
            continue
        if piece and _begins_column(piece, glyph):
            segments.append(_segment(piece, page))
            piece = []
        piece.append(glyph)
    if piece:
        segments.append(_segment(piece, page))
    return [segments] if segments else []


def _begins_column(piece: Sequence[Glyph], glyph: Glyph) -> bool:
    last = piece[-1]
    if last.field or glyph.field:
        return True
    # A box to tick, a bullet or a number stands before its words, at times at some distance.
    is_sign = last.text in _BOXES or (
        len(piece) <= 3 and _NUMBER.fullmatch("".join(one.text for one in piece)) is not None
    )
    reach = 3 if is_sign else _COLUMN_GAP
    return glyph.x0 - last.x1 > reach * max(glyph.height, last.height)


def _segment(glyphs: Sequence[Glyph], page: int) -> Segment:
    size = median(glyph.height for glyph in glyphs)
    letters: list[str] = []
    mark = ""
    words, first, end = 0, 0.0, glyphs[0].x0
    gaps: list[float] = []
    for glyph in glyphs:
        if not words or glyph.x0 - end > _WORD_GAP * size or glyph.text in _BOXES:
            words += 1
            if letters:
                letters.append(" ")
                gaps.append(glyph.x0 - end)
        if words == 1:
            first = glyph.x1 - glyphs[0].x0
        _turn_mark(mark, glyph.mark, letters)
        mark = glyph.mark
        if mark != "struck":
            letters.append(glyph.text)
        end = glyph.x1
    _turn_mark(mark, "", letters)
    top, bottom = min(one.top for one in glyphs), max(one.bottom for one in glyphs)
    field = glyphs[0].field
    blank = median(gaps) if gaps else _BLANK * size
    return Segment(
        glyphs[0].x0,
        top,
        glyphs[-1].x1,
        bottom,
        "".join(letters),
        size,
        first,
        blank,
        words,
        field,
        page,
    )


def _turn_mark(before: str, now: str, letters: list[str]) -> None:
    """Write where marked letters begin and end, as `marked` expects it."""
    if before == now:
        return
    blank = letters.pop() if letters and letters[-1] == " " else ""
    if before == "highlighted":
        letters.append(marked.CLOSE)
    letters.append(blank)
    if now == "highlighted":
        letters.append(marked.OPEN)
    elif now == "struck":
        letters.append(marked.STRUCK)


def fill_to(segments: Iterable[Segment], right: float) -> None:
    """Note how much room each segment left up to the right end of its column."""
    for segment in segments:
        segment.room = right - segment.x1


def is_wrapped(last: Segment, following: Segment) -> bool:
    """Return whether a line ended because the next word did not fit."""
    if last.field or following.field or following.text.startswith(_BULLETS):
        return False
    spare = last.room - following.first - last.blank
    return spare < _SLACK or (spare < _NARROWER * last.size and is_cut(last, following))


def is_cut(last: Segment, following: Segment) -> bool:
    """Return whether a sentence goes on in the next line, as far as the letters tell."""
    return last.words >= 4 and following.text[:1].islower() and not last.text.endswith(ENDS)


def is_filled(column: Sequence[Segment]) -> bool:
    """Return whether so many sentences are cut in a column that its longest line shows its end."""
    return sum(map(is_cut, column, column[1:])) >= 2


def is_new(last: Segment, following: Segment) -> bool:
    """Return whether the words tell that a line does not go on with the one above it."""
    return last.text.endswith(":") or _NUMBERED.match(following.text) is not None


def text_of(segments: Sequence[Segment]) -> str:
    """Return the text of lines below one another, with the line breaks that were typed."""
    steps = [
        after.top - before.top
        for before, after in pairwise(segments)
        if after.top - before.top > 0.5 * before.size
    ]
    usual = min(steps, default=0.0)
    pieces: list[str] = []
    last: Segment | None = None
    for segment in segments:
        if last is not None:
            pieces.append(_between(last, segment, usual))
        pieces.append(segment.text)
        last = segment
    text = marked.settle("\n".join(w.tidy_lines("".join(pieces))))
    return "\n".join(w.tidy_lines(text))


def _between(last: Segment, following: Segment, usual: float) -> str:
    step = following.top - last.top
    if step < 0.5 * last.size and following.page == last.page:
        return "\n" if last.field or following.field else " "
    if following.page == last.page and (
        step > _MORE_LEADING * usual or step > _MAX_LEADING * last.size
    ):
        return "\n"
    if not is_wrapped(last, following):
        return "\n"
    if last.words == 1 and any(sign in last.text for sign in "@/"):
        # An address too long for its column goes on without a blank.
        return "" if last.room < 1.5 * last.size else " "
    return "" if last.text[-2:-1].isalpha() and last.text.endswith("-") else " "
