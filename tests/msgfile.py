"""Writes OLE containers, and mails as Outlook saves and sends them: .msg and winmail.dat."""

import struct
from collections.abc import Mapping, Sequence
from typing import Union

Folder = Mapping[str, Union[bytes, "Folder"]]

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def ole_file(root: Folder) -> bytes:
    """Return a compound file (MS-CFB, version 3) of folders and streams."""
    return _Writer().write(root)


class _Writer:
    """Lays streams one after another: the short ones in the mini stream, then the long ones."""

    def __init__(self) -> None:
        self.entries: list[list[object]] = []
        self.mini = b""
        self.mini_fat: list[int] = []
        self.sectors = b""
        self.fat: list[int] = []

    def write(self, root: Folder) -> bytes:
        self._add("Root Entry", root)
        first = self._chain(self.mini)
        self.entries[0][6:] = [first, len(self.mini)]
        directory = b"".join(self._entry(*one) for one in self.entries)
        directory_at = self._chain(directory.ljust(-(-len(directory) // _SECTOR) * _SECTOR, b"\0"))
        packed = struct.pack(f"<{len(self.mini_fat)}I", *self.mini_fat)
        mini_fat_at = self._chain(packed)
        mini_fat_count = -(-len(packed) // _SECTOR)
        fat_count = 1
        while len(self.fat) + fat_count > fat_count * _SECTOR // 4:
            fat_count += 1
        at = len(self.fat)
        table = self.fat + [_FAT] * fat_count
        table += [_FREE] * (fat_count * _SECTOR // 4 - len(table))
        header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
        header += struct.pack("<HHHHH6xIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, fat_count, directory_at, 0)
        header += struct.pack("<IIIII", _CUTOFF, mini_fat_at, mini_fat_count, _END, 0)
        places = [*range(at, at + fat_count)]
        header += struct.pack("<109I", *(places + [_FREE] * (109 - fat_count)))
        return header + self.sectors + struct.pack(f"<{len(table)}I", *table)

    def _add(self, name: str, content: "bytes | Folder") -> int:
        """Add an entry and those below it; returns its number."""
        number = len(self.entries)
        kind = 2 if isinstance(content, bytes) else 1 if number else 5
        entry: list[object] = [name, kind, _FREE, _FREE, _FREE, 0, _END, 0]
        self.entries.append(entry)
        if isinstance(content, bytes):
            entry[6], entry[7] = self._stream(content), len(content)
            return number
        before = None
        for inner, below in content.items():
            at = self._add(inner, below)
            if before is None:
                entry[4] = at
            else:
                self.entries[before][3] = at
            before = at
        return number

    def _stream(self, content: bytes) -> int:
        if len(content) >= _CUTOFF:
            return self._chain(content)
        if not content:
            return _END
        first = len(self.mini_fat)
        count = -(-len(content) // _MINI)
        self.mini += content.ljust(count * _MINI, b"\0")
        self.mini_fat += [*range(first + 1, first + count), _END]
        return first

    def _chain(self, content: bytes) -> int:
        if not content:
            return _END
        first = len(self.fat)
        count = -(-len(content) // _SECTOR)
        self.sectors += content.ljust(count * _SECTOR, b"\0")
        self.fat += [*range(first + 1, first + count), _END]
        return first

    def _entry(self, name, kind, left, right, child, _, start, size):  # type: ignore[no-untyped-def]
        raw = (name + "\0").encode("utf-16-le")
        head = raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw), kind, 1)
        return head + struct.pack("<III36xIQ", left, right, child, start, size)


def wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def msg_folder(*attached: Folder, body: str = "", html: bytes = b"", rtf: bytes = b"") -> Folder:
    """Return a mail as a folder: of `ole_file`, or to be attached to another one."""
    folder: dict[str, bytes | Folder] = {"__properties_version1.0": bytes(32)}
    if body:
        folder["__substg1.0_1000001F"] = wide(body)
    if html:
        folder["__substg1.0_10130102"] = html
    if rtf:
        folder["__substg1.0_10090102"] = rtf
    for number, one in enumerate(attached):
        folder[f"__attach_version1.0_#{number:08X}"] = one
    return folder


def msg_attachment(name: str, content: "bytes | Folder", kind: str = "") -> Folder:
    """Return an attached file, or a mail where `content` is one."""
    tag = "0102" if isinstance(content, bytes) else "000D"
    return {
        "__properties_version1.0": bytes(8),
        "__substg1.0_3704001F": wide(name[:6] + "~1.DOC"),
        "__substg1.0_3707001F": wide(name),
        "__substg1.0_370E001F": wide(kind),
        f"__substg1.0_3701{tag}": content,
    }


def msg_file(*attached: tuple[str, bytes], body: str = "", html: bytes = b"") -> bytes:
    """Return a saved mail with these files."""
    return ole_file(msg_folder(*(msg_attachment(*one) for one in attached), body=body, html=html))


def winmail(
    attached: Sequence[tuple[str, bytes]] = (), body: str = "", html: bytes = b"", rtf: bytes = b""
) -> bytes:
    """Return a mail as winmail.dat; a file's short name is cut as Outlook cuts it, and one whose
    content is a winmail.dat itself is an attached mail."""
    raw = b"\x78\x9f\x3e\x22\x01\x00" + _attribute(1, 0x9007, struct.pack("<II", 1252, 0))
    properties = [_property(0x1000, 0x1F, wide(body + "\0"))] if body else []
    properties += [_property(0x1013, 0x102, html)] if html else []
    properties += [_property(0x1009, 0x102, rtf)] if rtf else []
    raw += _attribute(1, 0x9003, _properties(_number(0x0E07, 1), *properties))
    for name, content in attached:
        raw += _attribute(2, 0x9002, bytes(14))
        raw += _attribute(2, 0x8010, f"{name[:6].upper()}~1.DOC\0".encode("cp1252", "replace"))
        long_name = _property(0x3707, 0x1F, wide(name + "\0"))
        if content.startswith(b"\x78\x9f\x3e\x22"):
            said = b"This attachment is a MAPI 1.0 embedded message.\0"
            mail = bytes.fromhex("0703020000000000c000000000000046") + content
            inner = [_number(0x3705, 5), long_name, _property(0x3701, 0x0D, mail)]
            raw += _attribute(2, 0x800F, said) + _attribute(2, 0x9005, _properties(*inner))
        else:
            raw += _attribute(2, 0x800F, content)
            raw += _attribute(2, 0x9005, _properties(_number(0x3705, 1), long_name))
    return raw


def _attribute(level: int, name: int, data: bytes) -> bytes:
    head = struct.pack("<BHHI", level, name, 6, len(data))
    return head + data + struct.pack("<H", sum(data) & 0xFFFF)


def _properties(*properties: bytes) -> bytes:
    return struct.pack("<I", len(properties)) + b"".join(properties)


def _number(name: int, value: int) -> bytes:
    return struct.pack("<HHI", 0x03, name, value)


def _property(name: int, type_: int, value: bytes) -> bytes:
    padded = value.ljust(-(-len(value) // 4) * 4, b"\0")
    return struct.pack("<HHII", type_, name, 1, len(value)) + padded
