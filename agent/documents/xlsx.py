"""Reads spreadsheets by one walk over the parts of the package, as Word files are read: the usual
library shows neither hidden rows nor hidden columns when it reads within bounds.

Knows nothing of forms.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.documents import xlsxvalues as v
from agent.documents.package import Package, Unreadable, parse_xml
from agent.model.document import Block, Cell, Paragraph, Table

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

# A workbook of monthly returns has a dozen sheets; a year's daily chronology about 2,000 cells.
MAX_SHEETS = 60
MAX_CELLS = 20_000
# Cells in rows and columns that hold something, whether they do or not.
MAX_AREA = 200_000

_R_ID = re.compile(r"\{[^}]*/relationships\}id")
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
# Names that the program gives say nothing.
_UNNAMED = re.compile(r"(?:sheet|table|tabelle)\s*\d*", re.IGNORECASE)
_PARTS = (
    ("vbaProject.bin", "macros"),
    ("/comments", "comments"),
    ("/threadedComments/", "comments"),
    ("/externalLinks/", "links"),
    ("/embeddings/", "embedded_files"),
)


def read_xlsx(content: bytes) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    """Return a spreadsheet's blocks sheet by sheet, each a heading and a table, and its warnings,
    sorted.

    Cells hold what a sheet shows: dates as dd/mm/yyyy, formulas as they were last worked out.
    Hidden sheets, rows and columns are not read, nor are cells struck through. Rows and columns
    with nothing in them are left out. Raises `Unreadable` and nothing else.
    """
    with Package(content) as package:
        main = _main_part(package)
        workbook = _root(package, main)
        targets = _targets(package, main)
        sheets = workbook.findall(f"{v.S}sheets/{v.S}sheet")
        if len(sheets) > MAX_SHEETS:
            raise Unreadable("too_complex")
        book = _Book(_values(package, workbook, targets))
        for mark, code in _PARTS:
            if any(mark in f"/{name}" for name in package.names):
                book.warnings.add(code)
        blocks: list[Block] = []
        for sheet in sheets:
            part = targets.get(_relation_id(sheet), ("", ""))[1]
            # A sheet that is a chart only has no cells.
            if "/worksheets/" not in part:
                continue
            is_hidden = sheet.get("state", "visible") != "visible"
            blocks += book.sheet(sheet.get("name", ""), _root(package, part), is_hidden)
    return tuple(blocks), tuple(sorted(book.warnings))


def _main_part(package: Package) -> str:
    for kind, target in _targets(package, "").values():
        if kind == "officeDocument" and target in package:
            if target.endswith(".bin"):
                raise Unreadable("not_read_yet")
            return target
    if "xl/workbook.xml" in package:
        return "xl/workbook.xml"
    raise Unreadable("not_read_yet" if "xl/workbook.bin" in package else "broken")


def _targets(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """Return the parts of the package that a part names, by their ids: what each is, and where."""
    folder, _, name = part.rpartition("/")
    relations = f"{folder}/_rels/{name}.rels" if folder else "_rels/.rels"
    found = {}
    for relation in package.xml(relations) if relations in package else ():
        target = relation.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}".lstrip("/")
        if path in package:
            found[relation.get("Id", "")] = (relation.get("Type", "").rpartition("/")[2], path)
    return found


def _relation_id(element: "Element") -> str:
    names = (str(name) for name in element.attrib)
    return next((element.get(name, "") for name in names if _R_ID.fullmatch(name)), "")


def _root(package: Package, part: str) -> "Element":
    xml = package.read(part)
    return parse_xml(xml.replace(v.STRICT_NAMESPACE.encode(), v.NAMESPACE.encode()))


def _values(
    package: Package, workbook: "Element", targets: Mapping[str, tuple[str, str]]
) -> v.Values:
    parts = dict(targets.values())
    strings, styles = (
        _root(package, parts[kind]) if kind in parts else None
        for kind in ("sharedStrings", "styles")
    )
    settings = workbook.find(v.S + "workbookPr")
    is_1904 = settings is not None and settings.get("date1904") in ("1", "true")
    return v.Values(strings, styles, is_1904)


@dataclass(slots=True)
class _Book:
    """The sheets as they are read, one after the other."""

    values: v.Values
    warnings: set[str] = field(default_factory=set)
    cells: int = 0

    def sheet(self, name: str, root: "Element", is_hidden: bool) -> tuple[Block, ...]:
        """Return a sheet's blocks, none where nothing is seen on it."""
        texts = self._texts(root, is_hidden)
        rows = sorted({row for row, _ in texts})
        columns = sorted({column for _, column in texts})
        if not texts:
            return ()
        if len(rows) * len(columns) > MAX_AREA:
            raise Unreadable("too_complex")
        merged = _merged(root)
        place = f"sheet {name}"
        table = Table(
            tuple(tuple(_cells(row, columns, texts, merged, place)) for row in rows), place
        )
        if _UNNAMED.fullmatch(name.strip()):
            return (table,)
        return Paragraph(" ".join(name.split()), f"sheet '{name}'"), table

    def _texts(self, root: "Element", is_hidden: bool) -> dict[tuple[int, int], str]:
        """Return what the cells show, by row and column counted from 1."""
        hidden = _hidden_columns(root)
        found: dict[tuple[int, int], str] = {}
        number = 0
        for row in root.iterfind(f"{v.S}sheetData/{v.S}row"):
            number = _position(row.get("r", "")) or number + 1
            is_row_hidden = is_hidden or row.get("hidden") in ("1", "true")
            column = 0
            for cell in row.iterfind(v.S + "c"):
                address = _ADDRESS.fullmatch(cell.get("r", ""))
                column = _column(address[1]) if address else column + 1
                text = self.values.text(cell)
                if self.values.has_struck:
                    self.warnings.add("struck_through")
                if not text:
                    continue
                self.cells += 1
                if self.cells > MAX_CELLS:
                    raise Unreadable("too_complex")
                if is_row_hidden or column in hidden:
                    self.warnings.add("hidden_text")
                else:
                    found[number, column] = text
        return found


