"""Pages of a PDF to blocks in reading order, as a Word file's would be.

Knows nothing of forms, nor of how tables are found on a page.
"""

from collections.abc import Sequence

from agent.documents.pdfarrange import Element, arrange
from agent.documents.pdffurniture import take_furniture
from agent.documents.pdfpage import Glyph, Page
from agent.documents.pdftables import Grid, Slot, find_grids, put_in
from agent.documents.pdftext import ENDS, Line, Segment, fill_to, is_wrapped, lines_of, text_of
from agent.model.document import Block, Cell, Paragraph, Table

# The usual padding of a cell is 2 to 6 points.
_MIN_PADDING, _MAX_PADDING = 1.0, 8.0
# A box so large frames the page; one so low holds a line at most.
_FRAME_SHARE = 0.85
_MAX_LINE_BOX = 40.0
_SAME = 3.0


def blocks_of(pages: Sequence[Page]) -> tuple[Block, ...]:
    """Return what stands on the pages; what is printed at the head of several comes first.

    A table or paragraph that goes on over a page is one block, at the place where it begins.
    """
    drawn = [_Drawn(page) for page in pages]
    headers = take_furniture([(one.page, one.lines) for one in drawn])
    whole: list[tuple[Element, str]] = []
    for one in drawn:
        may_go_on = bool(whole)
        for element, place in one.elements():
            if may_go_on and _begins_table(whole[-1][0], element):
                whole[-1] = (element, place)
            elif may_go_on and _join(whole[-1][0], element):
                # Below the rest of a cell the table itself may go on.
                may_go_on = isinstance(whole[-1][0], Grid) and not isinstance(element, Grid)
                continue
            else:
                whole.append((element, place))
            may_go_on = False
    blocks = (_block(element, place) for element, place in whole)
    # An empty field below its label is no paragraph.
    return (*headers, *(one for one in blocks if isinstance(one, Table) or one.text))


class _Drawn:
    """One page: its tables, and the lines outside of them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.grids: list[Grid] = []
        grids = find_grids(page.lines)
        loose = [glyph for glyph in page.glyphs if not put_in(grids, glyph)]
        for grid in grids:
            if self._is_frame(grid) or _is_beside_label(grid, loose):
                slot = grid.rows[0][0]
                loose += slot.glyphs
                self.grids += slot.inner
            else:
                self.grids.append(grid)
        self.grids.sort(key=lambda grid: grid.top)
        self.lines: list[Line] = lines_of(loose, page.number)

    def _is_frame(self, grid: Grid) -> bool:
        """Return whether a box only frames parts of the page, or a form's field."""
        if not _is_one_cell(grid):
            return False
        share = min(grid.width / self.page.width, grid.height / self.page.height)
        slot = grid.rows[0][0]
        return share > _FRAME_SHARE or any(glyph.field for glyph in slot.glyphs)

    def elements(self) -> list[tuple[Element, str]]:
        """Return paragraphs and tables in reading order, each with its place."""
        right = self._right()
        groups: list[list[Line]] = [[] for _ in range(len(self.grids) + 1)]
        for line in self.lines:
            groups[sum(not _is_before(line, grid) for grid in self.grids)].append(line)
        number = self.page.number
        found: list[Element] = arrange(groups[0], right)
        for grid, lines in zip(self.grids, groups[1:], strict=True):
            _read(grid, number)
            if any(_says_anything(row) for row in grid.rows):
                found.append(grid)
            found += arrange(lines, right)
        return _named(found, f"page {number} ")

    def _right(self) -> float:
        """Return where full lines end: the margins of a page are alike unless text goes further."""
        text = [segment for line in self.lines for segment in line]
        left = min((one.x0 for one in text), default=0.0)
        return max((self.page.width - left, *(one.x1 for one in text)))


def _is_one_cell(grid: Grid) -> bool:
    return len(grid.rows) == 1 and len(grid.rows[0]) == 1


def _is_beside_label(grid: Grid, loose: Sequence[Glyph]) -> bool:
    """Return whether a box of one line has its label printed to its left."""
    if not _is_one_cell(grid) or grid.height > _MAX_LINE_BOX:
        return False
    return any(
        glyph.x1 <= grid.x0 + 1
        and grid.top < (glyph.top + glyph.bottom) / 2 < grid.bottom
        and glyph.text.strip()
        for glyph in loose
    )


def _is_before(line: Line, grid: Grid) -> bool:
    middle = (line[0].top + line[0].bottom) / 2
    return middle < grid.top or (middle < grid.bottom and line[0].x0 < grid.x0)


def _read(grid: Grid, page: int) -> None:
    """Turn the glyphs in the cells of a table into lines."""
    for slot in (slot for row in grid.rows for slot in row):
        slot.segments = [segment for line in lines_of(slot.glyphs, page) for segment in line]
        if slot.segments:
            padding = min(segment.x0 for segment in slot.segments) - slot.x0
            fill_to(slot.segments, slot.x1 - min(max(padding, _MIN_PADDING), _MAX_PADDING))
        for inner in slot.inner:
            _read(inner, page)


def _says_anything(row: Sequence[Slot]) -> bool:
    return any(slot.segments or slot.inner for slot in row)


