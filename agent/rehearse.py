"""What would the agent have done? The same line over stored mail, a throw-away database, a clock
that follows the mails, and nothing sent.

A rehearsal runs as `live`, never as backlog, and is never refused for what the office has not
filled in yet: what is missing is a marked stand-in.
"""

import mailbox
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from agent.adopted import AdoptedCase, decide_adoption
from agent.errors import DataError
from agent.letters import Templates
from agent.model.message import Fetched, Position
from agent.parse import parse
from agent.pipeline import Line, take
from agent.profile import Office
from agent.record import record_act
from agent.rows import Row, mail_row
from agent.send import Route, Sender
from agent.store import inbox
from agent.store.db import Database
from agent.store.files import FileStore

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
# A rehearsal's references are keyed too, but its key is nobody's secret.
_SECRET = b"rehearsal"


@dataclass(frozen=True, slots=True)
class StoredMail:
    """One mail of a rehearsal: the name it is shown by, and how its bytes are read."""

    name: str
    read: Callable[[], bytes]


class _Nowhere:
    """The transport of a rehearsal: takes every mail and sends none."""

    def send(self, sender: str, to: str, raw: bytes) -> None:
        """Take the mail and do nothing with it."""

    def close(self) -> None:
        """Nothing is open."""


def find_mails(path: Path) -> tuple[StoredMail, ...]:
    """Return the mails of a folder of .eml files, a Maildir, an mbox or one .eml, by name.

    Raises:
        DataError: there is nothing of the kind there.
    """
    if path.is_dir():
        subfolders = [path / "cur", path / "new"]
        if all(folder.is_dir() for folder in subfolders):
            files = [file for folder in subfolders for file in folder.iterdir() if file.is_file()]
        else:
            files = [file for file in path.rglob("*") if file.suffix.lower() == ".eml"]
        return tuple(
            StoredMail(file.relative_to(path).as_posix(), file.read_bytes) for file in sorted(files)
        )
    if not path.is_file():
        raise DataError(f"{path}: there is no such folder or file to rehearse.")
    with path.open("rb") as opened:
        is_mbox = opened.read(5) == b"From "
    if not is_mbox:
        return (StoredMail(path.name, path.read_bytes),)
    return tuple(_mbox_mails(path))


def rehearse(
    mails: Sequence[StoredMail],
    office: Office,
    templates: Templates,
    adopted: Sequence[AdoptedCase] = (),
) -> Iterator[Row]:
    """Yield a row a mail, in the order the mails were received (then by name)."""
    dated = sorted((_received_at(mail), index) for index, mail in enumerate(mails))
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
        database = Database(f"sqlite:///{folder}/agent.db", durable=False)
        try:
            database.migrate()
            files = FileStore(Path(folder) / "files", durable=False)
            line = Line("rehearsal", "live", office, templates, database, files, _SECRET)
            route = Route(office.site.mailbox, _Nowhere())
            sender = Sender(database, {line.mailbox: route}, {line.mailbox: office.limits.send})
            _adopt(line, adopted)
            now = _LONG_AGO
            for received_at, index in dated:
                now = max(now, received_at)
                yield _row(line, sender, mails[index], received_at, now)
        finally:
            database.close()


def _adopt(line: Line, entries: Sequence[AdoptedCase]) -> None:
    for entry in entries:
        with line.database.write() as session:
            decision = decide_adoption(entry, "the office")
            record_act(session, line.office.profile.slug, decision, "the office", _LONG_AGO)


def _row(line: Line, sender: Sender, mail: StoredMail, received_at: datetime, now: datetime) -> Row:
    raw = _read(mail)
    fetched = Fetched(
        folder="",
        item=mail.name,
        received_at=received_at,
        size_bytes=len(raw or b""),
        raw=raw,
        backlog=False,
        position=Position(0, 0, 0, _LONG_AGO),
        problem=None if raw is not None else "unreadable",
    )
    outcome = take(line, fetched, now)
    sender.deliver_due(lambda: now)
    with line.database.read() as session:
        message = inbox.get_message(session, outcome.message_row)
        return mail_row(session, message, mail.name, repeated=outcome.repeated)


def _received_at(mail: StoredMail) -> datetime:
    raw = _read(mail)
    return _LONG_AGO if raw is None else parse(raw).received_at


def _read(mail: StoredMail) -> bytes | None:
    try:
        return mail.read()
    except OSError:
        return None


def _mbox_mails(path: Path) -> Iterator[StoredMail]:
    box = mailbox.mbox(path, create=False)
    for key in box.iterkeys():
        yield StoredMail(f"{path.name}:{key}", partial(box.get_bytes, key))
