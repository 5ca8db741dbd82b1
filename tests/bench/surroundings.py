"""What stands around the contenders: a folder, a mailbox with mails in it, a relay that hears the
server speak, and an SMTP sink in a process of its own so that its work is not counted."""

import multiprocessing
import queue
import re
import select
import socket
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session
from imapclient import IMAPClient

from agent.config import shipped
from tests.office import Office, section
from tests.servers import Dovecot, Running, SmtpSink, free_port

USER, PASSWORD = "reviews", "open sesame"
_BRAKE = re.compile(r"^((?:per|all)_\w+ = \{ value = )\d+", re.MULTILINE)


@contextmanager
def a_folder() -> Iterator[Path]:
    """Give an empty folder beside the product's own state, removed afterwards.

    A system's folder for temporary files may lie in memory, where a durable commit costs nothing.
    """
    state = Path(__file__).parents[2] / "state"
    with tempfile.TemporaryDirectory(prefix="bench-", dir=state) as name:
        yield Path(name)


class BenchDovecot(Dovecot):
    """Dovecot as Debian delivers it where the tests hurry it: mail is noticed by inotify, and told
    after Dovecot's own half second; without inotify it looks every 30 seconds."""

    def __init__(self) -> None:
        super().__init__({USER: PASSWORD})

    def _configure(self) -> None:
        super()._configure()
        file = self.home / "dovecot.conf"
        hurried, usual = (f"mailbox_idle_check_interval = {secs} secs" for secs in (1, 30))
        file.write_text(file.read_text().replace(hurried, usual))

    def fill(self, mails: Iterable[bytes]) -> None:
        """Deliver the mails and let the server index them, which is no contender's work."""
        for raw in mails:
            self.deliver(raw, USER)
        with IMAPClient("localhost", self.port, ssl=False) as client:
            client.login(USER, PASSWORD)
            client.select_folder("INBOX", readonly=True)
            client.fetch(client.search(), ["RFC822.SIZE", "INTERNALDATE"])


def make_office(folder: Path, imap_port: int, smtp_port: int) -> Office:
    """Return a live office on an empty database, with the brakes on sending lifted."""
    folder.mkdir()
    who = f'user = "{USER}"\npassword = "{PASSWORD}"\n'
    office = Office(folder, smtp_port, section("imap", imap_port, who))
    limits = (shipped("rules") / "limits.toml").read_text(encoding="utf-8")
    lifted, count = _BRAKE.subn(r"\g<1>1_000_000", limits)
    if count != 3:
        raise RuntimeError("rules/limits.toml has no longer three brakes to lift.")
    (office.own / "rules").mkdir()
    (office.own / "rules/limits.toml").write_text(lifted, encoding="utf-8")
    office.migrate()
    return office


class FarSink(Running):
    """An SMTP server in another process that tells when it has taken each mail."""

    def __init__(self) -> None:
        fresh = multiprocessing.get_context("spawn")
        self._near, far = fresh.Pipe()
        self._process = fresh.Process(target=_serve, args=(far,))
        self._process.start()
        far.close()
        self.port: int = self._near.recv()
        self._taken: queue.SimpleQueue[float] = queue.SimpleQueue()
        # The pipe holds some 270 of its words; a full one would stop the sink.
        self._listening = threading.Thread(target=self._listen)
        self._listening.start()

    def taken_at(self, timeout_s: float = 60) -> float:
        """Return when (monotonic) the next mail not yet asked about was taken, once it is."""
        return self._taken.get(timeout=timeout_s)

    def drain(self) -> int:
        """Forget the mails taken until now and return how many they were."""
        count = self._taken.qsize()
        for _ in range(count):
            self._taken.get()
        return count

    def stop(self) -> None:
        """End the process."""
        self._near.send("enough")
        self._listening.join()
        self._process.join()
        self._process.close()
        self._near.close()

    def _listen(self) -> None:
        with suppress(EOFError):
            while True:
                self._taken.put(self._near.recv())


class _TellingSink(SmtpSink):
    def __init__(self, told: Connection) -> None:
        self._told = told
        super().__init__()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        self.mails.clear()
        self._told.send(time.monotonic())
        return answer


def _serve(far: Connection) -> None:
    with far, _TellingSink(far) as sink:
        far.send(sink.port)
        far.recv()


class Relay(Running):
    """Passes one IMAP connection at a time on, and notes when certain words went by.

    `told_at` is when the server first told of new mail since `forget`, `asked_at` when the client
    first searched; both monotonic, None before. `listens` is whether it has asked to be told since.
    """

    def __init__(self, to_port: int) -> None:
        self.port = free_port()
        self.told_at: float | None = None
        self.asked_at: float | None = None
        self.listens = False
        self._to_port = to_port
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def forget(self) -> None:
        """Note the next words anew."""
        self.told_at = self.asked_at = None
        self.listens = False

    def stop(self) -> None:
        """End it, once the client has gone."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    def _work(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._to_port))
                with near, far, suppress(OSError):
                    for end in (near, far):
                        # A relay that waited to fill its packets would be measured as our own time.
                        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    self._pass_on(near, far)

    def _pass_on(self, near: socket.socket, far: socket.socket) -> None:
        while True:
            for source in select.select([near, far], [], [])[0]:
                data = source.recv(262_144)
                if not data:
                    return
                if source is far and self.told_at is None and b" EXISTS" in data:
                    self.told_at = time.monotonic()
                if source is near and self.asked_at is None and b" SEARCH" in data:
                    self.asked_at = time.monotonic()
                self.listens = self.listens or (source is near and b" IDLE" in data)
                (far if source is near else near).sendall(data)
