"""Draws the pages of a PDF by pdfminer, within limits, and sorts what is drawn.

Knows nothing of tables, labels or answers.
"""

import io
from collections.abc import Iterator, Sequence
from typing import Any

from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTChar, LTContainer, LTCurve, LTImage, LTLine, LTPage, LTRect
from pdfminer.pdfcolor import PDFColorSpace
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdffont import PDFFont
from pdfminer.pdfinterp import (
    PDFGraphicState,
    PDFPageInterpreter,
    PDFResourceManager,
    PDFTextState,
)
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.utils import Matrix, PathSegment, Rect

from agent.documents.package import Unreadable
from agent.documents.pdfpage import Box, Glyph, Page

# A long return with its chronology has 40 pages; 100 pages of forms hold about 200,000 characters
# and lines, which take about five seconds.
MAX_PAGES = 100
MAX_DRAWN = 250_000
# A page has a few drawings within drawings; each costs as much as a line of text.
_FIGURE_COSTS = 25
# Office programs nest drawings two or three deep; a drawing that holds itself never ends.
_MAX_NESTING = 12

# A line that is filled as a thin box; the thickest border Word offers is 6 points.
_MAX_THIN = 3.0
_MIN_EDGE = 4.0
_MIN_TICK_BOX, _MAX_TICK_BOX = 5.0, 20.0
_INVISIBLE = 3
_WHITE = 0.99

# What the keys of symbol fonts show, where the file does not say it. Plain Wingdings are left to
# the private characters that `wordml` makes plain.
_DINGBATS = {"3": "✓", "4": "✔", "5": "✗", "6": "✗", "7": "✗", "8": "✘", "o": "☐", "q": "☐"}
_WINGDINGS_2 = {"P": "☑", "R": "☑", "O": "☒", "Q": "☒", "S": "☒", "T": "☒", "£": "☐"}


def draw_pages(content: bytes) -> list[Page]:
    """Return the pages of a PDF that needs no password. Raises whatever pdfminer does."""
    document = PDFDocument(PDFParser(io.BytesIO(content)))
    resources = PDFResourceManager()
    device = _Device(resources)
    interpreter = PDFPageInterpreter(resources, device)
    pages = []
    for number, source in enumerate(PDFPage.create_pages(document), start=1):
        if number > MAX_PAGES:
            raise Unreadable("too_complex")
        device.unseen = LTPage(number, (0, 0, 1, 1))
        interpreter.process_page(source)
        assert device.result is not None
        pages.append(_page(number, source, device.result, device.unseen))
    return pages


# The font of its text, which has no shapes.
_TESSERACT = "GlyphLess"


class _Device(PDFPageAggregator):
    """Keeps what is drawn, and stops where it is too much; what is drawn invisibly, as the text
    layer over a scan is, goes to `unseen`."""

    def __init__(self, resources: PDFResourceManager) -> None:
        super().__init__(resources)
        self.drawn = 0
        self.unseen = LTPage(0, (0, 0, 1, 1))

    def _count(self, pieces: int = 1) -> None:
        self.drawn += pieces
        if self.drawn > MAX_DRAWN:
            raise Unreadable("too_complex")

    def begin_figure(self, name: str, bbox: Rect, matrix: Matrix) -> None:
        self._count(_FIGURE_COSTS)
        if len(self._stack) > _MAX_NESTING:
            raise Unreadable("too_complex")
        super().begin_figure(name, bbox, matrix)

    def paint_path(
        self,
        gstate: PDFGraphicState,
        stroke: bool,
        fill: bool,
        evenodd: bool,
        path: Sequence[PathSegment],
    ) -> None:
        self._count(len(path))
        super().paint_path(gstate, stroke, fill, evenodd, path)

    def render_string(
        self,
        textstate: PDFTextState,
        seq: Any,
        ncs: PDFColorSpace,
        graphicstate: PDFGraphicState,
    ) -> None:
        seen = self.cur_item
        if textstate.render == _INVISIBLE:
            self.cur_item = self.unseen
        super().render_string(textstate, seq, ncs, graphicstate)
        self.cur_item = seen

    def render_char(
        self,
        matrix: Matrix,
        font: PDFFont,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: PDFColorSpace,
        graphicstate: PDFGraphicState,
    ) -> float:
        self._count()
        return super().render_char(matrix, font, fontsize, scaling, rise, cid, ncs, graphicstate)


def _page(number: int, source: PDFPage, layout: LTPage, unseen: LTPage) -> Page:
    items = list(_leaves(layout))
    _stretch_words([item for item in unseen if isinstance(item, LTChar)])
    hidden = [item for item in unseen if isinstance(item, LTChar) and item.get_text().strip()]
    chars = [item for item in items if isinstance(item, LTChar)]
    area = layout.width * layout.height or 1.0
    share = sum(one.width * one.height for one in items if isinstance(one, LTImage)) / area
    # Words drawn invisibly over a scan are what a machine read in it; elsewhere they are hidden.
    is_scan = bool(hidden) and share > 0.5
    chars += hidden if is_scan else []
    turn = _turn(chars)
    size = (layout.width, layout.height)
    width, height = size[::-1] if turn % 2 else size
    page = Page(number, width, height, _matrix(source), turn, image_share=share)
    page.has_hidden, page.has_machine_text = bool(hidden) and not is_scan, is_scan
    _take_chars(page, chars, source)
    for item in items:
        if isinstance(item, LTLine | LTRect | LTCurve):
            _take_shape(page, item)
    return page


