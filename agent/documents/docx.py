"""Reads Word files by one walk over the main part's XML, because the usual library does not see
content controls, form fields or text boxes, and shifts merged cells. Knows nothing of forms.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

from agent.documents import marked
from agent.documents import wordml as w
from agent.documents.baggage import find_baggage
from agent.documents.package import Package, Unreadable, parse_xml
from agent.model.document import Block, Cell, Paragraph, Table

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

# A year's daily chronology has about 2,000 cells; the deepest forms seen have 3 tables in tables.
MAX_CELLS = 20_000
MAX_NESTING = 20
# First, other and even pages of two sections; more headers say nothing new.
_MAX_HEADERS = 6


def read_docx(content: bytes) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    """Return a Word file's blocks in reading order, and its warnings, sorted.

    Insertions are read; deletions and words struck through are not. What stands in page headers
    comes first, as paragraphs of the place "header 1"; a file with nothing else has no blocks.
    Raises `Unreadable` and nothing else.
    """
    with Package(content) as package:
        main = package.main_part()
        body = _root(package, main).find(w.W + "body")
        headers = tuple(_headers(package, main))
        has_macros = any(name.endswith("vbaProject.bin") for name in package.names)
        baggage = find_baggage(package)
    if body is None:
        raise Unreadable("broken")
    walk = _Walk(warnings=baggage)
    whole = _Flow("")
    walk.flow(body, whole)
    if has_macros:
        walk.warnings.add("macros")
    blocks = (*headers, *whole.blocks) if whole.blocks else ()
    return blocks, tuple(sorted(walk.warnings))


def _root(package: Package, part: str) -> "Element":
    xml = package.read(part)
    return parse_xml(xml.replace(w.STRICT_NAMESPACE.encode(), w.NAMESPACE.encode()))


def _headers(package: Package, main: str) -> Iterator[Paragraph]:
    """Yield the lines of the page headers; one that cannot be read spoils nothing else."""
    try:
        for index, part in enumerate(package.related(main, "header")[:_MAX_HEADERS], start=1):
            inside = _Flow("")
            _Walk().flow(_root(package, part), inside)
            for line in _lines(inside.blocks):
                yield Paragraph(line, f"header {index}")
    except Unreadable:
        return


def _lines(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text
        else:
            yield from (
                line for row in block.rows for cell in row for line in cell.text.split("\n")
            )


class _Field(Enum):
    """What part of a legacy field the walk is in; only its result is read."""

    INSTRUCTION = auto()
    RESULT = auto()
    SPOKEN = auto()  # a check box or drop-down: its settings have been read instead


@dataclass(slots=True)
class _Flow:
    """Paragraphs and tables as they follow one another in the body, a cell or a text box;
    `depth` counts the tables around them."""

    where: str
    depth: int = 0
    blocks: list[Block] = field(default_factory=list)
    paragraphs: int = 0
    tables: int = 0


@dataclass(slots=True)
class _Walk:
    """One pass over a document; `fields` are those open in the current paragraph."""

    warnings: set[str] = field(default_factory=set)
    cells: int = 0
    boxes: int = 0
    fields: list[_Field] = field(default_factory=list)

    def flow(self, parent: "Element", into: _Flow) -> None:
        """Append the blocks inside `parent`."""
        for child in parent:
            if child.tag == w.P:
                self._paragraph(child, into)
            elif child.tag == w.TBL:
                into.tables += 1
                place = f"{into.where}table {into.tables}"
                into.blocks.append(self._table(child, place, into.depth + 1))
            elif (inner := self._inside(child)) is not None:
                self.flow(inner, into)

    def _paragraph(self, paragraph: "Element", into: _Flow) -> None:
        """Append one paragraph, then what its text boxes hold."""
        into.paragraphs += 1
        words: list[str] = []
        boxes: list[Element] = []
        # Fields are followed within a paragraph: an unbalanced one must not swallow the rest.
        self.fields.clear()
        self._inline(paragraph, words, boxes)
        if lines := w.tidy_lines("".join(words)):
            # A cell keeps its line breaks and settles its marks as a whole; a paragraph of the
            # body is one line.
            text = "\n".join(lines) if into.depth else marked.settle(" ".join(lines))
            if text:
                into.blocks.append(Paragraph(text, f"{into.where}paragraph {into.paragraphs}"))
        for box in boxes:
            self.boxes += 1
            inside = _Flow(f"text box {self.boxes} ", into.depth)
            self.flow(box, inside)
            into.blocks.extend(inside.blocks)

    def _table(self, table: "Element", place: str, depth: int) -> Table:
        if depth > MAX_NESTING:
            raise Unreadable("too_complex")
        rows: list[tuple[Cell, ...]] = []
        merged: dict[int, str] = {}
        for row, _ in self._find(table, w.TR):
            if not self._is_deleted(row):
                rows.append(self._row(row, f"{place} row {len(rows) + 1}", depth, merged))
        return Table(tuple(rows), place)

    def _row(
        self, row: "Element", place: str, depth: int, merged: dict[int, str]
    ) -> tuple[Cell, ...]:
        """Return a row's cells; `merged` maps a grid column to the place where the cell that now
        stands in it began, for cells merged over rows."""
        cells: list[Cell] = []
        column = w.number(row.find(f"{w.TRPR}/{w.W}gridBefore"), 0)
        for cell, is_shown in self._find(row, w.TC):
            self.cells += 1
            if self.cells > MAX_CELLS:
                raise Unreadable("too_complex")
            here = f"{place} cell {len(cells) + 1}"
            width, continues = 1, ""
            properties = cell.find(w.TCPR)
            if properties is not None:
                width = w.number(properties.find(w.W + "gridSpan"), 1)
                continues = _continues(properties)
            if continues == "down":
                cells.append(Cell("", merged.get(column, here)))
            elif not continues:
                merged[column] = here
                cells.append(self._cell(cell, here, depth) if is_shown else Cell("", here))
            column += width
        return tuple(cells)

    def _cell(self, cell: "Element", place: str, depth: int) -> Cell:
        inside = _Flow(f"{place} ", depth)
        self.flow(cell, inside)
        words = (block.text for block in inside.blocks if isinstance(block, Paragraph))
        nested = tuple(block for block in inside.blocks if isinstance(block, Table))
        return Cell(marked.settle("\n".join(words)), place, nested)

    def _find(
        self, parent: "Element", tag: str, is_shown: bool = True
    ) -> "Iterator[tuple[Element, bool]]":
        """Yield a table's rows or a row's cells, also those inside content controls; with False
        where a control still shows its prompt, for the cell must keep its place in the row."""
        for child in parent:
            if child.tag == tag:
                yield child, is_shown
            elif child.tag == w.SDT:
                content = child.find(w.SDT_CONTENT)
                if content is not None:
                    yield from self._find(content, tag, is_shown and not w.is_placeholder(child))
            elif (inner := self._inside(child)) is not None:
                yield from self._find(inner, tag, is_shown)

    def _inside(self, element: "Element") -> "Element | None":
        """Return what to read of an element that only wraps others, or None."""
        tag = element.tag
        if tag == w.SDT:
            return None if w.is_placeholder(element) else element.find(w.SDT_CONTENT)
        if tag in w.WRAPPERS:
            return element
        if tag in (w.INS, w.MOVE_TO):
            self.warnings.add("tracked_changes")
            return element
        if tag in (w.DEL, w.MOVE_FROM):
            self.warnings.add("tracked_changes")
            return None
        return w.alternative(element) if tag == w.ALTERNATE else None

    def _inline(self, parent: "Element", words: list[str], boxes: "list[Element]") -> None:
        """Append the words of a paragraph, or of a wrapper inside it."""
        for child in parent:
            if child.tag == w.R:
                self._run(child, words, boxes)
            elif child.tag == w.SDT and (glyph := w.check_box(child)):
                words.append(glyph)
            elif (inner := self._inside(child)) is not None:
                self._inline(inner, words, boxes)

    def _run(self, run: "Element", words: list[str], boxes: "list[Element]") -> None:
        properties = run.find(w.RPR)
        look = w.look(properties) if properties is not None and len(properties) else ""
        if look == "hidden":
            if run.find(w.T) is not None:
                self.warnings.add("hidden_text")
        elif look:
            self._marked(run, look, words, boxes)
        else:
            self._plain(run, words, boxes)

    def _marked(self, run: "Element", look: str, words: list[str], boxes: "list[Element]") -> None:
        """Append a run that is highlighted, or a mark in place of one struck through."""
        own: list[str] = []
        self._plain(run, own, boxes)
        if look == "highlighted":
            words += [marked.OPEN, *own, marked.CLOSE]
        elif own:
            is_option = marked.is_option("".join(own))
            words.append(marked.STRUCK_OPTION if is_option else marked.STRUCK)
            if not is_option:
                self.warnings.add("struck_through")

    def _plain(self, run: "Element", words: list[str], boxes: "list[Element]") -> None:
        for child in run:
            tag = child.tag
            if tag == w.T:
                if all(state is _Field.RESULT for state in self.fields):
                    words.append(child.text or "")
            elif tag in w.MARKS:
                words.append(w.MARKS[tag])
            elif tag == w.FLD_CHAR:
                self._field(child, words)
            elif tag == w.SYM:
                words.append(w.symbol(child))
            elif tag in w.GRAPHICS or tag == w.ALTERNATE:
                boxes.extend(w.text_boxes(child))
            elif tag == w.COMMENT:
                self.warnings.add("comments")

    def _field(self, mark: "Element", words: list[str]) -> None:
        kind = mark.get(w.W + "fldCharType")
        if kind == "begin":
            spoken = w.chosen(mark.find(w.W + "ffData"))
            words.append(spoken or "")
            self.fields.append(_Field.INSTRUCTION if spoken is None else _Field.SPOKEN)
        elif kind == "separate" and self.fields and self.fields[-1] is _Field.INSTRUCTION:
            self.fields[-1] = _Field.RESULT
        elif kind == "end" and self.fields:
            self.fields.pop()

    def _is_deleted(self, row: "Element") -> bool:
        """Return whether a tracked change took this row out."""
        properties = row.find(w.TRPR)
        if properties is None:
            return False
        is_deleted = properties.find(w.DEL) is not None
        if is_deleted or properties.find(w.INS) is not None:
            self.warnings.add("tracked_changes")
        return is_deleted


def _continues(properties: "Element") -> str:
    """Return `across` or `down` for a cell that only continues a merged one, else ""."""
    for name, way in (("hMerge", "across"), ("vMerge", "down")):
        merge = properties.find(w.W + name)
        if merge is not None and merge.get(w.VAL) != "restart":
            return way
    return ""
