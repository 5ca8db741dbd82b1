"""Makes PDF files for tests: by LibreOffice from Word files, and drawn by hand with fields."""

import io
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import docx
from docx.oxml import parse_xml
from forms import NAMESPACES
from more_forms import saved
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    ContentStream,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from agent.documents.package import Unreadable
from agent.documents.pdf import read_pdf
from agent.extract import extract
from agent.layouts import Layout
from agent.model.document import Document, Paragraph
from agent.model.form import Form

SOFFICE = shutil.which("soffice")
NO_SOFFICE = "LibreOffice (soffice) is not installed, so no Word file can be printed to PDF."
A4 = (595, 842)


def printed(files: Mapping[str, bytes], folder: Path) -> dict[str, bytes]:
    """Return Word files printed to PDF by one run of LibreOffice, by the same names."""
    assert SOFFICE is not None
    for name, content in files.items():
        (folder / f"{name}.docx").write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    sources = [str(folder / f"{name}.docx") for name in files]
    subprocess.run(
        [SOFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *sources],
        check=True,
        capture_output=True,
        timeout=180,
    )
    return {name: (folder / f"{name}.pdf").read_bytes() for name in files}


def ruled(content: bytes) -> bytes:
    """Return a Word file with lines drawn around all cells of its tables."""
    word = docx.Document(io.BytesIO(content))
    for table in word.tables:
        table.style = "Table Grid"
    return saved(word)


def word_of(body: str) -> bytes:
    """Return a whole Word file, as other programs need it, around the XML of a body."""
    word = docx.Document()
    for element in reversed(parse_xml(f"<w:body {NAMESPACES}>{body}</w:body>")):
        word.element.body.insert(0, element)
    return saved(word)


def form_in_pdf(content: bytes, layouts: Sequence[Layout]) -> Form | None:
    """Return the form in a PDF, or None."""
    blocks, warnings = read_pdf(content)
    return extract(Document("f.pdf", "pdf", blocks, None, warnings), layouts)


def rows_in(content: bytes) -> list[list[str]]:
    """Return what a PDF holds: the texts of a row or, alone, of a paragraph."""
    rows: list[list[str]] = []
    for block in read_pdf(content)[0]:
        if isinstance(block, Paragraph):
            rows.append([block.text])
        else:
            rows += [[cell.text for cell in row] for row in block.rows]
    return rows


def problem_of(content: bytes) -> str | None:
    """Return why a PDF cannot be read, or None."""
    try:
        read_pdf(content)
    except Unreadable as unreadable:
        return unreadable.code
    return None


def words(x: float, y: float, text: str, size: int = 11, font: str = "F1") -> str:
    """Return the drawing of a line of words that begins at a point from the bottom left."""
    return f"BT /{font} {size} Tf {x} {y} Td ({text}) Tj ET "


def box(x: float, y: float, width: float, height: float) -> str:
    """Return the drawing of a frame."""
    return f"{x} {y} {width} {height} re S "


class Pdf:
    """A PDF under construction; its pages are drawn in the order of `page`."""

    def __init__(self) -> None:
        self.writer = PdfWriter()
        self.fields: list[Any] = []

    def page(self, drawing: str = "", size: tuple[float, float] = A4, **entries: Any) -> "Pdf":
        """Add a page; `entries` are further entries of its dictionary."""
        page = self.writer.add_blank_page(*size)
        content = ContentStream(None, self.writer)
        content.set_data(drawing.encode("latin-1"))
        page.replace_contents(content)
        fonts = {"F1": "Helvetica", "F2": "ZapfDingbats", "F3": "Courier"}
        page[NameObject("/Resources")] = dictionary(
            Font={
                name: dictionary(Type="/Font", Subtype="/Type1", BaseFont=f"/{font}")
                for name, font in fonts.items()
            }
        )
        for name, value in entries.items():
            page[NameObject(f"/{name}")] = as_object(value)
        return self

    def mark(self, kind: str, rect: Sequence[float], **entries: Any) -> DictionaryObject:
        """Add an annotation to the last page."""
        note = dictionary(Type="/Annot", Subtype=f"/{kind}", Rect=list(rect), **entries)
        return self.writer.add_annotation(len(self.writer.pages) - 1, note)

    def field(self, name: str, rect: Sequence[float], value: Any, **entries: Any) -> "Pdf":
        """Add a form field; a text unless `FT` says otherwise."""
        entries = {"FT": "/Tx", "T": name, "V": value, **entries}
        widget = self.mark("Widget", rect, **{k: v for k, v in entries.items() if v is not None})
        self.fields.append(widget.indirect_reference)
        return self

    def tick(self, name: str, x: float, y: float, is_on: bool) -> "Pdf":
        """Add a check box."""
        state = "/Yes" if is_on else "/Off"
        return self.field(name, (x, y, x + 10, y + 10), state, FT="/Btn", AS=state)

    def content(self, **entries: Any) -> bytes:
        """Return the file; `entries` are further entries of its root."""
        root = self.writer.root_object
        if self.fields or "AcroForm" in entries:
            extra = entries.pop("AcroForm", {})
            root[NameObject("/AcroForm")] = dictionary(Fields=self.fields, **extra)
        for name, value in entries.items():
            root[NameObject(f"/{name}")] = as_object(value)
        return written_by(self.writer)


def written_by(writer: PdfWriter) -> bytes:
    saved_to = io.BytesIO()
    writer.write(saved_to)
    return saved_to.getvalue()


def dictionary(**entries: Any) -> DictionaryObject:
    """Return a PDF dictionary; texts that begin with a stroke are names."""
    return DictionaryObject(
        {NameObject(f"/{name}"): as_object(value) for name, value in entries.items()}
    )


def as_object(value: Any) -> Any:
    if isinstance(value, bool):
        return BooleanObject(value)
    if isinstance(value, int):
        return NumberObject(value)
    if isinstance(value, float):
        return FloatObject(value)
    if isinstance(value, str):
        return NameObject(value) if value.startswith("/") else TextStringObject(value)
    if isinstance(value, dict):
        return value if isinstance(value, DictionaryObject) else dictionary(**value)
    if isinstance(value, list | tuple) and not isinstance(value, ArrayObject):
        return ArrayObject(as_object(one) for one in value)
    return value
