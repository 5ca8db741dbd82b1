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


def _no_ocr(_content: bytes) -> bytes:
    raise Unreadable("scan")


@dataclass(frozen=True, slots=True)
class FileReader:
    """How files are opened, read and converted; see `documents` for what each returns.

    `convert` takes content and format and returns the content of a format that is read, or raises
    `Unreadable`; `recognise` does the same for scanned pages, where a deployment asks for it.
    """

    open: Callable[[Part], tuple[Part, ...]] = documents.open_container
    read: Callable[[Part], Document] = documents.read
    convert: Callable[[bytes, str], bytes] = _no_converter
    recognise: Callable[[bytes], bytes] = _no_ocr

    def read_files(self, message: Message) -> tuple[Document, ...]:
        """Return the files of a mail as Documents; those not read say why."""
        return tuple(self.read_file(part) for part in documents.unpack(message, self.open))

    def read_file(self, part: Part) -> Document:
        """Return one file as a Document, converted or recognised before where it has to be."""
        found = self.read(part)
        try:
            if found.problem == "needs_conversion":
                content = self.convert(part.content, found.format)
            elif found.problem == "scan":
                content = self.recognise(part.content)
            else:
                return found
        except Unreadable as unreadable:
            return replace(found, problem=unreadable.code)
        return replace(self.read(Part(part.filename, "", content)), format=found.format)
