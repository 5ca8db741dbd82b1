"""Opens zip archives, one level deep. What is unpacked is counted, a declared size never believed.

Nothing is written anywhere; an entry's folder is dropped, so that no path can lead out of it.
"""

import contextlib
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence

from agent.documents.formats import has_long_directory, tell_format
from agent.documents.package import MAX_RATIO, Unreadable
from agent.documents.parts import (
    MAX_FILE_BYTES,
    MAX_FILES,
    LeftOut,
    bare_name,
    left_out,
    name_of_several,
)
from agent.model.message import Part

# A year's folder of letters and photographs; more is nobody's referral.
MAX_ENTRIES = 1_000
# Word files and photographs are packed already: a mail's worth of them hardly grows.
MAX_UNPACKED_BYTES = 60 * 1024 * 1024
_RATIO_FROM_BYTES = 1024 * 1024
_CHUNK_BYTES = 256 * 1024
# The fixed part of the header before each entry's data.
_LOCAL_HEADER_BYTES = 30

_ENCRYPTED, _IS_UTF8 = 0x1, 0x800
_CLUTTER = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
_READ = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)


def open_zip(content: bytes) -> tuple[Part, ...]:
    """Return the files of an archive in its order, at most `MAX_FILES`.

    Each that cannot be had is a `LeftOut`: behind a password, packed in a way not known, damaged,
    itself an archive, or beyond the limits. Raises `Unreadable` where nothing can be had.
    """
    if has_long_directory(content):
        raise Unreadable("too_complex")
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (*_BROKEN, NotImplementedError) as broken:
        raise Unreadable("broken") from broken
    with archive:
        entries = archive.infolist()
        if len(entries) > MAX_ENTRIES or _overlap(entries):
            raise Unreadable("too_complex")
        return tuple(_files(archive, [one for one in entries if not _is_clutter(one)]))


def _overlap(entries: Sequence[zipfile.ZipInfo]) -> bool:
    """Return whether entries share their data, which lets a small archive unpack without end."""
    end = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        if entry.header_offset < end:
            return True
        end = entry.header_offset + _LOCAL_HEADER_BYTES + entry.compress_size
    return False


def _is_clutter(entry: zipfile.ZipInfo) -> bool:
    """Return whether the entry is a folder, or what a system keeps beside people's files."""
    folders = entry.filename.replace("\\", "/").split("/")
    return entry.is_dir() or "__MACOSX" in folders or folders[-1].lower() in _CLUTTER


def _files(archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo]) -> Iterator[Part]:
    left = MAX_UNPACKED_BYTES
    for entry in entries[:MAX_FILES]:
        part = _file(archive, entry, left)
        left -= len(part.content)
        yield part
    beyond = len(entries) - MAX_FILES
    if beyond > 0:
        yield LeftOut(name_of_several(_name(entries[MAX_FILES]), beyond), "", b"")


def _file(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> Part:
    """Return one entry unpacked, taking at most `left` bytes."""
    blank = Part(_name(entry), "", b"")
    if entry.flag_bits & _ENCRYPTED:
        return left_out(blank, "password")
    if entry.compress_type not in _READ:
        return left_out(blank, "not_read_yet")
    allowed = min(left, MAX_RATIO * entry.compress_size + _RATIO_FROM_BYTES)
    try:
        content = _unpacked(archive, entry, min(allowed, MAX_FILE_BYTES))
    except (*_BROKEN, NotImplementedError):
        return left_out(blank, "broken")
    if content is None:
        return left_out(blank, "too_large" if allowed > MAX_FILE_BYTES else "too_complex")
    if tell_format(content) == "zip":
        return left_out(blank, "too_complex")
    return Part(blank.filename, "", content)


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes | None:
    """Return the entry's bytes; None as soon as there are more than allowed."""
    unpacked = bytearray()
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            unpacked += chunk
            if len(unpacked) > most:
                return None
    return bytes(unpacked)


def _name(entry: zipfile.ZipInfo) -> str:
    """Return the file's name; Macs write UTF-8 without saying so."""
    name = entry.filename
    if not entry.flag_bits & _IS_UTF8:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return bare_name(name, "file")
