"""Mail in Maildir folders: one to read, which is never changed, and one to write letters into."""

import os
import socket
import threading
import time
import uuid
from collections.abc import Collection, Container, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from pathlib import Path

from agent.config import MaildirSection
from agent.errors import ConfigError, MailboxUnavailable, TransientSendError
from agent.mail import Fetched, Position, Problem

_FOLDER = "INBOX"
_LOOK_S = 0.1
# A folder's own time may be coarse: one that changed so recently can have changed again unseen, and
# is listed anew after a shorter wait.
_SETTLED_NS = 2_000_000_000
_UNSETTLED_S = 0.5


class MaildirMailbox:
    """A Maildir as a mailbox of one folder; nothing in it is moved or renamed.

    What has been taken is remembered by the file's unique name, so a mail that a person reads
    meanwhile (its file moves to cur/ and gains flags) is not taken twice.
    """

    folders: tuple[str, ...] = (_FOLDER,)

    def __init__(self, settings: MaildirSection) -> None:
        self._poll_s = settings.poll_s
        self._new, self._cur = settings.path / "new", settings.path / "cur"
        self._sent = settings.path / ".Sent"
        for part in (self._new, self._cur):
            if not part.is_dir():
                raise ConfigError(
                    f"{settings.path} is not a Maildir, it has no {part.name}/: correct the path, "
                    "or make the folders new, cur and tmp in it."
                )
        self._taken: set[str] = set()
        self._looked_ns: tuple[int, ...] = ()  # both folders' times before the last whole look
        self._settled = False

    def first_position(self, folder: str, now: datetime) -> Position:  # noqa: ARG002
        """Return where reading starts: whatever the files say is older than `now` is backlog."""
        return Position(uidvalidity=0, last_uid=0, backlog_uid=0, first_contact_at=now)

    def new_mail(
        self, folder: str, position: Position, known: Container[str], max_bytes: int
    ) -> Iterator[Fetched]:
        """Yield the mails not yet taken, oldest file first."""
        changed_ns = self._changed_ns()
        if self._settled and changed_ns == self._looked_ns:
            return
        settled = time.time_ns() - max(changed_ns) > _SETTLED_NS
        for arrived_ns, item, path, size_bytes in self._unread(known):
            received_at = datetime.fromtimestamp(arrived_ns / 1e9, UTC)
            raw: bytes | None = None
            problem: Problem | None = None
            if size_bytes > max_bytes:
                problem = "too_large"
            else:
                try:
                    raw = path.read_bytes()
                except FileNotFoundError:
                    settled = False  # moved to cur/ under our hands: the next look finds it there
                    continue
                except OSError:
                    problem = "unreadable"
            yield Fetched(
                folder=folder,
                item=item,
                received_at=received_at,
                size_bytes=size_bytes,
                raw=raw,
                backlog=received_at <= position.first_contact_at,
                position=position,
                problem=problem,
            )
            self._taken.add(item)
        self._looked_ns, self._settled = changed_ns, settled

    def wait(self, stop: threading.Event) -> None:
        """Return once a folder has changed, the poll interval is over, or `stop` is set."""
        limit_s = self._poll_s if self._settled else min(self._poll_s, _UNSETTLED_S)
        until_s = time.monotonic() + limit_s
        while self._changed_ns() == self._looked_ns:
            left_s = until_s - time.monotonic()
            if left_s <= 0 or stop.wait(min(left_s, _LOOK_S)):
                return

    def find_sent(self, message_ids: Collection[str]) -> frozenset[str]:
        """Return which of these mails lie in the subfolder of sent mail (Maildir++)."""
        wanted, found = set(message_ids), set()
        for path in (*self._sent.glob("new/*"), *self._sent.glob("cur/*")):
            with suppress(OSError), path.open("rb") as file:
                found.add(str(BytesHeaderParser().parse(file)["Message-ID"]).strip())
        return frozenset(wanted & found)

    def close(self) -> None:
        """Do nothing: no file is kept open."""

    def _changed_ns(self) -> tuple[int, ...]:
        try:
            return self._new.stat().st_mtime_ns, self._cur.stat().st_mtime_ns
        except OSError as error:
            raise _gone(error) from error

    def _unread(self, known: Container[str]) -> list[tuple[int, str, Path, int]]:
        """Return time, unique name, path and size of each file not yet taken, oldest first."""
        found = []
        for part in (self._new, self._cur):
            try:
                with os.scandir(part) as entries:
                    names = [entry.name for entry in entries if not entry.name.startswith(".")]
            except OSError as error:
                raise _gone(error) from error
            for name in names:
                item = name.partition(":")[0]
                if item in self._taken or item in known:
                    continue
                path = part / name
                with suppress(FileNotFoundError):
                    state = path.stat()
                    found.append((state.st_mtime_ns, item, path, state.st_size))
        return sorted(found)


class MaildirTransport:
    """Puts each mail into a Maildir's new/, whole or not at all; the folder is made if missing."""

    def __init__(self, path: Path) -> None:
        self._new, self._tmp = path / "new", path / "tmp"
        try:
            for part in (self._new, self._tmp, path / "cur"):
                part.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError(
                f"{path} cannot be used as a Maildir for outgoing mail: correct the path, or give "
                "the agent the right to write there."
            ) from error

    def send(self, sender: str, to: str, raw: bytes) -> None:  # noqa: ARG002
        """Write the bytes as they are; a Maildir has no envelope, so `sender` and `to` end here."""
        now_ns = time.time_ns()
        unique = f"M{now_ns // 1000 % 10**6:06}R{uuid.uuid4().hex}"
        name = f"{now_ns // 10**9}.{unique}.{socket.gethostname()}"
        draft = self._tmp / name
        try:
            with draft.open("xb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            draft.rename(self._new / name)
            _sync_folder(self._new)
        except OSError as error:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise TransientSendError(
                f"A mail could not be written into {self._new}: make room or give the agent the "
                "right to write there."
            ) from error

    def close(self) -> None:
        """Do nothing: no file is kept open."""


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _gone(error: OSError) -> MailboxUnavailable:
    return MailboxUnavailable(
        f"The Maildir folder {error.filename} cannot be read: check that it exists and its rights."
    )
