"""One reading process as its owner sees it: its limits, its two pipes, and how it ended.

Never blocks past the time it is given, whatever the process does with its ends of the pipes.
"""

import os
import select
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from agent.documents.wire import HEAD, MAX_FILES_BYTES, MAX_TEXT_BYTES, READY, WireError
from agent.errors import StoreError

# Loading every reader takes about a second on an idle machine.
_START_S = 30.0
# How long a process that closed its pipe may take to end and say how it ended.
_END_S = 2.0
_CHUNK_BYTES = 1024 * 1024
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may cost, and when a process that reads well is replaced all the same.

    The readers with their libraries take about 0.1 GB, the largest files that they accept 0.25 GB,
    and address space is a half more than what is used; a file that wants more than that is no
    form. The slowest form seen takes 2 seconds. A new process every 500 files costs each of them a
    millisecond, and ends whatever an earlier file may have left behind; growth past 256 MB is more
    than the libraries and one ordinary file.
    """

    memory_bytes: int = 768 * 1024 * 1024
    cpu_s: int = 15
    wall_s: float = 20.0
    requests: int = 500
    growth_bytes: int = 256 * 1024 * 1024


class Late(Exception):
    """The time for a request is over."""


class Gone(Exception):
    """The process closed its pipe."""


class Process:
    """A reading process that is ready; its two pipes never block."""

    def __init__(self, command: Sequence[str], limits: Limits) -> None:
        self.asked = 0
        try:
            self._process = subprocess.Popen(
                [*command, str(limits.memory_bytes), str(limits.cpu_s)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env={"LC_ALL": "C.UTF-8"},
                start_new_session=True,
                bufsize=0,
            )
        except OSError as error:
            raise StoreError(f"The process that reads files cannot be started: {error}") from error
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._requests, self._answers = self._process.stdin, self._process.stdout
        os.set_blocking(self._requests.fileno(), False)
        os.set_blocking(self._answers.fileno(), False)
        try:
            self._receive(len(READY), time.monotonic() + _START_S)
        except (Late, Gone) as error:
            self.end()
            raise StoreError(
                "The process that reads files does not come up: is the agent installed whole?"
            ) from error
        except BaseException:
            self.end()
            raise
        self.resident_at_start_bytes = self.resident_bytes()

    @property
    def status(self) -> int | None:
        """Return how the process ended, negative for a signal; None while it runs."""
        return self._process.poll()

    def send(self, buffers: Sequence[bytes], until: float) -> None:
        """Write a request, as fast as it is taken."""
        for buffer in buffers:
            rest = memoryview(buffer)
            while rest:
                _wait(self._requests.fileno(), select.POLLOUT, until)
                try:
                    rest = rest[os.write(self._requests.fileno(), rest[:_CHUNK_BYTES]) :]
                except BlockingIOError:
                    continue
                except OSError as error:
                    raise Gone from error

    def receive_frame(self, until: float) -> tuple[bytes, bytes]:
        """Return the text and the files of an answer; raises `WireError` for one too long."""
        text_bytes, files_bytes = HEAD.unpack(self._receive(HEAD.size, until))
        if text_bytes > MAX_TEXT_BYTES or files_bytes > MAX_FILES_BYTES:
            raise WireError("too long")
        return self._receive(text_bytes, until), self._receive(files_bytes, until)

    def _receive(self, size: int, until: float) -> bytes:
        received = bytearray()
        while len(received) < size:
            _wait(self._answers.fileno(), select.POLLIN, until)
            chunk = os.read(self._answers.fileno(), min(size - len(received), _CHUNK_BYTES))
            if not chunk:
                raise Gone
            received += chunk
        return bytes(received)

    def resident_bytes(self) -> int:
        """Return the memory the process holds; 0 where the system does not tell."""
        with suppress(OSError):
            return (
                int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1]) * _PAGE_BYTES
            )
        return 0

    def wait(self) -> int | None:
        """Return how the process ended by itself, None where it has not."""
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(_END_S)
        return None

    def end(self) -> None:
        """Kill the process and let go of it."""
        # Only while it runs: afterwards its number may be somebody else's.
        if self.status is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._requests.close()
        self._answers.close()
        self._process.wait()


def _wait(pipe: int, event: int, until: float) -> None:
    """Return once a pipe is ready for that event, or closed."""
    poll = select.poll()
    poll.register(pipe, event)
    left_s = until - time.monotonic()
    if left_s <= 0 or not poll.poll(left_s * 1000):
        raise Late
