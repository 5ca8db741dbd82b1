"""The process in which files are read: it takes its limits first, then one request at a time.

Started by `worker` and never imported by it. Whatever a file does to this process, it holds no
secrets, opens no file for writing, and ends when its pipe does.
"""

import os
import resource
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from math import ceil
from pathlib import Path
from typing import BinaryIO

from agent import documents
from agent.documents.unpack import open_container
from agent.documents.wire import HEAD, READY, Answer, TooLong, decode_request, encode_answer
from agent.model.message import Part

Calls = Mapping[str, Callable[[Part], Answer]]

# The only functions that a request may name.
_CALLS: Calls = {"read": documents.read, "open": open_container}
# Two pipes, /dev/null three times over, and the modules that a reader loads late.
_MAX_OPEN_FILES = 32


def serve(calls: Calls) -> None:
    """Answer requests until the pipe ends; the limits are the command's two arguments."""
    memory_bytes, cpu_s = (int(argument) for argument in sys.argv[1:3])
    requests, answers = _take_pipes()
    _confine(memory_bytes)
    answers.write(READY)
    answers.flush()
    while head := requests.read(HEAD.size):
        _arm(cpu_s)
        text, files = (requests.read(length) for length in HEAD.unpack(head))
        for buffer in _answer(calls, text, files):
            answers.write(buffer)
        answers.flush()


def _answer(calls: Calls, text: bytes, files: bytes) -> tuple[bytes, ...]:
    """Return the answer; any other error than these ends the process, which is an answer too."""
    try:
        call, part = decode_request(text, files)
        return encode_answer(calls[call](part))
    except (MemoryError, RecursionError, TooLong):
        return encode_answer("too_complex")


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Return the pipes, and leave nothing in their place that a print could write into."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):
        os.dup2(nothing, standard)
    os.close(nothing)
    return requests, answers


def _confine(memory_bytes: int) -> None:
    # The daemon decides when to end; a Ctrl-C at its terminal is meant for it alone.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Where the machine's memory runs out, the kernel shall end this process and no other.
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
    for what, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_NOFILE, _MAX_OPEN_FILES),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _arm(cpu_s: int) -> None:
    """Allow this much more processor time than was used so far; past it the kernel ends us."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = ceil(used.ru_utime + used.ru_stime) + cpu_s
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))


if __name__ == "__main__":
    serve(_CALLS)