def _stretch_words(chars: Sequence[LTChar]) -> None:
    """Give words that tesseract recognised the room they have on paper: it lays a word and the
    blank behind it, in letters of one width, over the word alone."""
    word: list[LTChar] = []
    for char in chars:
        if _TESSERACT not in str(char.fontname):
            return
        if char.get_text().strip():
            word.append(char)
            continue
        if word and word[0].matrix[0] > 0:
            (start, bottom), top = word[0].bbox[:2], word[0].bbox[3]
            wide = (char.x1 - start) / len(word)
            for at, one in enumerate(word):
                one.set_bbox((start + at * wide, bottom, start + (at + 1) * wide, top))
        word = []


def _leaves(container: "LTContainer[Any]") -> Iterator[Any]:
    for item in container:
        if isinstance(item, LTContainer):
            yield from _leaves(item)
        else:
            yield item


def _matrix(source: PDFPage) -> Matrix:
    """Return how pdfminer turns the file's own coordinates."""
    x0, y0, x1, y1 = source.mediabox
    turned: dict[int, Matrix] = {
        90: (0, -1, 1, 0, -y0, x1),
        180: (-1, 0, 0, -1, x1, y1),
        270: (0, 1, -1, 0, y1, -x0),
    }
    return turned.get(source.rotate, (1, 0, 0, 1, -x0, -y0))


def _direction(char: LTChar) -> int:
    """Return where the words run: 0 to the right, 1 up, 2 to the left, 3 down, -1 aslant."""
    a, b = char.matrix[:2]
    if abs(a) > abs(b) * 10:
        return 0 if a > 0 else 2
    if abs(b) > abs(a) * 10:
        return 1 if b > 0 else 3
    return -1


def _turn(chars: Sequence[LTChar]) -> int:
    """Return the direction of most words; a page laid sideways by its program is read so."""
    counts = [0, 0, 0, 0]
    for char in chars:
        if (direction := _direction(char)) >= 0:
            counts[direction] += 1
    return counts.index(max(counts))


def _take_chars(page: Page, chars: Sequence[LTChar], source: PDFPage) -> None:
    shown = page.box(source.cropbox)
    seen: set[tuple[str, int, int]] = set()
    for char in chars:
        text = _text(char)
        if text is None:
            page.unmapped += 1
            continue
        # Watermarks lie aslant; bold is at times printed twice, a little beside.
        if _direction(char) != page.turn:
            continue
        box = page.turned(char.bbox)
        key = (text, round(box.x0), round(box.top))
        if key in seen and text.strip():
            continue
        seen.add(key)
        if not shown.holds(box):
            page.has_hidden = page.has_hidden or bool(text.strip())
            continue
        page.glyphs.append(Glyph(box.x0, box.top, box.x1, box.bottom, text))


def _text(char: LTChar) -> str | None:
    """Return what a character says, or None where the file does not tell."""
    text = char.get_text()
    font = str(char.fontname).lower().replace(" ", "").replace("-", "")
    if "dingbats" in font:
        return _DINGBATS.get(text, text)
    if text.startswith("(cid:") or text in ("\x00", "\ufffd"):
        return None
    if "wingdings2" in font:
        return _WINGDINGS_2.get(chr(ord(text[:1] or " ") & 0xFF), text)
    if "wingdings" in font and len(text) == 1 and " " < text <= "\xff":
        return chr(0xF000 + ord(text))
    return text


def _take_shape(page: Page, item: LTLine | LTRect | LTCurve) -> None:
    box = page.turned(item.bbox)
    if isinstance(item, LTLine):
        is_aslant = box.width > _MAX_THIN and box.height > _MAX_THIN
        (page.strokes if is_aslant else page.lines).append(box)
    elif isinstance(item, LTRect):
        _take_rect(page, item, box)
    elif box.width <= _MAX_TICK_BOX and box.height <= _MAX_TICK_BOX:
        page.strokes.append(box)


def _take_rect(page: Page, item: LTRect, box: Box) -> None:
    if min(box.width, box.height) <= _MAX_THIN:
        if max(box.width, box.height) >= _MIN_EDGE:
            page.lines.append(box)
        return
    if not item.stroke:
        if _darkness(item.non_stroking_color) > 1 - _WHITE:
            page.fills.append(box)
        return
    is_square = abs(box.width - box.height) <= 2 and box.width >= _MIN_TICK_BOX
    if is_square and box.width <= _MAX_TICK_BOX:
        page.squares.append(box)
        return
    page.frames.append(box)


def _darkness(value: Any) -> float:
    """Return how far a colour is from white, 0 to 1; 1 for a pattern."""
    parts = value if isinstance(value, tuple | list) else (value,)
    numbers = [float(one) for one in parts if isinstance(one, int | float)]
    if len(numbers) == 4:
        return max(numbers)
    return 1 - min(numbers, default=0.0)
