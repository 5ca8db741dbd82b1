"""A FileReader that reads in a process of its own and converts with LibreOffice, for the daemon and
for rehearsals: whatever a file does, it does it there."""

from collections.abc import Iterator
from contextlib import contextmanager

from agent.documents.convert import Converter
from agent.documents.reader import FileReader
from agent.documents.worker import Worker


@contextmanager
def reading_apart() -> Iterator[FileReader]:
    """Yield the reader; its process starts with the first file and ends with the context."""
    with Worker() as worker, Converter() as converter:
        yield FileReader(worker.open, worker.read, converter.convert)
