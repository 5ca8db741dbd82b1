"""One table of a page while it is read: its rows, and the cells merged over rows and columns."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from agent.documents import marked
from agent.model.document import Block, Cell, Paragraph, Table

# Nobody merges more; the HTML standard itself stops at 1,000 columns.
_MAX_SPAN = 1_000


@dataclass(slots=True)
class _Span:
    """A cell that reaches into rows below: into how many, how wide it is, where it began."""

    rows: int
    width: int
    place: str


@dataclass(slots=True)
class Grid:
    """A table under way. `column` is where the next cell of the row goes; `spans` maps the first
    column of a cell merged over rows to it, for the rows below."""

    place: str
    rows: list[tuple[Cell, ...]] = field(default_factory=list)
    row: list[Cell] = field(default_factory=list)
    inside: list[Sequence[Block]] = field(default_factory=list)
    column: int = 0
    spans: dict[int, _Span] = field(default_factory=dict)
    begun: str = ""
    has_row: bool = False

    def begin_cell(self, attributes: Mapping[str, str]) -> str:
        """Begin a cell, in a row of its own where none is open; returns its place."""
        self.has_row = True
        self._fill(self.column)
        self.begun = f"{self.place} row {len(self.rows) + 1} cell {len(self.row) + 1}"
        width, height = (_number(attributes.get(name)) for name in ("colspan", "rowspan"))
        if height > 1:
            self.spans[self.column] = _Span(height, width, self.begun)
        self.column += width
        return self.begun

    def end_cell(self, blocks: Sequence[Block]) -> None:
        """End the cell with what stands in it."""
        words = (block.text for block in blocks if isinstance(block, Paragraph))
        nested = tuple(block for block in blocks if isinstance(block, Table))
        self.row.append(Cell(marked.settle("\n".join(words)), self.begun, nested))
        self.inside.append(blocks)

    def end_row(self) -> None:
        """End the row, if one is open."""
        if not self.has_row:
            return
        for first in sorted(self.spans):
            if first >= self.column:
                self._fill(first)
        for first, span in list(self.spans.items()):
            span.rows -= 1
            if not span.rows:
                del self.spans[first]
        self.rows.append(tuple(self.row))
        self.row.clear()
        self.column, self.has_row = 0, False

    def is_frame(self) -> bool:
        """Return whether the table only arranges the page: it has tables in it, and never two
        cells side by side that hold anything."""
        has_tables = any(cell.nested for row in self.rows for cell in row)
        return has_tables and all(
            sum(bool(cell.text or cell.nested) for cell in row) <= 1 for row in self.rows
        )

    def contents(self) -> Iterator[Block]:
        """Yield what stands in the cells, in order."""
        for blocks in self.inside:
            yield from blocks

    def _fill(self, column: int) -> None:
        """Stand in for the cells from above that reach into this row from that column on."""
        self.column = column
        while (span := self.spans.get(self.column)) is not None:
            self.row.append(Cell("", span.place))
            self.column += span.width


def _number(text: str | None) -> int:
    """Return how many rows or columns a cell is merged over; 1 for what is no such number."""
    is_number = text is not None and text.strip().isascii() and text.strip().isdecimal()
    return max(1, min(int((text or "")[:6]), _MAX_SPAN)) if is_number else 1
