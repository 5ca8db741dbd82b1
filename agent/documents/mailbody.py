"""The text of a mail kept in Outlook's own formats, as a file: HTML, plain text or packed RTF."""

import struct
from collections.abc import Iterator

from agent.documents.package import Unreadable
from agent.model.message import Part

BODY_NAME = "message body"

# A page of RTF has about 10 kB; pictures may stand in it as hexadecimal digits.
MAX_RTF_BYTES = 10 * 1024 * 1024
# What the packer takes as already written (MS-OXRTFCP, 2.1.3.1).
_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript "
    rb"\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_RING = 4096
_PACKED, _PLAIN = b"LZFu", b"MELA"


def body_parts(html: bytes, plain: str, packed_rtf: bytes) -> Iterator[Part]:
    """Yield the body as one file, or none: the first of the three that holds anything."""
    if html.strip():
        yield Part(f"{BODY_NAME}.html", "text/html", html)
    elif plain.strip():
        yield Part(f"{BODY_NAME}.txt", "text/plain", plain.encode())
    elif packed_rtf:
        yield Part(f"{BODY_NAME}.rtf", "application/rtf", unpack_rtf(packed_rtf))


def unpack_rtf(packed: bytes) -> bytes:
    """Return the RTF packed as MS-OXRTFCP says; raises `Unreadable` and nothing else."""
    if len(packed) < 16:
        raise Unreadable("broken")
    _, size, kind, _ = struct.unpack_from("<II4sI", packed)
    if size > MAX_RTF_BYTES:
        raise Unreadable("too_complex")
    if kind == _PLAIN:
        return packed[16 : 16 + size]
    if kind != _PACKED:
        raise Unreadable("broken")
    return _unpacked(packed, size)


def _unpacked(packed: bytes, size: int) -> bytes:
    ring = bytearray(_DICTIONARY.ljust(_RING, b"\0"))
    at, end = 16, len(_DICTIONARY)
    out = bytearray()
    while at < len(packed) and len(out) < size:
        flags = packed[at]
        at += 1
        for bit in range(8):
            if flags >> bit & 1:
                pair = int.from_bytes(packed[at : at + 2], "big")
                at += 2
                start, length = pair >> 4, (pair & 0xF) + 2
                # A piece that would begin where the next byte goes marks the end.
                if start == end or at > len(packed):
                    return bytes(out[:size])
                piece = bytearray()
                for step in range(length):
                    byte = ring[(start + step) % _RING]
                    ring[(end + step) % _RING] = byte
                    piece.append(byte)
            else:
                piece = bytearray(packed[at : at + 1])
                at += 1
                ring[end : end + 1] = piece or b"\0"
            end = (end + len(piece)) % _RING
            out += piece
    return bytes(out[:size])
