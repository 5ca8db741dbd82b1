"""A case of Northshire and the mails that came in on it: what a meeting is given documents of."""

import struct
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent.model.register import Agency, Contact, Register
from agent.pack import Collected, collect
from agent.packpdf import new_page, saved
from agent.packrelease import release_pack
from agent.profile import Office, Site
from agent.store import actionlog, cases, inbox
from agent.store.casefiles import get_case_file
from agent.store.db import Database
from agent.store.files import FileStore
from tests.mails import MONDAY_9AM
from tests.stored import a_mail

NOW = datetime(2027, 1, 4, 10, 0, tzinfo=UTC)
REF = "NS-2026-1-ABC"
MANAGER = "anna@northshirescp.example"
PDF_OF_GARBAGE = b"%PDF-1.7\nnothing of the kind\n"


def agency(id_: str, name: str) -> Agency:
    return Agency(id_, name, "statutory_partner", (Contact("", "", f"a@{id_}.example"),))


REGISTER = Register(
    (
        agency("police", "Northshire Police"),
        agency("icb", "Northshire ICB"),
        agency("la", "Council"),
    )
)
SITE = Site(roles={"business_manager": MANAGER, "duty": "duty@northshirescp.example"})


def text_file(text: str) -> bytes:
    word = new_page("A file")
    word.add_paragraph(text)
    return saved(word)


@dataclass
class Archive:
    """A case of Northshire with the mails that came in on it."""

    folder: Path
    database: Database
    files: FileStore
    office: Office

    def receives(self, kind: str, raw: bytes, day: int, agency: str | None = None) -> int:
        """Store a mail on the case, as the line does, and return its row."""
        at = MONDAY_9AM + timedelta(days=day)
        digest = self.files.put(raw)
        with self.database.write() as session:
            row = inbox.add_message(
                session,
                a_mail(digest, kind=kind, received_at=at, agency=agency, message_id=f"<{digest}>"),
            )
            case_id = cases.find_case_id(session, "northshire", REF)
            assert case_id is not None
            inbox.set_case(session, row, case_id)
        return row

    def collected(self) -> Collected:
        with self.database.read() as session:
            file, _ = get_case_file(session, REF)
            return collect(session, self.files, file, self.office, NOW)

    def release(self, by: str = MANAGER, out: str = "out") -> tuple[Path, ...]:
        target = self.folder / out
        return release_pack(self.database, self.files, self.office, REF, target, by, NOW)[1]

    def log(self) -> list[actionlog.LoggedLine]:
        with self.database.read() as session:
            assert actionlog.verify(session).ok
            return list(actionlog.show(session))


def picture() -> bytes:
    """Return a picture larger than a page is wide."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        crc = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", crc)

    header = struct.pack(">IIBBBBB", 900, 40, 8, 0, 0, 0, 0)
    lines = zlib.compress((b"\x00" + b"\x40" * 900) * 40)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")
    )
