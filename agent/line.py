"""One mailbox's place of work: everything that stages, acts and the clock share. No policy."""

from dataclasses import dataclass

from agent.documents.reader import FileReader
from agent.letters import Templates
from agent.profile import Office
from agent.store.db import Database
from agent.store.files import FileStore


@dataclass(frozen=True, slots=True)
class Line:
    """Whose mailbox it is, where things are kept, what may leave.

    `mode` is `intake`, `shadow` or `live`; `secret` keys the case references.
    """

    mailbox: str
    mode: str
    office: Office
    templates: Templates
    database: Database
    files: FileStore
    reader: FileReader
    secret: bytes