def _cells(
    row: int,
    columns: list[int],
    texts: Mapping[tuple[int, int], str],
    merged: Mapping[tuple[int, int], tuple[int, int]],
    place: str,
) -> Iterator[Cell]:
    """Yield the cells of a row; of those merged into one only the first of its row."""
    last = None
    for column in columns:
        first = merged.get((row, column), (row, column))
        if first != last:
            last = first
            text = texts.get((row, column), "")
            yield Cell(text, f"{place} row {first[0]} cell {_letters(first[1])}")


def _merged(root: "Element") -> dict[tuple[int, int], tuple[int, int]]:
    """Return, for each cell that is part of a merged one, where that begins."""
    found: dict[tuple[int, int], tuple[int, int]] = {}
    area = 0
    for one in root.iterfind(f"{v.S}mergeCells/{v.S}mergeCell"):
        ends = [_ADDRESS.fullmatch(part) for part in one.get("ref", "").split(":")]
        if len(ends) != 2 or ends[0] is None or ends[1] is None:
            continue
        top, left = int(ends[0][2]), _column(ends[0][1])
        bottom, right = int(ends[1][2]), _column(ends[1][1])
        size = (bottom - top + 1) * (right - left + 1)
        # Somebody merged whole columns; what is written stands in the first cell anyway.
        if area + size > MAX_AREA:
            continue
        area += size
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                found[row, column] = (top, left)
    return found


def _hidden_columns(root: "Element") -> frozenset[int]:
    hidden: set[int] = set()
    for one in root.iterfind(f"{v.S}cols/{v.S}col"):
        if one.get("hidden") in ("1", "true"):
            first, last = _position(one.get("min", "")), _position(one.get("max", ""))
            hidden.update(range(first, min(last, 16_384) + 1))
    return frozenset(hidden)


def _position(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else 0


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
