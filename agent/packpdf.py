"""Prints files as PDF by LibreOffice and binds them into one. What cannot be printed is told by
code; nothing of what goes in is trusted."""

import io
import logging
import os
import shutil
import struct
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from docx import Document as new_document
from docx.document import Document as WordFile
from docx.image.exceptions import (
    InvalidImageStreamError,
    UnexpectedEndOfFileError,
    UnrecognizedImageError,
)
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from pypdf import PdfReader, PdfWriter
from pypdf.errors import DependencyError, PyPdfError
from pypdf.generic import NameObject, TextStringObject

from agent.documents.convert import (
    MAX_OUTPUT_BYTES,
    TIMEOUT_S,
    check_before_converting,
    make_profile,
    run_limited,
)
from agent.documents.package import Unreadable

# It quotes the file in what it logs.
logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)

# How LibreOffice calls what goes in; without a name it takes garbage for text.
_READS = {
    "docx": "MS Word 2007 XML",
    "doc": "MS Word 97",
    "odt": "writer8",
    "rtf": "Rich Text Format",
    "html": "HTML (StarWriter)",
    "xlsx": "Calc MS Excel 2007 XML",
    "xls": "MS Excel 97",
    "ods": "calc8",
    "pptx": "Impress MS PowerPoint 2007 XML",
}
_LOCKED = frozenset({"encrypted", "rights_managed", "rpmsg"})
# A bundle of case records has hundreds of pages; more than this nobody reads at a meeting.
_MAX_PAGES = 2_000
_MAX_TEXT_CHARS = 500_000
_IMAGE_ERRORS = (
    InvalidImageStreamError,
    UnexpectedEndOfFileError,
    UnrecognizedImageError,
    struct.error,
    ValueError,
    KeyError,
    IndexError,
    ZeroDivisionError,
)
# pypdf's own errors, and what it stumbles over in a damaged file.
_PDF_ERRORS = (
    PyPdfError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    RecursionError,
    NotImplementedError,
)


def new_page(title: str) -> WordFile:
    """Return an empty A4 Word file in the house's type, with its title and language set."""
    word = new_document()
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin = section.bottom_margin = Mm(20)
    for name in ("Normal", "Heading 1", "Heading 2"):
        style = word.styles[name]
        style.font.name = "Arial"
        fonts = style.element.rPr.rFonts
        # The fonts of the theme would go before the one that is named.
        for attribute in [one for one in fonts.attrib if one.endswith("Theme")]:
            del fonts.attrib[attribute]
    properties = word.styles["Normal"].element.rPr
    properties.append(properties.makeelement(qn("w:lang"), {qn("w:val"): "en-GB"}))
    word.styles["Normal"].font.size = Pt(11)
    word.core_properties.title = title
    word.core_properties.author = ""
    word.core_properties.comments = ""
    return word


def saved(word: WordFile) -> bytes:
    """Return a Word file's bytes."""
    target = io.BytesIO()
    word.save(target)
    return target.getvalue()


def page_count(pdf: bytes) -> int:
    """Return how many pages a PDF of ours has."""
    return len(PdfReader(io.BytesIO(pdf)).pages)


def bind(title: str, parts: Sequence[tuple[str, bytes]]) -> bytes:
    """Return these PDFs as one, each with a bookmark of its name."""
    writer = PdfWriter()
    for name, pdf in parts:
        writer.append(io.BytesIO(pdf), outline_item=name, import_outline=False)
    writer.add_metadata({"/Title": title})
    writer.root_object[NameObject("/Lang")] = TextStringObject("en-GB")
    target = io.BytesIO()
    writer.write(target)
    writer.close()
    return target.getvalue()


