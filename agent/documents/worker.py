"""Reads files in a process of its own, so that no file can harm the one that serves the mailboxes.

A request always ends, with an answer or with the reason why there is none, and a process that
failed one is replaced. What reading means is in `child` and `documents`.
"""

import signal
import sys
import threading
import time
from collections.abc import Sequence
from types import TracebackType
from typing import ClassVar

import structlog

from agent.documents.parts import LeftOut
from agent.documents.process import Gone, Late, Limits, Process
from agent.documents.wire import Answer, TooLong, WireError, decode_answer, encode_request
from agent.model.document import Document
from agent.model.message import Part

log = structlog.get_logger()

# The kernel ends a process past its processor time, or where the machine's memory runs out.
_SIGNALS = {-signal.SIGXCPU: "too_slow", -signal.SIGKILL: "too_complex"}
_ANSWERS = {"read": Document, "open": tuple}


class Worker:
    """One reading process, started when first needed; any number of threads may share it."""

    # Isolated: neither the environment nor the working folder says what code is loaded.
    command: ClassVar[Sequence[str]] = (sys.executable, "-I", "-B", "-m", "agent.documents.child")

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._lock = threading.Lock()
        self._child: Process | None = None

    def read(self, part: Part) -> Document:
        """Return what a file holds, or why that cannot be said.

        Raises:
            StoreError: no process can be started, whatever the file; nothing is known about it.
        """
        answer = self._ask("read", part)
        if isinstance(answer, Document):
            return answer
        return Document(part.filename, "unknown", problem=_code(answer))

    def open(self, part: Part) -> tuple[Part, ...]:
        """Return the files inside a file, or one `LeftOut` in its place; raises as `read`."""
        answer = self._ask("open", part)
        if isinstance(answer, tuple):
            return answer
        return (LeftOut(part.filename, part.content_type, b"", _code(answer)),)

    def close(self) -> None:
        """End the process; a further request would start another."""
        with self._lock:
            self._end()

    def __enter__(self) -> "Worker":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _ask(self, call: str, part: Part) -> Answer:
        try:
            request = encode_request(call, part)
        except TooLong:
            return "too_large"
        with self._lock:
            child = self._ready_child()
            until = time.monotonic() + self._limits.wall_s
            try:
                child.send(request, until)
                text, files = child.receive_frame(until)
                answer = decode_answer(text, files, part.filename)
                if not isinstance(answer, str | _ANSWERS[call]):
                    raise WireError("an answer to something else")
            except Late:
                answer = "too_slow"
            except WireError:
                answer = "crashed"
            except Gone:
                answer = _SIGNALS.get(child.wait() or 0, "crashed")
            except BaseException:
                # Interrupted between question and answer: the next one must not get this answer.
                self._end()
                raise
            if isinstance(answer, str):
                log.warning("a file was not read", call=call, why=answer, status=child.status)
                self._end()
            return answer

    def _ready_child(self) -> "Process":
        child = self._child
        if child is not None and (child.status is not None or self._is_used_up(child)):
            self._end()
        if self._child is None:
            self._child = Process(self.command, self._limits)
        self._child.asked += 1
        return self._child

    def _is_used_up(self, child: "Process") -> bool:
        growth_bytes = child.resident_bytes() - child.resident_at_start_bytes
        return child.asked >= self._limits.requests or growth_bytes > self._limits.growth_bytes

    def _end(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None


def _code(answer: Answer) -> str:
    """Return why there is no answer of the right kind."""
    return answer if isinstance(answer, str) else "crashed"
