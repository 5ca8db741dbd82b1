"""A FileReader that reads in a process of its own and converts with LibreOffice, for the daemon and
for rehearsals: whatever a file does, it does it there, and no mail takes longer than its time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from agent import documents
from agent.documents.convert import Converter
from agent.documents.ocr import recognise
from agent.documents.parts import left_out
from agent.documents.reader import FileReader
from agent.documents.worker import Worker
from agent.model.document import Document
from agent.model.message import Message

# Below the two minutes after which the service manager takes a silent agent for hung.
MAIL_S = 75.0


class _TimedReader(FileReader):
    """Reads the files of a mail until its time is over; the rest is for a person."""

    def read_files(self, message: Message) -> tuple[Document, ...]:
        until = time.monotonic() + MAIL_S
        return tuple(
            self.read_file(part if time.monotonic() < until else left_out(part, "too_slow"))
            for part in documents.unpack(message, self.open)
        )


@contextmanager
def reading_apart(*, ocr: bool = False) -> Iterator[FileReader]:
    """Yield the reader; its process starts with the first file and ends with the context. With
    `ocr` the text of scanned pages is recognised."""
    with Worker() as worker, Converter() as converter:
        reader = _TimedReader(worker.open, worker.read, converter.convert)
        yield replace(reader, recognise=recognise) if ocr else reader
