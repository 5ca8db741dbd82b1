"""Turns files of older kinds into the ones that are read (.doc to .docx), by LibreOffice.

One program run per file, on a profile of its own that forbids macros, links and the network. Reads
nothing itself: what comes out is as little to be trusted as what went in.
"""

import os
import resource
import shutil
import signal
import subprocess
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from agent.documents.package import MAX_TAGS, Package, Unreadable

# How LibreOffice calls what goes in and what comes out. Without a name for the former it takes
# whatever it does not recognise for text in some charset, and garbage would become a letter.
_WORD, _EXCEL = ("docx", "MS Word 2007 XML"), ("xlsx", "Calc MS Excel 2007 XML")
_FILTERS = {
    "doc": ("MS Word 97", *_WORD),
    "odt": ("writer8", *_WORD),
    "rtf": ("Rich Text Format", *_WORD),
    "xls": ("MS Excel 97", *_EXCEL),
    "ods": ("calc8", *_EXCEL),
}
CONVERTIBLE = frozenset(_FILTERS)

# An ordinary form takes 0.7 s, 300 pages 5 s; the first run makes the profile.
TIMEOUT_S = 60.0
# As for any file in a mail: a larger result would not be read.
MAX_OUTPUT_BYTES = 30 * 1024 * 1024
# LibreOffice maps 0.5 GB for a form; a document made to fill memory ends here.
_MAX_MEMORY_BYTES = 1536 * 1024 * 1024

# No macro runs, no link is followed or brought up to date, and what still asks for the network is
# sent to a proxy that nobody listens at.
_SETTINGS = (
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Save/Document", "AutoSave", "false"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Office.Calc/Content/Update", "Link", "2"),
    ("Inet/Settings", "ooInetProxyType", "2"),
    *(
        ("Inet/Settings", f"ooInet{scheme}Proxy{key}", value)
        for scheme in ("HTTP", "HTTPS", "FTP")
        for key, value in (("Name", "127.0.0.1"), ("Port", "9"))
    ),
    ("Inet/Settings", "ooInetNoProxy", ""),
)


class Converter:
    """LibreOffice, where it is installed; converts one file at a time for any number of threads."""

    def __init__(self, program: Path | None = None, timeout_s: float = TIMEOUT_S) -> None:
        """Take the given program, or the `soffice` of the search path."""
        found = shutil.which("soffice") if program is None else str(program)
        self._program = found if found and os.access(found, os.X_OK) else None
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._profile: Path | None = None

    @property
    def is_available(self) -> bool:
        """Return whether there is a program to convert with."""
        return self._program is not None

    def convert(self, content: bytes, format_: str) -> bytes:
        """Return a file of one of the `CONVERTIBLE` formats as .docx or .xlsx.

        Raises:
            Unreadable: `no_converter`, `password`, `too_slow`, `too_large`, `broken`, or what
                `check_before_converting` refuses.
        """
        if self._program is None or format_ not in _FILTERS:
            raise Unreadable("no_converter")
        check_before_converting(content, format_)
        with self._lock, tempfile.TemporaryDirectory(prefix="convert-") as folder:
            return self._convert(self._program, Path(folder), content, format_)

    def close(self) -> None:
        """Remove the profile."""
        with self._lock:
            self._forget_profile()

    def __enter__(self) -> "Converter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _convert(self, program: str, folder: Path, content: bytes, format_: str) -> bytes:
        reads_as, target, filter_ = _FILTERS[format_]
        # Never the sender's name: nothing of a mail stands on a command line.
        source, made = folder / f"in.{format_}", folder / "out" / f"in.{target}"
        source.write_bytes(content)
        if self._profile is None:
            self._profile = make_profile()
        command = [
            program,
            f"-env:UserInstallation={self._profile.as_uri()}",
            *("--headless", "--norestore", "--nolockcheck", "--nologo", "--nodefault"),
            f"--infilter={reads_as}",
            *("--convert-to", f"{target}:{filter_}", "--outdir", str(made.parent), str(source)),
        ]
        status = run_limited(command, folder, self._timeout_s)
        # LibreOffice ends with 0 also where it could not read a file.
        if status != 0 or not made.is_file() or made.is_symlink():
            # A program that was killed or fell leaves a profile that wants to be repaired.
            self._forget_profile()
            raise Unreadable("too_slow" if status is None else "broken")
        if made.stat().st_size > MAX_OUTPUT_BYTES:
            raise Unreadable("too_large")
        return made.read_bytes()

    def _forget_profile(self) -> None:
        if self._profile is not None:
            shutil.rmtree(self._profile, ignore_errors=True)
            self._profile = None


def check_before_converting(content: bytes, format_: str) -> None:
    """Refuse what LibreOffice would choke on or ask a password for, without parsing anything.

    Raises:
        Unreadable: `password`, `too_complex`, `unsafe_xml` or `broken`.
    """
    if format_ in ("odt", "ods"):
        with Package(content) as package:
            manifest = "META-INF/manifest.xml"
            if manifest in package and b"encryption-data" in package.read(manifest):
                raise Unreadable("password")
            for part in {"content.xml", "styles.xml"}.intersection(package.names):
                xml = package.read(part)
                if b"<!DOCTYPE" in xml or b"<\0!\0D\0O\0C" in xml:
                    raise Unreadable("unsafe_xml")
                if xml.count(b"<") > MAX_TAGS:
                    raise Unreadable("too_complex")
    # Binary Office files keep their main stream at a multiple of 512 bytes; what it begins with
    # says whether it is encrypted (MS-DOC 2.5.2, fEncrypted; MS-XLS 2.4.117, FilePass).
    elif format_ == "doc":
        if any(content[at + 11] & 0x01 for at in _aligned(content, b"\xec\xa5", 32)):
            raise Unreadable("password")
    elif format_ == "xls":
        start = b"\x09\x08\x10\x00\x00\x06\x05\x00"
        if any(content[at + 20 : at + 22] == b"\x2f\x00" for at in _aligned(content, start, 32)):
            raise Unreadable("password")


def _aligned(content: bytes, start: bytes, length: int) -> list[int]:
    """Return where sectors begin with `start` and have at least `length` bytes."""
    found = []
    at = content.find(start)
    while at >= 0:
        if at % 512 == 0 and at + length <= len(content):
            found.append(at)
        at = content.find(start, at + 1)
    return found


def make_profile() -> Path:
    profile = Path(tempfile.mkdtemp(prefix="convert-profile-"))
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in _SETTINGS
    )
    (profile / "user").mkdir()
    (profile / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{items}</oor:items>',
        encoding="utf-8",
    )
    return profile


def run_limited(command: list[str], folder: Path, timeout_s: float) -> int | None:
    """Return how the program ended, None where it was killed for taking too long."""
    home = str(folder)
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=home,
            env={"HOME": home, "TMPDIR": home, "PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
    except OSError as error:
        raise Unreadable("no_converter") from error
    try:
        _limit(process.pid)
        return process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        return None
    finally:
        _kill(process)


def _limit(pid: int) -> None:
    """Set limits from outside, before the starter has even found its program: a function run
    between fork and exec may lock up a process with threads."""
    for what, most in (
        (resource.RLIMIT_AS, _MAX_MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 2 * MAX_OUTPUT_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.prlimit(pid, what, (most, most))
    # Where the machine's memory runs out, the kernel shall end this program and not ours.
    with suppress(OSError):
        Path(f"/proc/{pid}/oom_score_adj").write_text("1000")


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill the program with all that it started; the starter may have ended before them."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    finally:
        process.wait()
