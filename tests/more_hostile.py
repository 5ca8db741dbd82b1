"""Hostile files of the kinds that have readers of their own: PDF, spreadsheets, text and HTML.

Each under the format whose reader is to refuse it; see `hostile` for what the reasons mean.
"""

import io
import zlib

import pypdf
from forms import zip_of
from hostile import MIB, Hostile, hostile, noise, sealed, stored

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def pdf(*objects: bytes) -> bytes:
    """Return a PDF of these objects, numbered from 1; the first is the catalogue."""
    written, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table_at = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    written += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    written += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    return bytes(written + b"startxref\n%d\n%%%%EOF\n" % table_at)


def stream(content: bytes, extra: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), extra, content)


def packed(content: bytes, extra: bytes = b"", times: int = 1) -> bytes:
    filters = b"/Filter [" + b"/FlateDecode " * times + b"]"
    for _ in range(times):
        content = zlib.compress(content, 9)
    return stream(content, filters + extra)


CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
WORDS = b"BT /F 12 Tf 72 700 Td (Name of child: Robin Alder) Tj ET"


def page(extra: bytes = b"", resources: bytes = b"/Font << /F 5 0 R >>") -> bytes:
    return (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << %s >> %s >>" % (resources, extra)
    )


def one_page(contents: bytes, *more: bytes, **kinds: bytes) -> bytes:
    """Return a PDF of one page with that content stream; `more` are objects from 6 on."""
    return pdf(CATALOGUE, PAGES, page(**kinds), contents, FONT, *more)


def many_pages(count: int) -> bytes:
    kids = b" ".join(b"3 0 R" for _ in range(count))
    pages = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count)
    return pdf(CATALOGUE, pages, page(), stream(WORDS), FONT)


def looping_list() -> bytes:
    """Return a PDF whose list of objects says that an older one is to be read: itself."""
    content = one_page(stream(WORDS))
    older = b"/Root 1 0 R /Prev %d" % content.rindex(b"xref\n0 ")
    return content.replace(b"/Root 1 0 R", older)


def with_password() -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(one_page(stream(WORDS))))
    writer.encrypt("secret", algorithm="RC4-128")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


