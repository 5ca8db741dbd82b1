"""Opens winmail.dat, in which Outlook wraps a mail for other Outlooks: its files and its text.

Reads MS-OXTNEF by itself, because the libraries believe the counts in the file: 60 bytes can keep
them busy for hours.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from agent.documents.mailbody import body_parts
from agent.documents.package import Unreadable
from agent.documents.parts import LeftOut, bare_name
from agent.mailtext import clean, decode_bytes
from agent.model.message import Part

# A mail with forty files has some 300 attributes.
MAX_ATTRIBUTES = 10_000
MAX_PROPERTIES = 10_000
# People attach a mail to a mail; deeper ones are not looked for.
MAX_MAILS_DEEP = 3

_SIGNATURE = b"\x78\x9f\x3e\x22"
_HEADER = struct.Struct("<BHHI")
_CODEPAGE, _BODY, _PROPERTIES = 0x9007, 0x800C, 0x9003
_NEW_FILE, _FILE_TITLE, _FILE_DATA, _FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005

# Property ids and types (MS-OXPROPS, MS-OXCDATA).
_P_BODY, _P_HTML, _P_RTF = 0x1000, 0x1013, 0x1009
_P_DATA, _P_LONG_NAME, _P_SHORT_NAME, _P_DISPLAY_NAME = 0x3701, 0x3707, 0x3704, 0x3001
_P_TYPE = 0x370E
_NARROW, _WIDE, _OBJECT, _BINARY = 0x1E, 0x1F, 0x0D, 0x102
_SIZES = {0x02: 2, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 2}
_SIZES |= {0x14: 8, 0x40: 8, 0x48: 16}
_MANY, _NAMED = 0x1000, 0x8000
# Before an object's bytes stands what it is: a mail in this same format (IID_IMessage), or other.
_IID_BYTES = 16
_IS_MAIL = bytes.fromhex("07030200 00000000 c0000000 00000046")


@dataclass(slots=True)
class _File:
    title: bytes = b""
    data: bytes = b""
    properties: dict[int, bytes | str] = field(default_factory=dict)


def open_tnef(content: bytes) -> tuple[Part, ...]:
    """Return the files in their order, then the mail's own text as "message body".

    An attached mail stands as its own files and text. Of a file that is cut off, what is there is
    returned. Raises `Unreadable` and nothing else.
    """
    return tuple(_mail(content, 1))


def _mail(content: bytes, depth: int) -> Iterator[Part]:
    if not content.startswith(_SIGNATURE):
        raise Unreadable("broken")
    codepage, plain = "cp1252", b""
    files: list[_File] = []
    own: dict[int, bytes | str] = {}
    for name, data in _attributes(content):
        if name == _CODEPAGE:
            codepage = f"cp{int.from_bytes(data[:4], 'little')}"
        elif name == _BODY:
            plain = data
        elif name == _PROPERTIES:
            own |= _properties(data, codepage)
        elif name == _NEW_FILE:
            files.append(_File())
        elif not files:
            continue
        elif name == _FILE_TITLE:
            files[-1].title = data
        elif name == _FILE_DATA:
            files[-1].data = data
        elif name == _FILE_PROPERTIES:
            files[-1].properties |= _properties(data, codepage)
    for file in files:
        yield from _opened(file, codepage, depth)
    text = _text(own.get(_P_BODY, b""), codepage) or _text(plain, codepage)
    html, rtf = own.get(_P_HTML, b""), own.get(_P_RTF, b"")
    if isinstance(html, str):
        # The mark at its beginning goes before what the page says of its character set.
        html = f"\ufeff{html}".encode() if html else b""
    yield from body_parts(html, text, rtf if isinstance(rtf, bytes) else b"")


def _opened(file: _File, codepage: str, depth: int) -> Iterator[Part]:
    said = file.properties
    names = (said.get(one, "") for one in (_P_LONG_NAME, _P_SHORT_NAME))
    titles = (*names, file.title, said.get(_P_DISPLAY_NAME, ""))
    name = bare_name(next(filter(None, (_text(one, codepage) for one in titles)), ""), "attachment")
    kind = _text(said.get(_P_TYPE, ""), codepage).lower()
    data = said.get(_P_DATA, b"")
    # Beside an attached mail stands a sentence for programs that do not know of it.
    if not isinstance(data, bytes) or not data:
        yield Part(name, kind, file.data)
    elif not data.startswith(_IS_MAIL):
        yield Part(name, kind, data[_IID_BYTES:])
    elif depth >= MAX_MAILS_DEEP:
        yield LeftOut(name, kind, b"", "too_complex")
    else:
        yield from _mail(data[_IID_BYTES:], depth + 1)


def _attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each attribute's id and bytes; checksums are not looked at, for many are wrong."""
    at = len(_SIGNATURE) + 2
    count = 0
    while at + _HEADER.size <= len(content):
        if (count := count + 1) > MAX_ATTRIBUTES:
            raise Unreadable("too_complex")
        _, name, _, length = _HEADER.unpack_from(content, at)
        at += _HEADER.size
        yield name, content[at : at + length]
        at += length + 2


def _properties(data: bytes, codepage: str) -> dict[int, bytes | str]:
    """Return the texts and bytes among MAPI properties by their ids, as far as they can be read."""
    found: dict[int, bytes | str] = {}
    try:
        (count,) = struct.unpack_from("<I", data)
        at = 4
        for _ in range(min(count, MAX_PROPERTIES)):
            type_, name = struct.unpack_from("<HH", data, at)
            at = _after_name(data, at + 4) if name >= _NAMED else at + 4
            values = 1
            if type_ & _MANY or type_ in (_NARROW, _WIDE, _OBJECT, _BINARY):
                (values,) = struct.unpack_from("<I", data, at)
                at += 4
            type_ &= ~_MANY
            if type_ in _SIZES:
                at = _rounded(at + _SIZES[type_] * values)
                continue
            if type_ not in (_NARROW, _WIDE, _OBJECT, _BINARY):
                break
            for _ in range(values):
                (length,) = struct.unpack_from("<I", data, at)
                value = data[at + 4 : at + 4 + length]
                at = _rounded(at + 4 + length)
                found.setdefault(name, _typed(value, type_, codepage))
    except struct.error:
        pass
    return found


def _after_name(data: bytes, at: int) -> int:
    """Return where a property goes on after its name: a GUID, and a number or a text."""
    kind, length = struct.unpack_from("<II", data, at + 16)
    return at + 24 if kind == 0 else _rounded(at + 24 + length)


def _rounded(at: int) -> int:
    return -(-at // 4) * 4


def _typed(value: bytes, type_: int, codepage: str) -> bytes | str:
    if type_ == _WIDE:
        return clean(value.decode("utf-16-le", "replace").rstrip("\0"))
    return _text(value, codepage) if type_ == _NARROW else value


def _text(value: bytes | str, codepage: str) -> str:
    return value if isinstance(value, str) else decode_bytes(value.rstrip(b"\0"), codepage)
