"""The files in a mail, from bytes to Documents: found by `unpack`, read by `read`.

Pure and without trust: a file's name and declared type prove nothing, and whatever its bytes are,
the answer is a Document, whose `problem` says why it could not be read.
"""

from collections.abc import Callable
from importlib import import_module

from agent.documents.docx import read_docx
from agent.documents.formats import tell_format
from agent.documents.html import read_html
from agent.documents.package import Unreadable
from agent.documents.parts import MAX_FILE_BYTES, LeftOut
from agent.documents.text import read_text
from agent.documents.unpack import open_container, unpack
from agent.model.document import Block, Document
from agent.model.message import Part

__all__ = ["NEEDS_CONVERSION", "open_container", "read", "unpack"]

Read = tuple[tuple[Block, ...], tuple[str, ...]]

# An invitation or a business card comes with a mail and holds nothing that anybody filled in.
NO_DOCUMENTS = frozenset({"calendar", "card"})
# Formats that LibreOffice first turns into one that is read.
NEEDS_CONVERSION = frozenset({"doc", "odt", "rtf", "xls", "ods"})
_PROBLEMS = {
    "encrypted": "password",
    "rights_managed": "rights_managed",
    "rpmsg": "rights_managed",
    "exe": "program",
    "lnk": "program",
}


def read(part: Part) -> Document:
    """Return what a file holds; never raises on any bytes.

    One that must be converted first comes back with the problem `needs_conversion`.
    """
    if isinstance(part, LeftOut):
        return Document(part.filename, "unknown", problem=part.problem)
    format_ = tell_format(part.content)
    problem = _problem_before_reading(part.content, format_)
    if problem is not None:
        return Document(part.filename, format_, problem=problem)
    if format_ in NO_DOCUMENTS:
        return Document(part.filename, format_)
    try:
        blocks, warnings = _READERS[format_](part.content)
    except Unreadable as unreadable:
        return Document(part.filename, format_, problem=unreadable.code)
    problem = None if blocks else "empty"
    return Document(part.filename, format_, blocks, problem, warnings)


def _problem_before_reading(content: bytes, format_: str) -> str | None:
    if not content:
        return "empty"
    if len(content) > MAX_FILE_BYTES:
        return "too_large"
    if format_ in _PROBLEMS:
        return _PROBLEMS[format_]
    if format_ in NEEDS_CONVERSION:
        return "needs_conversion"
    return None if format_ in {*_READERS, *NO_DOCUMENTS} else "not_read_yet"


def _late(module: str, name: str) -> Callable[[bytes], Read]:
    """Return a reader that is loaded when it is first needed: it brings a large library along."""

    def read_late(content: bytes) -> Read:
        read: Read = getattr(import_module(f"agent.documents.{module}"), name)(content)
        return read

    return read_late


_READERS: dict[str, Callable[[bytes], Read]] = {
    "docx": read_docx,
    "html": read_html,
    "text": read_text,
    "pdf": _late("pdf", "read_pdf"),
    "xlsx": _late("xlsx", "read_xlsx"),
}
