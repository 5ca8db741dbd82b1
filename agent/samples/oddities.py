"""Makes the attachments that no form reader can use: a scan and a file locked with a password.

Both are built byte by byte, so that no PDF or Office library is needed for samples.
"""

import struct
import zlib
from random import Random

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def make_scan() -> bytes:
    """Return a one-page PDF that holds only a picture of handwriting-like lines and no text."""
    width, height = 620, 877
    random = Random(1)
    rows = []
    for y in range(height):
        row = bytearray(b"\xf7" * width)
        if 60 < y < 800 and y % 24 < 9:
            for x in range(50, 560):
                if random.random() < 0.42 and (x // 37 + y // 24) % 6:
                    row[x] = 0x38
        rows.append(bytes(row))
    picture = zlib.compress(b"".join(rows), 9)
    page = b"q 595 0 0 842 0 0 cm /Scan Do Q"
    return _pdf(
        (
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /XObject << /Scan 5 0 R >> >> >>",
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
            b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray"
            b" /BitsPerComponent 8 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
            % (width, height, len(picture), picture),
        )
    )


def _pdf(objects: tuple[bytes, ...]) -> bytes:
    out, offsets = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    return bytes(out)


def make_locked_document() -> bytes:
    """Return what Word saves under a password: a compound file with an encrypted package.

    Its streams have the right names and sizes; what should be cipher text is noise, so no
    password opens it.
    """
    info = struct.pack("<HHI", 4, 4, 0x40) + b'<?xml version="1.0"?><encryption/>'
    streams = (
        ("EncryptionInfo", info.ljust(8 * SECTOR)),
        ("EncryptedPackage", Random(2).randbytes(64 * SECTOR)),
    )
    # Sector 0 holds the allocation table, 1 the directory, the streams follow one after another.
    table, body, entries, first = [FAT, END], b"", [], 2
    for name, content in streams:
        count = len(content) // SECTOR
        table += [*range(first + 1, first + count), END]
        entries.append(_directory_entry(name, 2, first, len(content)))
        body += content
        first += count
    table += [FREE] * (SECTOR // 4 - len(table))
    root = _directory_entry("Root Entry", 5, END, 0, child=1)
    # The first stream is the tree's root; the second, being the longer name, hangs right of it.
    entries[0] = entries[0][:72] + struct.pack("<I", 2) + entries[0][76:]
    directory = b"".join([root, *entries, bytes(128)])
    return _compound_header() + struct.pack(f"<{len(table)}I", *table) + directory + body


def _compound_header() -> bytes:
    start = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    versions = struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    sectors = struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, END, 0, END, 0, 0)
    return start + versions + sectors + struct.pack("<108I", *[FREE] * 108)


def _directory_entry(name: str, sort: int, first: int, size: int, child: int = FREE) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    head = text.ljust(64, b"\0") + struct.pack("<HBB", len(text), sort, 1)
    links = struct.pack("<III", FREE, FREE, child) + bytes(36)
    return head + links + struct.pack("<IQ", first, size)
