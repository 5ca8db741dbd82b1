"""A whole deployment in a folder, served by real processes of the agent, to test its edges.

`Office.start` runs `python -m agent`. `Office.fork` is as real and far quicker: a process in which
only the agent's modules are imported forks one for each command, and a fault may be planted there.
"""

import email
import email.policy
import json
import multiprocessing
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from agent.store import actionlog, cases, outbox, work
from agent.store.db import Database
from tests.servers import SmtpSink
from tests.watch import watching

SITE = """
mailbox = "reviews@northshirescp.example"
phone = "01632 960100"
mash_phone = "01632 960199"
out_of_hours_phone = "01632 960198"
"""
_HEAD = """
log = "json"
overrides = "own"
[mailbox.reviews]
partnership = "northshire"
mode = "live"
site = "site.toml"
"""
_PATIENCE_S = 60

_FORKING = multiprocessing.get_context("forkserver")
_FORKING.set_forkserver_preload(["agent.cli", "agent.daemon", "agent.service", "agent.store.db"])


def no_fault() -> None:
    """Leave the agent as it is."""


@dataclass(frozen=True)
class Ended:
    """What a command left: its exit code, and what it printed on either channel."""

    code: int | None
    out: str
    err: str

    @property
    def last_words(self) -> str:
        """The line that a person reads last; before it only lines of the log may stand."""
        *before, last = self.err.splitlines()
        for line in before:
            json.loads(line)
        return last


