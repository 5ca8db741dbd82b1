"""Brings the many ways in which forms are laid out into the few that `search` reads: a row of a
label and its answer, a header with records under it, a box under its label.

Pure; fills in nothing and drops nothing but empty cells.
"""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from agent.layouts import Layout
from agent.model.document import Block, Cell, Paragraph, Table

Row = tuple[Cell, ...]

# So many lines of a label and an answer, and no longer, are how a document is laid out.
_MANY_LINES = 5
_MAX_LINE = 200

# A table whose cells stand under one another as paragraphs has at most so many columns.
_MAX_COLUMNS = 8


def arrange(blocks: Sequence[Block], layout: Layout) -> Iterator[tuple[Block, Block | None]]:
    """Yield the blocks of a document as they are read, each with the one below it."""
    arranged = [
        block if isinstance(block, Paragraph) else _table(block, layout)
        for block in _with_typed_tables(_with_colons(blocks, layout), layout)
    ]
    yield from zip_longest(arranged, arranged[1:])


def _with_colons(blocks: Sequence[Block], layout: Layout) -> list[Block]:
    """Return the blocks, lines of a label and an answer that only a blank parts with a colon.

    One such line may be a sentence; in a document that has many they are how it is laid out.
    """
    lines = {
        at: line
        for at, block in enumerate(blocks)
        if isinstance(block, Paragraph)
        and len(block.text) <= _MAX_LINE
        and (line := layout.with_colon(block.text)) is not None
    }
    if len(lines) < _MANY_LINES:
        return list(blocks)
    return [
        Paragraph(lines[at], block.place) if at in lines else block
        for at, block in enumerate(blocks)
    ]


def is_box(block: Block | None) -> bool:
    """Return whether a block is a single cell: room for the answer to the words above it."""
    return isinstance(block, Table) and len(block.rows) == 1 and len(block.rows[0]) == 1


def _table(table: Table, layout: Layout) -> Table:
    box = _only_cell(table)
    if box is not None and not layout.has_label(box.text):
        return Table(((box,),), table.place)
    rows = _as_records(_without_pairs(table.rows, layout), layout)
    return Table(tuple(rows), table.place)


def _only_cell(table: Table) -> Cell | None:
    """Return the only cell with anything in it, of a table that has others: in a PDF a box with
    its frame is drawn as several."""
    cells = [cell for row in table.rows for cell in row]
    full = [cell for cell in cells if cell.text or cell.nested]
    return full[0] if len(full) == 1 and len(cells) > 1 else None


def _without_pairs(rows: Sequence[Row], layout: Layout) -> Iterator[Row]:
    """Yield rows with several labels, each followed by its answer, as a row for each label.

    One such row shows how the table is laid out; records under a header stay as they are.
    """
    headers = [bool(layout.tables_headed([cell.text for cell in row])) for row in rows]
    pairs = [
        not is_header and _is_paired(row, layout)
        for row, is_header in zip(rows, headers, strict=True)
    ]
    widths = {len(row) for row, is_pair in zip(rows, pairs, strict=True) if is_pair}
    is_list = False
    for row, is_header, is_pair in zip(rows, headers, pairs, strict=True):
        is_list = not is_pair and (is_list or is_header)
        if is_list or len(row) not in widths:
            yield row
        else:
            yield from (row[at : at + 2] for at in range(0, len(row), 2))


def _is_paired(row: Row, layout: Layout) -> bool:
    if len(row) < 4 or len(row) % 2:
        return False
    if any(layout.has_label(cell.text) for cell in row[1::2]):
        return False
    labels = [cell.text for cell in row[::2] if cell.text]
    return sum(_is_like_label(text, layout) for text in labels) >= 2


def _is_like_label(text: str, layout: Layout) -> bool:
    question = layout.question_at(text) or layout.question_like(text, least=2)
    return question is not None or layout.has_label(text)


def _as_records(rows: Iterator[Row], layout: Layout) -> Iterator[Row]:
    """Yield rows, those of a person's table that stands on its side as a header and a record."""
    held: list[Row] = []
    for row in rows:
        is_one = len(row) == 2 and not layout.has_label(row[0].text)
        if held and (not is_one or not _are_columns([*held, row], layout)):
            yield from _turned(held)
            held = []
        if is_one and _are_columns([row], layout):
            held.append(row)
        else:
            yield row
    yield from _turned(held)


def _are_columns(rows: Sequence[Row], layout: Layout) -> bool:
    texts = [row[0].text for row in rows]
    return any(None not in table.columns_at(texts) for table in layout.table if table.rows is None)


def _turned(rows: Sequence[Row]) -> Iterator[Row]:
    if len(rows) < 2:
        yield from rows
    else:
        yield from zip(*rows, strict=True)


def _with_typed_tables(blocks: Sequence[Block], layout: Layout) -> Iterator[Block]:
    """Yield blocks, the cells of an announced table that stand under one another as a table.

    In a plain text each cell is a paragraph: as many as the table has columns are its header, each
    as many more a record, up to the next words of the form.
    """
    at = 0
    while at < len(blocks):
        width = _header_width(blocks, at, layout)
        cells = _cells_below(blocks, at + width, layout) if width else 0
        if not width or not cells or cells % width:
            yield blocks[at]
            at += 1
            continue
        typed = [
            Cell(one.text, one.place)
            for one in blocks[at : at + width + cells]
            if isinstance(one, Paragraph)
        ]
        rows = tuple(tuple(typed[i : i + width]) for i in range(0, len(typed), width))
        yield Table(rows, typed[0].place)
        at += width + cells


def _header_width(blocks: Sequence[Block], at: int, layout: Layout) -> int:
    """Return how many paragraphs from here are the labels of an announced table's columns."""
    before = blocks[at - 1] if at else None
    if not isinstance(before, Paragraph) or (table := layout.table_after(before.text)) is None:
        return 0
    texts = []
    for block in blocks[at : at + _MAX_COLUMNS]:
        if not isinstance(block, Paragraph) or table.columns_at([block.text]) == (None,):
            break
        texts.append(block.text)
    return len(texts) if len(texts) > 1 and None not in table.columns_at(texts) else 0


def _cells_below(blocks: Sequence[Block], at: int, layout: Layout) -> int:
    for index, block in enumerate(blocks[at:]):
        if not isinstance(block, Paragraph) or layout.has_label(block.text):
            return index
        if layout.is_heading(block.text) or layout.questions_in(block.text):
            return index
    return len(blocks) - at