def _named(elements: Sequence[Element], where: str) -> list[tuple[Element, str]]:
    named: list[tuple[Element, str]] = []
    counts = {True: 0, False: 0}
    for element in elements:
        is_table = isinstance(element, Grid)
        counts[is_table] += 1
        place = f"{where}{'table' if is_table else 'paragraph'} {counts[is_table]}"
        if isinstance(element, Grid):
            _name(element, place)
        named.append((element, place))
    return named


def _name(grid: Grid, place: str) -> None:
    for row, slots in enumerate(grid.rows, start=1):
        for column, slot in enumerate(slots, start=1):
            slot.place = f"{place} row {row} cell {column}"
            for index, inner in enumerate(slot.inner, start=1):
                _name(inner, f"{slot.place} table {index}")


def _join(last: Element, following: Element) -> bool:
    """Put what begins a page to what ended the page before, where it goes on; returns whether it
    did."""
    if isinstance(last, Grid):
        if isinstance(following, Grid):
            return _join_tables(last, following)
        return _join_rest(last, following)
    if isinstance(following, Grid) or not _goes_on(last, following):
        return False
    last += following
    return True


def _begins_table(last: Element, following: Element) -> bool:
    """Put a label cut by the end of the page to the rest of it, in a table without lines; returns
    whether it was one."""
    if isinstance(last, Grid) or not isinstance(following, Grid) or following.is_drawn:
        return False
    label = following.rows[0][0].segments
    if not label or abs(label[0].x0 - last[-1].x0) > _SAME or not _goes_on(last, label):
        return False
    label[:0] = last
    return True


def _join_tables(last: Grid, following: Grid) -> bool:
    starts = [slot.x0 for row in last.rows for slot in row]
    is_same = last.is_drawn == following.is_drawn and all(
        any(abs(slot.x0 - start) <= _SAME for start in starts) for slot in following.rows[0]
    )
    if not is_same or (last.is_drawn and abs(last.x1 - following.x1) > _SAME):
        return False
    rows = following.rows if last.is_drawn else [_widened(row, last) for row in following.rows]
    if len(rows[0]) > 1 and _texts(rows[0]) == _texts(last.rows[0]):
        # A row of headings that the program repeats on every page.
        rows = rows[1:]
    if rows and _is_rest_of_row(last.rows[-1], rows[0]):
        for slot, rest in zip(last.rows[-1], rows[0], strict=True):
            (slot.above or slot).segments += rest.segments
            slot.inner += rest.inner
        rows = rows[1:]
    last.rows += rows
    return True


def _widened(row: Sequence[Slot], table: Grid) -> list[Slot]:
    """Return a row with all columns of a table: on the next page some may have nothing in them."""
    columns = table.rows[0]
    return [
        next(
            (slot for slot in row if abs(slot.x0 - column.x0) <= _SAME),
            Slot(column.x0, column.top, column.x1, column.bottom, place=column.place),
        )
        for column in columns
    ]


def _texts(row: Sequence[Slot]) -> list[str]:
    return [text_of(slot.segments) for slot in row]


def _is_rest_of_row(row: Sequence[Slot], rest: Sequence[Slot]) -> bool:
    """Return whether the first row of a page goes on with the last row of the page before: the
    cell of the label, or of the day, is empty, or its own words were cut."""
    if len(row) != len(rest):
        return False
    before, after = (row[0].above or row[0]).segments, rest[0].segments
    if len(row) > 1 and not after:
        return _says_anything(rest)
    return bool(before and after) and _goes_on(before, after)


def _join_rest(last: Grid, following: Sequence[Segment]) -> bool:
    """Put lines that stand under a column of a table without lines to its last cell; under the
    first column only the rest of a label."""
    if last.is_drawn:
        return False
    for index, slot in enumerate(last.rows[-1]):
        if slot.segments and all(abs(one.x0 - slot.x0) <= _SAME for one in following):
            if index == 0 and not _goes_on(slot.segments, following):
                return False
            slot.segments += following
            return True
    return False


def _goes_on(before: Sequence[Segment], after: Sequence[Segment]) -> bool:
    """Return whether a sentence was cut by the end of the page."""
    last, first = before[-1], after[0]
    return (
        is_wrapped(last, first)
        and abs(last.size - first.size) < 0.1 * last.size
        and not last.text.endswith(ENDS)
    )


def _block(element: Element, place: str) -> Block:
    if isinstance(element, Grid):
        return _table(element, place)
    text = " ".join(text_of(element).split("\n"))
    return Paragraph(text, _field_of(element) or place)


def _table(grid: Grid, place: str) -> Table:
    return Table(tuple(tuple(_cell(slot) for slot in row) for row in grid.rows), place)


def _cell(slot: Slot) -> Cell:
    if slot.above is not None:
        return Cell("", _field_of(slot.above.segments) or slot.above.place)
    nested = tuple(
        _table(inner, f"{slot.place} table {index}")
        for index, inner in enumerate(slot.inner, start=1)
    )
    return Cell(text_of(slot.segments), _field_of(slot.segments) or slot.place, nested)


def _field_of(segments: Sequence[Segment]) -> str:
    """Return the place of the form field that is all that stands there."""
    return segments[0].field if len(segments) == 1 else ""