class Office:
    """One live mailbox of the invented area Northshire: a Maildir, or the IMAP section given.

    `own` is the folder of the office's overrides.
    """

    def __init__(self, folder: Path, smtp_port: int, imap: str | None = None) -> None:
        self.folder, self.config, self.own = folder, folder / "agent.toml", folder / "own"
        self.own.mkdir()
        for part in ("new", "cur", "tmp"):
            (folder / "in" / part).mkdir(parents=True)
        incoming = imap or '[mailbox.reviews.maildir]\npath = "in"\npoll_s = 0.2\n'
        outgoing = section("smtp", smtp_port)
        self.config.write_text(_HEAD + incoming + outgoing, encoding="utf-8")
        (folder / "site.toml").write_text(SITE, encoding="utf-8")
        self._database = f"sqlite:///{folder}/state/agent.db"
        self._runs = 0

    def migrate(self) -> None:
        """Make the database, as `mailbox-agent migrate` does."""
        database = Database(self._database)
        database.migrate()
        database.close()

    def change(self, old: str, new: str) -> None:
        """Replace words of the configuration that stand there once."""
        text = self.config.read_text(encoding="utf-8")
        assert text.count(old) == 1
        self.config.write_text(text.replace(old, new), encoding="utf-8")

    def deliver(self, raw: bytes) -> Path:
        """Put one mail into the Maildir, as a local delivery agent does; return its file."""
        name = f"{time.time_ns()}.{uuid.uuid4().hex}.localhost"
        draft = self.folder / "in/tmp" / name
        draft.write_bytes(raw)
        return draft.rename(self.folder / "in/new" / name)

    @contextmanager
    def start(self, *words: str) -> Iterator["Agent"]:
        """Give `python -m agent` with these words at work; it is killed if the test leaves it."""
        out, err = self._outputs()
        command = [sys.executable, "-m", "agent", "-c", str(self.config), *words]
        with out.open("wb") as to_out, err.open("wb") as to_err:
            process = subprocess.Popen(command, cwd=self.folder, stdout=to_out, stderr=to_err)
        try:
            yield Agent(process, out, err)
        finally:
            process.kill()
            process.wait()

    def fork(self, *words: str, fault: Callable[[], None] = no_fault) -> BaseProcess:
        """Return a process at work on that command, `fault` planted; see `Office.ended`."""
        arguments = ["mailbox-agent", "-c", str(self.config), *words]
        self._forked = self._outputs()
        process = _FORKING.Process(target=_run, args=(arguments, *self._forked, fault))
        process.start()
        return process

    def ended(self, process: BaseProcess) -> Ended:
        """Return how the process forked last ended, once it has."""
        process.join(_PATIENCE_S)
        code = process.exitcode
        process.kill()
        process.join()
        process.close()
        out, err = self._forked
        return Ended(code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))

    def is_started(self) -> bool:
        """Return whether the daemon forked last has come up."""
        return bool(said(self._forked[1], "started"))

    def does(self, *words: str, fault: Callable[[], None] = no_fault) -> Ended:
        """Run a command to its end and return what it left."""
        return self.ended(self.fork(*words, fault=fault))

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session on what the agent has recorded."""
        database = Database(self._database)
        try:
            with database.read() as session:
                yield session
        finally:
            database.close()

    @property
    def children(self) -> list[str | None]:
        """The child of every case, sorted."""
        with self.read() as session:
            found = [cases.get_case(session, case.ref) for case in cases.list_cases(session)]
        return sorted((case.child.name for case in found), key=str)

    @property
    def outbox(self) -> tuple[outbox.Listed, ...]:
        """Every mail of the outbox, the newest first."""
        with self.read() as session:
            return outbox.list_outbox(session)

    @property
    def waiting(self) -> list[tuple[str, str]]:
        """Code and words of everything that waits for a person, the oldest first."""
        with self.read() as session:
            return [(note.code, note.text) for note in work.list_open(session)]

    def done(self, action: str) -> int:
        """Return how often the log says that this was done; the log must hold together."""
        with self.read() as session:
            assert actionlog.verify(session).ok
            return sum(line.action == action for line in actionlog.show(session, limit=10_000))

    def _outputs(self) -> tuple[Path, Path]:
        self._runs += 1
        outputs = self.folder / f"{self._runs}.out", self.folder / f"{self._runs}.err"
        for path in outputs:
            path.touch()
        return outputs


class Agent:
    """A running `python -m agent` and what it has said so far."""

    def __init__(self, process: "subprocess.Popen[bytes]", out: Path, err: Path) -> None:
        self.process, self._out, self._err = process, out, err

    def said(self, event: str) -> list[dict[str, Any]]:
        """Return the lines of its log with that event."""
        return said(self._err, event)

    def wait_for(self, event: str, count: int = 1) -> None:
        """Return once it has said so that many times."""
        self.wait_until(lambda: len(self.said(event)) >= count)

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Return once that is so; raises AssertionError where it never comes, or it has died."""
        deadline = time.monotonic() + _PATIENCE_S
        while not is_so():
            assert self.process.poll() is None, self._err.read_text(encoding="utf-8")
            assert time.monotonic() < deadline, self._err.read_text(encoding="utf-8")
            time.sleep(0.05)

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def ended(self) -> Ended:
        """Return how it ended, once it has."""
        code = self.process.wait(_PATIENCE_S)
        out, err = (path.read_text(encoding="utf-8") for path in (self._out, self._err))
        return Ended(code, out, err)


def said(log: Path, event: str) -> list[dict[str, Any]]:
    """Return the lines of a process's log with that event."""
    lines = log.read_text(encoding="utf-8").splitlines(keepends=True)
    parsed = [json.loads(line) for line in lines if line.startswith("{") and line[-2:] == "}\n"]
    return [line for line in parsed if line["event"] == event]


def section(name: str, port: int, more: str = "") -> str:
    """Return the section of a plain server on this machine."""
    return (
        f'[mailbox.reviews.{name}]\nhost = "localhost"\nport = {port}\nsecurity = "plain"\n{more}'
    )


def letters(sink: SmtpSink) -> list[EmailMessage]:
    """Return the mails that the sink took, as their recipients' programs read them."""
    policy = email.policy.default
    return [email.message_from_bytes(sent.raw, policy=policy) for sent in list(sink.mails)]


def _run(arguments: Sequence[str], out: Path, err: Path, fault: Callable[[], None]) -> None:
    """Be the command `mailbox-agent` in a fresh process."""
    from agent.cli import main

    for path, channel in ((out, 1), (err, 2)):
        opened = os.open(path, os.O_WRONLY | os.O_APPEND)
        os.dup2(opened, channel)
        os.close(opened)
    sys.argv = list(arguments)
    os.chdir(out.parent)
    fault()
    with watching():
        main()
