"""Hostile files, made by code and kept nowhere: each with the reasons that may be given for it.

`None` among the reasons means that the file is read, because what is wrong with it does no harm.
"""

import io
import random
import struct
import warnings
import zipfile
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import NamedTuple

from forms import NAMESPACES, ROBIN, para, run_of, table_of, word_file, write_form, zip_of
from mails import mail
from ole_files import ole_of

FORM = write_form(ROBIN)
MIB = 1024 * 1024


class Hostile(NamedTuple):
    """How to make one file, and which codes its documents may bear, one of them at least."""

    make: Callable[[], bytes]
    reasons: frozenset[str | None]


def hostile(make: Callable[[], bytes], *reasons: str | None) -> Hostile:
    return Hostile(make, frozenset(reasons))


def stored(entries: Mapping[str, bytes]) -> bytes:
    """Return an archive that packs nothing, so that no ratio gives it away."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return packed.getvalue()


def document(body: str | bytes, prologue: str = "", encoding: str = "utf-8") -> bytes:
    """Return the XML of a Word file's main part."""
    inside = body if isinstance(body, str) else body.decode()
    return (f"{prologue}<w:document {NAMESPACES}><w:body>{inside}</w:body></w:document>").encode(
        encoding
    )


def plain(body: str) -> bytes:
    """Return a Word file around a body, packed not at all."""
    return stored({"word/document.xml": document(body)})


def with_entries(entries: Iterable[tuple[str, bytes]]) -> bytes:
    """Return the form with further entries, which may bear any name, also one twice."""
    packed = io.BytesIO(FORM)
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, content in entries:
            archive.writestr(name, content)
    return packed.getvalue()


def patched(content: bytes, name: str, offset: int, value: bytes) -> bytes:
    """Return an archive with bytes replaced in the list's entry of that name."""
    changed = bytearray(content)
    at = content.rindex(name.encode(), content.index(b"PK\x01\x02")) - 46
    changed[at + offset : at + offset + len(value)] = value
    return bytes(changed)


def overlapping(count: int) -> bytes:
    """Return an archive whose entries all unpack the same bytes."""
    content = zip_of({"a.txt": bytes(MIB)})
    start, end = content.index(b"PK\x01\x02"), content.index(b"PK\x05\x06")
    ending = struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, (end - start) * count, start, 0
    )
    return content[:start] + content[start:end] * count + ending


def laughs() -> bytes:
    """Return the billion laughs."""
    levels = "".join(
        f'<!ENTITY {name} "{10 * f"&{before};"}">' for before, name in pairwise("abcdefghij")
    )
    return word_file(para(run_of("&j;")), f'<!DOCTYPE x [<!ENTITY a "ha">{levels}]>')


def entity(declared: str) -> bytes:
    return word_file(para(run_of("&e;")), f"<!DOCTYPE x [{declared}]>")


def nested_tables(depth: int) -> bytes:
    opening, closing = "<w:tbl><w:tr><w:tc>", "<w:p/></w:tc></w:tr></w:tbl>"
    return plain(opening * depth + "<w:p/>" + closing * depth)


def with_attributes(attribute: str, count: int) -> str:
    """Return a paragraph with that many attributes, numbered where braces stand."""
    return f"<w:p {' '.join(attribute.format(n) for n in range(count))}/>"


def in_utf(encoding: str) -> bytes:
    """Return a document type that no search for bytes of ASCII finds."""
    prologue = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY e "ha">]>'
    xml = document(para(run_of("&e;")), prologue, encoding)
    # Python's UTF-7 leaves these as they are, and nothing forces an attacker to.
    return zip_of({"word/document.xml": xml.replace(b"<!DOCTYPE", b"+ADwAIQ-DOCTYPE")})


def related(target: str, kind: str = "officeDocument", part: str = "_rels/.rels") -> bytes:
    relation = f'<r Id="1" Type="x/{kind}" Target="{target}"/>'
    body = document(para("A letter"))
    return zip_of({part: f"<x>{relation}</x>".encode(), "word/document.xml": body})


def chain(depth: int) -> bytes:
    """Return an archive in an archive and so on."""
    content = FORM
    for _ in range(depth):
        content = zip_of({"inner.zip": content})
    return content


def mail_in_mail(depth: int) -> bytes:
    content = b"From: a@x.example\nTo: b@x.example\nSubject: x\n\nInmost."
    head = b"From: a@x.example\nTo: b@x.example\nSubject: x\nContent-Type: message/rfc822\n\n"
    return head * depth + content


def nested_multiparts(depth: int) -> bytes:
    heads = (f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(depth))
    return ("From: a@x.example\nTo: b@x.example\nSubject: x\n" + "".join(heads)).encode()