CALLING = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X %d 0 R >> >>"
PDF: dict[str, Hostile] = {
    "20,000 pages": hostile(lambda: many_pages(20_000), "too_complex"),
    "page tree that loops": hostile(
        lambda: pdf(CATALOGUE, b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 9 >>"),
        "broken",
        "too_complex",
        "empty",
    ),
    "page that is its own parent": hostile(
        lambda: pdf(CATALOGUE, PAGES, b"<< /Type /Page /Parent 3 0 R >>"),
        "broken",
        "too_complex",
        "empty",
    ),
    "catalogue that is missing": hostile(lambda: pdf(b"null"), "broken"),
    "list of objects that loops": hostile(looping_list, "broken", "too_complex", None),
    "length that refers to itself": hostile(
        lambda: one_page(b"<< /Length 4 0 R >>\nstream\nBT\nendstream"),
        "broken",
        "empty",
        "too_complex",
    ),
    "contents of 500 MB": hostile(lambda: one_page(packed(bytes(500 * MIB))), "too_complex"),
    "contents packed 3 times": hostile(
        lambda: one_page(packed(bytes(200 * MIB), times=3)), "too_complex", "broken"
    ),
    "object stream of 500 MB": hostile(
        lambda: one_page(
            stream(WORDS),
            packed(bytes(500 * MIB), b"/Type /ObjStm /N 9999999 /First 99"),
        ),
        "too_complex",
        None,
    ),
    "100,000 objects": hostile(
        lambda: one_page(stream(WORDS), *[b"null"] * 100_000), "too_complex", None
    ),
    "arrays nested": hostile(
        lambda: one_page(stream(b"[" * 1_000_000 + WORDS)), "broken", "too_complex", "empty", None
    ),
    "objects nested": hostile(
        lambda: one_page(stream(WORDS), extra=b"/X " + b"[" * 100_000 + b"]" * 100_000),
        "broken",
        "too_complex",
        "empty",
    ),
    "drawing that draws itself": hostile(
        lambda: one_page(
            stream(b"/X Do " + WORDS),
            stream(b"/X Do", CALLING % 6),
            resources=b"/Font << /F 5 0 R >> /XObject << /X 6 0 R >>",
        ),
        None,
        "too_complex",
    ),
    "drawing that draws 10 that draw 10": hostile(
        lambda: one_page(
            stream(b"/X Do " + WORDS),
            *(stream(b"/X Do " * 10, CALLING % (7 + n)) for n in range(12)),
            stream(WORDS, b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]"),
            resources=b"/Font << /F 5 0 R >> /XObject << /X 6 0 R >>",
        ),
        "too_complex",
        "too_slow",
    ),
    "font of 4 billion letters": hostile(
        lambda: pdf(
            CATALOGUE,
            PAGES,
            page(),
            stream(WORDS),
            b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /ToUnicode 6 0 R "
            b"/DescendantFonts [<< /Subtype /CIDFontType2 /BaseFont /X >>] >>",
            stream(b"1 beginbfrange <00000000> <ffffffff> <0000> endbfrange"),
        ),
        "too_complex",
        "too_slow",
        "broken",
        "scan",
        "empty",
        None,
    ),
    "picture of 10 billion points": hostile(
        lambda: one_page(
            stream(b"q 595 0 0 842 0 0 cm /X Do Q"),
            packed(bytes(1000), b"/Subtype /Image /Width 100000 /Height 100000"),
            resources=b"/XObject << /X 6 0 R >>",
        ),
        "scan",
        "empty",
    ),
    "page without size": hostile(
        lambda: one_page(stream(WORDS), extra=b"/MediaBox [0 0 1e300 -1e300]"),
        None,
        "broken",
        "empty",
        "too_complex",
    ),
    "password": hostile(with_password, "password"),
    "cut off": hostile(lambda: one_page(stream(WORDS))[:300], "broken", "empty"),
    "noise behind a PDF mark": hostile(lambda: b"%PDF-1.7\n" + noise(100_000), "broken"),
}


def workbook(sheet: str, strings: str = "", prologue: str = "", is_packed: bool = True) -> bytes:
    """Return a spreadsheet around the XML of its one sheet and its shared strings."""
    pack = zip_of if is_packed else stored
    types = "".join(
        f'<Override PartName="/xl/{part}.xml" ContentType="application/vnd.openxmlformats-'
        f'officedocument.spreadsheetml.{kind}+xml"/>'
        for part, kind in (
            ("workbook", "sheet.main"),
            ("worksheets/sheet1", "worksheet"),
            ("sharedStrings", "sharedStrings"),
        )
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        "{}</Relationships>"
    )
    one = '<Relationship Id="r{}" Type="' + OFFICE + '/{}" Target="{}"/>'
    inner = one.format(1, "worksheet", "worksheets/sheet1.xml") + one.format(
        2, "sharedStrings", "sharedStrings.xml"
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-'
        f'package.relationships+xml"/>{types}</Types>',
        "_rels/.rels": relations.format(one.format(1, "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="Return" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations.format(inner),
        "xl/worksheets/sheet1.xml": f'{prologue}<worksheet xmlns="{MAIN}">{sheet}</worksheet>',
        "xl/sharedStrings.xml": f'{prologue}<sst xmlns="{MAIN}">{strings}</sst>',
    }
    return pack({name: xml.encode() for name, xml in parts.items()})


def rows(count: int, cell: str) -> str:
    return f"<sheetData>{f'<row><c {cell}</c></row>' * count}</sheetData>"


TEXT_CELL, SHARED = 't="inlineStr"><is><t>x</t></is>', 't="s"><v>0</v>'
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;">]>'
)
SHEETS: dict[str, Hostile] = {
    "1,000,000 rows": hostile(
        lambda: workbook(rows(1_000_000, "><v>1</v>"), is_packed=False), "too_complex", "too_large"
    ),
    "1,000,000 rows packed": hostile(lambda: workbook(rows(1_000_000, "><v>1</v>")), "too_complex"),
    "one string of 9 MB in 30,000 cells": hostile(
        lambda: workbook(rows(30_000, SHARED), f"<si><t>{'x' * 9 * MIB}</t></si>", is_packed=False),
        "too_complex",
    ),
    "1,000,000 strings": hostile(
        lambda: workbook(rows(1, SHARED), "<si><t>x</t></si>" * 1_000_000, is_packed=False),
        "too_complex",
    ),
    "billion laughs": hostile(
        lambda: workbook(rows(1, SHARED), "<si><t>&c;</t></si>", LAUGHS), "unsafe_xml"
    ),
    "external entity": hostile(
        lambda: workbook(
            rows(1, SHARED),
            "<si><t>&e;</t></si>",
            '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        ),
        "unsafe_xml",
    ),
    "one cell in the last corner": hostile(
        lambda: workbook(
            '<dimension ref="A1:XFD1048576"/><sheetData><row r="1048576"><c r="XFD1048576" '
            f"{TEXT_CELL}</c></row></sheetData>"
        ),
        None,
        "too_complex",
    ),
    "everything merged with everything": hostile(
        lambda: workbook(
            f'{rows(2, TEXT_CELL)}<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
        ),
        None,
        "too_complex",
    ),
    "100,000 merged ranges": hostile(
        lambda: workbook(
            f"{rows(2, TEXT_CELL)}<mergeCells>"
            + '<mergeCell ref="A1:Z99"/>' * 100_000
            + "</mergeCells>",
            is_packed=False,
        ),
        None,
        "too_complex",
    ),
    "no sheet": hostile(lambda: zip_of({"xl/workbook.xml": b"<x/>"}), "broken", "empty"),
    "cut off": hostile(lambda: workbook(rows(3, TEXT_CELL))[:700], "broken"),
}

TEXTS: dict[str, Hostile] = {
    "HTML of 50 MB": hostile(lambda: b"<html><table><tr><td>" * (50 * MIB // 21), "too_large"),
    "HTML 100,000 tables deep": hostile(
        lambda: b"<html>" + b"<table><tr><td>" * 100_000 + b"x", "too_complex"
    ),
    "HTML 500,000 elements deep": hostile(
        lambda: b"<html>" + b"<div>" * 500_000 + b"x", "too_complex", "empty", None
    ),
    "HTML of 200,000 cells": hostile(
        lambda: b"<html><table>" + b"<tr><td>x</td><td>y</td></tr>" * 100_000, "too_complex"
    ),
    "HTML cell over 1,000,000 columns": hostile(
        lambda: b"<html><table><tr><td colspan=1000000 rowspan=1000000>x</table>",
        None,
        "too_complex",
    ),
    "HTML of entities": hostile(
        lambda: b'<!DOCTYPE html [<!ENTITY a "ha">]><html><p>&a;&#0;&#xffffffff;', None, "broken"
    ),
    "text of one line": hostile(lambda: b"x" * (20 * MIB), None, "too_complex"),
    "text of 5,000,000 lines": hostile(lambda: b"x\n" * 5_000_000, None, "too_complex"),
    "half a character of UTF-16": hostile(lambda: b"\xff\xfeN\0a", None, "broken"),
}

SEALED: dict[str, Hostile] = {
    "rights-managed Word file": hostile(lambda: sealed("DRMEncryptedTransform"), "rights_managed"),
}