class Printer:
    """Prints one file at a time; use as a context manager, so that LibreOffice's profile goes."""

    def __init__(self, program: Path | None = None) -> None:
        """Take the given program, or the `soffice` of the search path."""
        found = shutil.which("soffice") if program is None else str(program)
        self._program = found if found and os.access(found, os.X_OK) else None
        self._profile: Path | None = None

    @property
    def is_available(self) -> bool:
        """Return whether there is a LibreOffice to print with."""
        return self._program is not None

    def print_file(self, content: bytes, format_: str) -> bytes:
        """Return a file of that format (`formats.tell_format`) as PDF.

        Raises:
            Unreadable: a code of `model.document.PROBLEMS` says why not.
        """
        if format_ == "pdf":
            return _checked_pdf(content)
        if format_ in _LOCKED:
            raise Unreadable("password" if format_ == "encrypted" else "rights_managed")
        if format_ == "text":
            return self._print(_word_of_text(content), "docx")
        if format_ == "image":
            return self._print(_word_of_image(content), "docx")
        if format_ not in _READS:
            raise Unreadable("not_read_yet")
        check_before_converting(content, format_)
        return self._print(content, format_)

    def __enter__(self) -> "Printer":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._forget_profile()

    def _print(self, content: bytes, format_: str) -> bytes:
        if self._program is None:
            raise Unreadable("no_converter")
        if self._profile is None:
            self._profile = make_profile()
        with tempfile.TemporaryDirectory(prefix="print-") as folder:
            # Never the sender's name: nothing of a mail stands on a command line.
            source, made = Path(folder, f"in.{format_}"), Path(folder, "out", "in.pdf")
            source.write_bytes(content)
            command = [
                self._program,
                f"-env:UserInstallation={self._profile.as_uri()}",
                *("--headless", "--norestore", "--nolockcheck", "--nologo", "--nodefault"),
                f"--infilter={_READS[format_]}",
                *("--convert-to", "pdf", "--outdir", str(made.parent), str(source)),
            ]
            status = run_limited(command, Path(folder), TIMEOUT_S)
            # LibreOffice ends with 0 also where it could not read a file.
            if status != 0 or not made.is_file() or made.is_symlink():
                # A program that was killed or fell leaves a profile that wants to be repaired.
                self._forget_profile()
                raise Unreadable("too_slow" if status is None else "broken")
            if made.stat().st_size > MAX_OUTPUT_BYTES:
                raise Unreadable("too_large")
            return _checked_pdf(made.read_bytes())

    def _forget_profile(self) -> None:
        if self._profile is not None:
            shutil.rmtree(self._profile, ignore_errors=True)
            self._profile = None


def _checked_pdf(content: bytes) -> bytes:
    """Return the pages of a PDF and nothing else of it: no scripts, no files inside."""
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("password")
        if not 0 < len(reader.pages) <= _MAX_PAGES:
            raise Unreadable("too_complex" if len(reader.pages) else "empty")
        writer = PdfWriter()
        writer.append(reader, import_outline=False)
        writer.root_object.pop(NameObject("/OpenAction"), None)
        writer.root_object.pop(NameObject("/Names"), None)
        target = io.BytesIO()
        writer.write(target)
        writer.close()
    except DependencyError as error:
        raise Unreadable("password") from error
    except _PDF_ERRORS as error:
        raise Unreadable("broken") from error
    return target.getvalue()


def _word_of_text(content: bytes) -> bytes:
    text = content.decode("utf-8-sig", "replace")[:_MAX_TEXT_CHARS]
    word = new_page("Text as received")
    for line in text.splitlines():
        word.add_paragraph("".join(one for one in line if one.isprintable() or one == "\t"))
    return saved(word)


def _word_of_image(content: bytes) -> bytes:
    word = new_page("Picture as received")
    section = word.sections[0]
    widest = int(section.page_width or 0) - int(section.left_margin or 0) * 2
    highest = int(section.page_height or 0) - int(section.top_margin or 0) * 2 - int(Mm(10))
    try:
        picture = word.add_picture(io.BytesIO(content))
        scale = min(1.0, widest / picture.width, highest / picture.height)
        picture.width, picture.height = int(picture.width * scale), int(picture.height * scale)
    except _IMAGE_ERRORS as error:
        raise Unreadable("broken") from error
    return saved(word)
