"""Reads text files and plain-text mails: lines as paragraphs, and tables that were typed or that a
mail program flattened. Knows nothing of forms, and changes no words.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.documents.html import marked_charset, read_html
from agent.documents.package import Unreadable
from agent.mailtext import decode_bytes
from agent.model.document import Block, Cell, Paragraph, Table

__all__ = ["read_html", "read_plain", "read_text"]

# A year's chronology typed out has about 300 kB and 5,000 lines.
MAX_TEXT_BYTES = 5 * 1024 * 1024
MAX_LINES = 20_000

_DELIMITERS = "\t;,|"
_DIALECT_CHARS = 2_000

# The folding width of mail programs and typewriters; a longer line is not folded at all.
_NARROWEST, _WIDEST = 60, 100
# "Reason:serious harm" and "Reason - serious harm" too; "at 10:30" is no label.
_LABELLED = re.compile(r"[^:]{1,80}:(?:\D|\Z)|[^\W\d][^:.;,]{2,60}?(?:\s[-–—=]+>?|=|[-–—]|→)\s")
_NEW_LINE = re.compile(r"\s*(?:[-*•·>|☐☒☑_+=]|\(?(?:\d{1,2}|[a-z])[.)]\s)|\s*\Z", re.IGNORECASE)
_LIGHT = re.compile(r"\s*[a-z(&]")

_RULE = re.compile(r"[\s|+:=_*~-]{3,}")
_BOLD = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]{1,400}?)(?<=\S)\*(?![\w*])")
_LINK = re.compile(r"\s?<(?:mailto|tel):[^<>\s]{1,200}>", re.IGNORECASE)
_GAP = re.compile(r"(?<=\S) {2,}(?=\S)")
_WIDE_GAP = re.compile(r"(?<=[^\s.!?;,]) {3,}(?=\S)")


def read_text(content: bytes) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    """Return a text file's blocks, and no warnings; one with the same delimiter throughout is a
    table.

    Raises:
        Unreadable: the file is longer than anything that people type.
    """
    if len(content) > MAX_TEXT_BYTES:
        raise Unreadable("too_complex")
    text = decode_bytes(content, marked_charset(content))
    rows = _delimited(text)
    if rows is None:
        return read_plain(text), ()
    cells = (
        tuple(Cell(word.strip(), f"row {n} cell {m}") for m, word in enumerate(row, start=1))
        for n, row in enumerate(rows, start=1)
    )
    return (Table(tuple(cells), "table 1"),), ()


def _delimited(text: str) -> list[list[str]] | None:
    """Return the rows of a file of delimited values, None for any other text."""
    first = text.partition("\n")[0]
    for delimiter in _DELIMITERS:
        if delimiter not in first[:_DIALECT_CHARS]:
            continue
        try:
            read = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
            rows = [row for row in read if any(map(str.strip, row))]
        except csv.Error:
            continue
        widths = {len(row) for row in rows}
        if len(rows) < 2 or len(widths) > 1 or widths == {1}:
            continue
        # Commas of sentences have a blank behind them, and stand twice in two lines by chance.
        words = [word for row in rows for word in row[1:] if word]
        is_prose = delimiter == "," and sum(word[0] == " " for word in words) * 2 >= len(words)
        if not is_prose and (delimiter == "\t" or len(rows) > 2 or widths > {2}):
            return rows
    return None


def read_plain(text: str) -> tuple[Block, ...]:
    """Return the blocks of a plain-text mail or file.

    A line is a paragraph of the place "line 12", one that was folded on the way is whole again.
    Lines of several cells are the rows of one table, blank lines between them or not: cells are
    parted by tabs, by "|", or by blanks where they stand under one another. A line of two cells
    that stands alone is a paragraph with a line break where they part.

    Raises:
        Unreadable: there are more lines than anybody types.
    """
    if text.count("\n") > MAX_LINES:
        raise Unreadable("too_complex")
    blocks: list[Block] = []
    rows: list[_Line] = []
    for line in _parted(list(_unfolded(text.split("\n")))):
        if len(line.cells) > 1:
            rows.append(line)
        elif line.cells:
            blocks += _table(rows)
            rows = []
            blocks.append(Paragraph(line.cells[0], f"line {line.number}"))
    return (*blocks, *_table(rows))


@dataclass(slots=True)
class _Line:
    """A line as typed, with its number; `cells` are its words, folded, one or several."""

    number: int
    text: str
    cells: tuple[str, ...] = ()


def _unfolded(lines: Sequence[str]) -> Iterator[_Line]:
    """Yield the lines without rules and links, folded ones put together.

    A line was folded where the next line's first word would not have fitted into it.
    """
    lines = [_LINK.sub("", line.replace("\xa0", " ")).rstrip(" ") for line in lines]
    # Addresses of pages are never folded.
    width = max((len(line) for line in lines if " " in line.strip()), default=0)
    is_folded = _NARROWEST <= width <= _WIDEST
    pieces: list[str] = []
    began, last = 1, ""
    for number, line in enumerate(lines, start=1):
        if pieces and not (is_folded and _goes_on(last, line, width)):
            yield _Line(began, " ".join(pieces))
            pieces.clear()
        if not pieces:
            began = number
        pieces.append("" if _RULE.fullmatch(line) else line.strip(" ") if pieces else line)
        last = line
    if pieces:
        yield _Line(began, " ".join(pieces))


def _goes_on(last: str, line: str, width: int) -> bool:
    if not last.strip() or _NEW_LINE.match(line) or "\t" in line or _RULE.fullmatch(last):
        return False
    # A label is not folded before its answer, nor an answer before the next label.
    if last.rstrip().endswith((":", "?")) or _WIDE_GAP.search(line.strip()):
        return False
    first = line.split(maxsplit=1)[0]
    was_full = len(last) + 1 + len(first) > width
    if _LIGHT.match(line):
        return was_full or len(last) >= width - 15
    return was_full and not _LABELLED.match(line) and len(last) >= _NARROWEST - 10


def _parted(lines: Sequence[_Line]) -> Iterator[_Line]:
    """Yield the lines with their cells."""
    for index, line in enumerate(lines):
        neighbours = [lines[at].text for at in (index - 1, index + 1) if 0 <= at < len(lines)]
        cells = [" ".join(_BOLD.sub(r"\1", cell).split()) for cell in _cells(line.text, neighbours)]
        line.cells = tuple(cells) if any(cells) else ()
        yield line


def _cells(text: str, neighbours: Sequence[str]) -> list[str]:
    bare = text.strip(" ")
    if "|" in bare and (bare.startswith("|") or any("|" in one for one in neighbours)):
        return bare.strip("|").split("|") if bare.strip("| ") else []
    if "\t" in bare.strip():
        return bare.strip("\t").split("\t")
    gaps = {gap.end() for gap in _GAP.finditer(text)}
    aligned = gaps and any(gaps & {gap.end() for gap in _GAP.finditer(one)} for one in neighbours)
    if aligned:
        return _GAP.split(text.strip())
    return _WIDE_GAP.split(text.strip(), maxsplit=1) if _WIDE_GAP.search(text) else [text]


def _table(rows: Sequence[_Line]) -> Iterator[Block]:
    """Yield lines of several cells as a table; two cells in one line may be a sentence."""
    if len(rows) == 1 and len(rows[0].cells) == 2:
        yield Paragraph("\n".join(filter(None, rows[0].cells)), f"line {rows[0].number}")
    elif rows:
        yield Table(tuple(_rows(rows)), f"line {rows[0].number}")


def _rows(rows: Sequence[_Line]) -> Iterator[tuple[Cell, ...]]:
    """Yield table rows, as wide as the one above where their last cells were empty: mail programs
    drop tabs at the end of a line. A row of two is a label with its answer."""
    width = 0
    for row in rows:
        words = row.cells
        if 2 < len(words) < width:
            words += ("",) * (width - len(words))
        width = len(words)
        yield tuple(Cell(word, f"line {row.number} cell {n}") for n, word in enumerate(words, 1))
