"""A reading process taken over by the file it reads: each file's bytes say what it does.

Run in place of the real one, with the same limits; what its files can do, an attacker could.
"""

import os
import resource
import signal
import time
from pathlib import Path

from agent.documents.child import serve
from agent.documents.wire import HEAD
from agent.model.document import Document, Paragraph
from agent.model.message import Part

_KEPT: list[bytes] = []


def _spin() -> None:
    while True:
        pass


def _work() -> None:
    done_at = time.process_time() + 0.6
    while time.process_time() < done_at:
        pass


def _recurse() -> None:
    _recurse()


def _answer(text: bytes, claimed: int | None = None) -> None:
    """Write into the pipe behind the protocol's back."""
    os.write(_pipes()[-1], HEAD.pack(len(text) if claimed is None else claimed, 0) + text)


def _pipes() -> list[int]:
    """Return the open pipes, the one for requests first."""
    numbers = sorted(int(one.name) for one in Path("/proc/self/fd").iterdir())
    return [one for one in numbers if _target(one).startswith("pipe:")]


def _target(number: int) -> str:
    try:
        return str(Path(f"/proc/self/fd/{number}").readlink())
    except OSError:
        return ""


def _half() -> None:
    os.write(_pipes()[-1], HEAD.pack(1000, 0) + b'["docu')
    time.sleep(600)


def _close() -> None:
    for number in _pipes():
        os.close(number)
    time.sleep(600)


DEEDS = {
    b"sleep": lambda: time.sleep(600),
    b"spin": _spin,
    b"fill memory": lambda: bytearray(3 << 30),
    b"keep memory": lambda: _KEPT.append(b"x" * (100 << 20)),
    b"recurse": _recurse,
    b"work": _work,
    b"fail": lambda: {}["nothing"],
    b"leave": lambda: os._exit(0),
    b"break": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    b"be killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
    b"half an answer": _half,
    b"close the pipes": _close,
    b"claim 3 GB": lambda: _answer(b"[]", claimed=3 << 30),
    b"no JSON": lambda: _answer(b"\x80\x04\x95"),
    b"nested": lambda: _answer(b"[" * 100_000),
    b"invented problem": lambda: _answer(b'["failed","read_me"]'),
    b"parts": lambda: _answer(b'["parts",[]]'),
    b"write a file": lambda: Path("/var/tmp/misreader").write_text("x"),
    b"print": lambda: print("into the answers", flush=True),
}
_RESOURCES = ("RLIMIT_AS", "RLIMIT_NOFILE", "RLIMIT_NPROC", "RLIMIT_FSIZE", "RLIMIT_CORE")


def read(part: Part) -> Document:
    """Do what the file says; then tell what this process is and has."""
    if deed := DEEDS.get(part.content):
        deed()
    limits = [resource.getrlimit(getattr(resource, name))[0] for name in _RESOURCES]
    told = {
        "pid": str(os.getpid()),
        "environment": " ".join(sorted(os.environ)),
        "files": " ".join(sorted(filter(None, map(_target, range(64))))),
        "limits": " ".join(map(str, limits)),
        "length": str(len(part.content)),
    }
    return Document(part.filename, "text", tuple(Paragraph(v, k) for k, v in told.items()))


if __name__ == "__main__":
    serve({"read": read})
