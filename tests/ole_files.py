"""Writes OLE containers, the format of old Office files and of protected new ones."""

import struct
from collections.abc import Mapping

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
# Smaller streams would be kept in another place.
_MIN_STREAM = 4096
_STORAGE, _STREAM, _ROOT = 1, 2, 5


def ole_of(streams: Mapping[str, bytes]) -> bytes:
    """Return a container of these streams, by path with strokes; each is padded to 4 KB."""
    entries: list[list] = [["Root Entry", _ROOT, _FREE, _FREE, _END, 0]]
    children: dict[str, int] = {"": 0}
    last_child: dict[int, int] = {}
    chains: list[bytes] = []
    first = 0
    for path, content in streams.items():
        names = path.split("/")
        for depth, name in enumerate(names, start=1):
            key, is_leaf = "/".join(names[:depth]), depth == len(names)
            if key in children:
                continue
            parent = children["/".join(names[: depth - 1])]
            children[key] = number = len(entries)
            entries.append([name, _STREAM if is_leaf else _STORAGE, _FREE, _FREE, 0, 0])
            if parent in last_child:
                entries[last_child[parent]][2] = number
            else:
                entries[parent][3] = number
            last_child[parent] = number
        padded = content.ljust(_MIN_STREAM, b"\0")
        entries[children[path]][4:] = [first, len(padded)]
        chains.append(padded + b"\0" * (-len(padded) % _SECTOR))
        first += len(chains[-1]) // _SECTOR
    directory = b"".join(_entry(*entry) for entry in entries)
    chains.append(directory + b"\0" * (-len(directory) % _SECTOR))
    return _assembled(chains, first)


def _entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sIQQIQ", text, len(text) + 2, kind, 1, _FREE, right, child, b"", 0, 0, 0,
        start, size,
    )  # fmt: skip


def _assembled(chains: list[bytes], directory: int) -> bytes:
    table: list[int] = []
    for chain in chains:
        count = len(chain) // _SECTOR
        table += [*range(len(table) + 1, len(table) + count), _END]
    fat_sectors = 1
    while fat_sectors * (_SECTOR // 4) < len(table) + fat_sectors:
        fat_sectors += 1
    fats = list(range(len(table), len(table) + fat_sectors))
    table += [_FAT] * fat_sectors
    table += [_FREE] * (fat_sectors * (_SECTOR // 4) - len(table))
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6,
        b"", 0, fat_sectors, directory, 0, _MIN_STREAM, _END, 0, _END, 0, *fats[:1],
    )  # fmt: skip
    difat = fats[1:] + [_FREE] * (109 - len(fats))
    header += struct.pack(f"<{len(difat)}I", *difat)
    return header + b"".join(chains) + struct.pack(f"<{len(table)}I", *table)
