"""Turns a scan, pages that are pictures of text, into a PDF with that text: by poppler's pdftoppm
and tesseract, where a deployment asks for it. A person compares what a machine recognised.

Runs programs and reads nothing itself: what comes out is as little to be trusted as what went in.
"""

import shutil
import tempfile
from pathlib import Path

from agent.documents.convert import MAX_OUTPUT_BYTES, run_limited
from agent.documents.package import Unreadable

# What tesseract asks for; a page takes it some 2 s.
_DPI = "200"
# A form has 10 pages; a longer scan is for a person.
MAX_PAGES = 30
TIMEOUT_S = 60.0
_PROGRAMS = ("pdftoppm", "tesseract")


def find_missing() -> tuple[str, ...]:
    """Return which of the programs are not installed."""
    return tuple(name for name in _PROGRAMS if shutil.which(name) is None)


def recognise(content: bytes, timeout_s: float = TIMEOUT_S) -> bytes:
    """Return a scanned PDF as a PDF of the same pages with the text recognised on them.

    Raises:
        Unreadable: `no_converter`, `too_slow`, `broken` or `too_large`.
    """
    if find_missing():
        raise Unreadable("no_converter")
    with tempfile.TemporaryDirectory(prefix="recognise-") as name:
        folder = Path(name)
        # Never the sender's name: nothing of a mail stands on a command line.
        (folder / "in.pdf").write_bytes(content)
        draw = ["pdftoppm", "-r", _DPI, "-gray", "-png", "-l", str(MAX_PAGES + 1), "in.pdf", "page"]
        _run(draw, folder, timeout_s)
        pages = sorted(folder.glob("page-*.png"))
        if not pages:
            raise Unreadable("broken")
        if len(pages) > MAX_PAGES:
            raise Unreadable("too_large")
        (folder / "pages.txt").write_text("\n".join(map(str, pages)), encoding="utf-8")
        _run(["tesseract", "pages.txt", "out", "-l", "eng", "pdf"], folder, timeout_s)
        made = folder / "out.pdf"
        if not made.is_file():
            raise Unreadable("broken")
        if made.stat().st_size > MAX_OUTPUT_BYTES:
            raise Unreadable("too_large")
        return made.read_bytes()


def _run(command: list[str], folder: Path, timeout_s: float) -> None:
    status = run_limited(command, folder, timeout_s)
    if status != 0:
        raise Unreadable("too_slow" if status is None else "broken")
