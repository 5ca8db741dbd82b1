"""Reads every file of a mail: containers and documents in a process of their own, older kinds after
conversion. Where nothing else is given it all happens in this process, for tests and tools.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from agent import documents
from agent.documents.package import Unreadable
from agent.model.document import Document
from agent.model.message import Message, Part


def _no_converter(_content: bytes, _format: str) -> bytes:
    raise Unreadable("no_converter")


@dataclass(frozen=True, slots=True)
class FileReader:
    """How files are opened, read and converted; see `documents` for what each returns.

    `convert` takes content and format and returns the content of a format that is read, or raises
    `Unreadable`.
    """

    open: Callable[[Part], tuple[Part, ...]] = documents.open_container
    read: Callable[[Part], Document] = documents.read
    convert: Callable[[bytes, str], bytes] = _no_converter

    def read_files(self, message: Message) -> tuple[Document, ...]:
        """Return the files of a mail as Documents; those not read say why."""
        return tuple(self.read_file(part) for part in documents.unpack(message, self.open))

    def read_file(self, part: Part) -> Document:
        """Return one file as a Document, converted before where it has to be."""
        found = self.read(part)
        if found.problem != "needs_conversion":
            return found
        try:
            content = self.convert(part.content, found.format)
        except Unreadable as unreadable:
            return replace(found, problem=unreadable.code)
        return replace(self.read(Part(part.filename, "", content)), format=found.format)