def many_attachments() -> bytes:
    files = [(f"{n}.docx", word_file(para(f"{n}")), "x/y") for n in range(1000)]
    return mail(attachments=files)


def noise(size: int) -> bytes:
    return random.Random(size).randbytes(size)


def sealed(transform: str) -> bytes:
    folder = f"\x06DataSpaces/TransformInfo/{transform}/\x06Primary"
    return ole_of({"EncryptedPackage": noise(9000), folder: b"\x08\0\0\0"})


def looping_ole() -> bytes:
    """Return a container whose list of sectors leads back to its own beginning."""
    content = bytearray(ole_of({"WordDocument": noise(20_000)}))
    content[-512 : -512 + 4 * 30] = struct.pack("<30I", *[0] * 30)
    return bytes(content)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DOCX = "word/document.xml"

# The readers of Word files and the openers of containers.
FILES: dict[str, Hostile] = {
    "bomb": hostile(lambda: zip_of({DOCX: bytes(40 * MIB)}), "too_complex"),
    "bomb of spaces": hostile(lambda: word_file(" " * (20 * MIB)), "too_complex"),
    "bomb of many entries": hostile(
        lambda: with_entries((f"word/{n}.bin", bytes(4 * MIB)) for n in range(80)), "too_complex"
    ),
    "size understated": hostile(lambda: patched(FORM, DOCX, 24, struct.pack("<L", 100)), "broken"),
    "size overstated": hostile(
        lambda: patched(FORM, DOCX, 24, struct.pack("<L", 1 << 31)), "too_complex"
    ),
    "list points nowhere": hostile(
        lambda: patched(FORM, DOCX, 42, struct.pack("<L", 1 << 31)), "broken"
    ),
    "entry behind a password": hostile(lambda: patched(FORM, DOCX, 8, b"\x01\x00"), "password"),
    "unknown packing": hostile(lambda: patched(FORM, DOCX, 10, b"\x63\x00"), "broken"),
    "wrong checksum": hostile(lambda: patched(FORM, DOCX, 16, b"\0\0\0\0"), "broken"),
    "3,000 entries": hostile(
        lambda: with_entries((f"word/{n}", b"") for n in range(3000)), "too_complex"
    ),
    "main part twice": hostile(lambda: with_entries([(DOCX, document(para("Two")))]), None),
    "absolute paths": hostile(
        lambda: with_entries([("/etc/cron.d/x", b"x"), ("../../../etc/passwd", b"x")]), None
    ),
    "name of 60 KB": hostile(lambda: with_entries([("word/" + "x" * 60_000, b"")]), None),
    "billion laughs": hostile(laughs, "unsafe_xml"),
    "quadratic laughs": hostile(lambda: entity('<!ENTITY e "' + "x" * 50_000 + '">'), "unsafe_xml"),
    "external entity": hostile(
        lambda: entity('<!ENTITY e SYSTEM "file:///etc/passwd">'), "unsafe_xml"
    ),
    "entity from the network": hostile(
        lambda: entity('<!ENTITY e SYSTEM "http://127.0.0.1:9/x">'), "unsafe_xml"
    ),
    "parameter entity": hostile(
        lambda: entity('<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;'), "unsafe_xml"
    ),
    "external document type": hostile(
        lambda: word_file(para("x"), '<!DOCTYPE x SYSTEM "file:///dev/zero">'), "unsafe_xml"
    ),
    "document type in UTF-16": hostile(lambda: in_utf("utf-16"), "unsafe_xml"),
    "document type in UTF-32": hostile(lambda: in_utf("utf-32"), "unsafe_xml", "broken"),
    "document type in UTF-7": hostile(lambda: in_utf("utf-7"), "unsafe_xml", "broken"),
    "XInclude of a local file": hostile(
        lambda: word_file(
            '<x:include xmlns:x="http://www.w3.org/2001/XInclude" parse="text" '
            f'href="file:///etc/passwd"/>{para("x")}'
        ),
        None,
    ),
    "10,000 tables deep": hostile(lambda: nested_tables(10_000), "too_complex"),
    "21 tables deep": hostile(lambda: nested_tables(21), "too_complex"),
    "200,000 cells": hostile(
        lambda: plain(table_of(*(("x",) * 50,) * 4000).replace("<w:tcPr></w:tcPr>", "")),
        "too_complex",
    ),
    "1,000,000 empty paragraphs": hostile(lambda: plain("<w:p/>" * 1_000_000), "too_complex"),
    "900,000 empty paragraphs": hostile(lambda: plain("<w:p/>" * 900_000), "empty"),
    "text of 20 MB": hostile(lambda: plain(para("x" * (20 * MIB))), "too_complex"),
    "120,000 full paragraphs": hostile(lambda: plain(para("x") * 120_000), None),
    "attribute of 20 MB": hostile(
        lambda: plain(with_attributes("x='" + "y" * 20 * MIB + "'", 1)), "too_complex"
    ),
    "100,000 attributes": hostile(
        lambda: plain(with_attributes("a{}='x'", 100_000)),
        "empty",
        "too_slow",
        "too_complex",
    ),
    "100,000 namespaces": hostile(
        lambda: plain(with_attributes("xmlns:a{0}='{0}'", 100_000)),
        "empty",
        "too_slow",
        "too_complex",
    ),
    "fields that never end": hostile(
        lambda: plain(
            "<w:p>" + '<w:r><w:fldChar w:fldCharType="begin"/></w:r>' * 100_000 + "</w:p>"
        ),
        "empty",
        "too_complex",
    ),
    "field that runs a program": hostile(
        lambda: plain(para('<w:r><w:instrText>DDEAUTO cmd "/c calc"</w:instrText></w:r>', "x")),
        None,
    ),
    "characters that are none": hostile(lambda: plain(para("&#xD800;")), "broken"),
    "bytes that are no UTF-8": hostile(
        lambda: stored({DOCX: document(para("x")).replace(b">x<", b">\xff\xfe<")}), "broken"
    ),
    "macros": hostile(lambda: with_entries([("word/vbaProject.bin", noise(1000))]), None),
    "wrong content types": hostile(
        lambda: zip_of({"[Content_Types].xml": b"<x/>", DOCX: document(para("x"))}), None
    ),
    "no main part": hostile(lambda: zip_of({"word/styles.xml": b"<x/>"}), "broken"),
    "empty main part": hostile(lambda: zip_of({DOCX: b""}), "broken"),
    "main part without a body": hostile(lambda: zip_of({DOCX: b"<x/>"}), "broken"),
    "relation to itself": hostile(lambda: related("_rels/.rels"), None),
    "relation out of the package": hostile(lambda: related("file:///etc/passwd"), None),
    "document as its own header": hostile(
        lambda: related("document.xml", "header", "word/_rels/document.xml.rels"), None
    ),
    **{
        f"cut off at {percent} %": hostile(
            lambda percent=percent: FORM[: len(FORM) * percent // 100], "broken"
        )
        for percent in (10, 50, 90, 99)
    },
    "archive that is a bomb": hostile(lambda: zip_of({"a.txt": bytes(50 * MIB)}), "too_complex"),
    "archives nested": hostile(lambda: chain(6), "too_complex"),
    "archive of overlapping entries": hostile(lambda: overlapping(500), "too_complex"),
    "archive of 30,000 entries": hostile(
        lambda: zip_of({f"{n}.txt": b"" for n in range(30_000)}), "too_complex", "not_read_yet"
    ),
    "archive with paths leading out": hostile(lambda: zip_of({"../../etc/form.docx": FORM}), None),
    "archive behind a password": hostile(
        lambda: patched(zip_of({"a.docx": FORM}), "a.docx", 8, b"\x01\x00"), "password"
    ),
    "archive cut off": hostile(lambda: zip_of({"a.docx": FORM})[:9000], "broken"),
    "encrypted Word file": hostile(lambda: sealed("StrongEncryptionTransform"), "password"),
    "garbage behind an OLE mark": hostile(lambda: OLE + noise(50_000), "not_read_yet", "broken"),
    "OLE mark alone": hostile(lambda: OLE, "not_read_yet", "broken"),
    "OLE that loops": hostile(looping_ole, "needs_conversion", "broken", "no_converter"),
    "Outlook mail without contents": hostile(
        lambda: ole_of({"__properties_version1.0": b""}), "empty", "broken"
    ),
    "Outlook mail cut off": hostile(
        lambda: ole_of({"__properties_version1.0": b"", "x": noise(9000)})[:-6000],
        "broken",
        "not_read_yet",
    ),
    "winmail.dat of noise": hostile(lambda: b"\x78\x9f\x3e\x22" + noise(5000), "broken", "empty"),
    "1,000 attachments": hostile(many_attachments, None, "too_complex", "too_many_files"),
    "mail in mail 100 deep": hostile(lambda: mail_in_mail(100), "too_complex"),
    "5,000 multiparts deep": hostile(
        lambda: nested_multiparts(5000), "too_complex", "not_read_yet", "broken", "empty"
    ),
    "picture called a form": hostile(
        lambda: b"\x89PNG\r\n\x1a\n" + noise(30_000), "not_read_yet", "scan"
    ),
    "program called a form": hostile(lambda: b"MZ" + noise(5000), "program"),
    "program before a form": hostile(lambda: b"MZ" + noise(5000) + FORM, "program"),
    "null bytes": hostile(lambda: bytes(MIB), "not_read_yet"),
    "no bytes": hostile(lambda: b"", "empty"),
    "31 MB of noise": hostile(lambda: noise(31 * MIB), "too_large"),
}
