"""The files in a mail, from bytes to Documents: found by `unpack`, read by `read`.

Pure and without trust: a file's name and declared type prove nothing, and whatever its bytes are,
the answer is a Document, whose `problem` says why it could not be read.
"""

from agent.documents.docx import read_docx
from agent.documents.formats import tell_format
from agent.documents.package import Unreadable
from agent.documents.unpack import MAX_FILE_BYTES, LeftOut, unpack
from agent.model.document import Document
from agent.model.message import Part

__all__ = ["read", "unpack"]

# An invitation or a business card comes with a mail and holds nothing that anybody filled in.
NO_DOCUMENTS = frozenset({"calendar", "card"})


def read(part: Part) -> Document:
    """Return what a file holds; never raises on any bytes."""
    if isinstance(part, LeftOut):
        return Document(part.filename, "unknown", problem=part.problem)
    format_ = tell_format(part.content)
    problem = _problem_before_reading(part.content, format_)
    if problem is not None:
        return Document(part.filename, format_, problem=problem)
    if format_ in NO_DOCUMENTS:
        return Document(part.filename, format_)
    try:
        blocks, warnings = read_docx(part.content)
    except Unreadable as unreadable:
        return Document(part.filename, format_, problem=unreadable.code)
    problem = None if blocks else "empty"
    return Document(part.filename, format_, blocks, problem, warnings)


def _problem_before_reading(content: bytes, format_: str) -> str | None:
    if not content:
        return "empty"
    if len(content) > MAX_FILE_BYTES:
        return "too_large"
    if format_ == "encrypted":
        return "password"
    return None if format_ in {"docx", *NO_DOCUMENTS} else "not_read_yet"
