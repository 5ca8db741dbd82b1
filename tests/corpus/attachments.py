"""Makes the files attached to the corpus's mails: Word forms of several areas, PDF, spreadsheet,
rich text, scans, locked files, calendar entries and mails inside mails. Same input, same bytes."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

from docx import Document

from agent.samples import write_referral_form, write_scoping_return
from agent.samples.forms import pack_entry
from agent.samples.labels import (
    AGENCY_COLUMNS,
    CHILD_ROWS,
    CHRONOLOGY_COLUMNS,
    CONTACT_COLUMNS,
    FAMILY_COLUMNS,
)
from agent.samples.mime import WORD
from agent.samples.oddities import make_locked_document, make_scan
from tests.corpus.world import furniture

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def make_file(told: Mapping[str, Any]) -> tuple[str, bytes]:
    """Return the content type and the bytes of one attachment as an entry describes it."""
    if "form" in told:
        return WORD, make_form(told["form"], told.get("answers", {}))
    if "rows" in told:
        return WORD, _table_form(told["title"], told.get("intro", ""), told["rows"])
    if "pdf" in told:
        return "application/pdf", _pdf(told["pdf"])
    if "sheet" in told:
        return XLSX, _sheet(told["sheet"])
    if "rtf" in told:
        return "application/rtf", _rtf(told["rtf"])
    if "zipped" in told:
        return "application/zip", _zipped(told["zipped"])
    if told.get("scan"):
        return "application/pdf", make_scan()
    if told.get("locked"):
        return WORD, make_locked_document()
    return told["type"], told["content"].replace("\n", "\r\n").encode()


def make_form(name: str, answers: Mapping[str, Any]) -> bytes:
    """Return a form as .docx: "referral", "scoping", "practice_learning" or one of furniture."""
    if name == "referral":
        return write_referral_form(answers)
    if name == "scoping":
        return write_scoping_return(answers)
    if name == "practice_learning":
        return _practice_learning(answers)
    told = furniture()["form"][name]
    unknown = set(answers) - {key for _, key in told["rows"]}
    if unknown:
        raise ValueError(f"form {name} has no {sorted(unknown)}")
    rows = [(label, answers.get(key, "")) for label, key in told["rows"]]
    return _table_form(told["title"], told["intro"], rows)


def _table_form(title: str, intro: str, rows: Any) -> bytes:
    word = Document()
    word.add_heading(title, 1)
    word.add_paragraph(intro)
    _grid(word, rows)
    return _saved(word)


def _practice_learning(answers: Mapping[str, Any]) -> bytes:
    word = Document()
    word.add_heading("REFERRAL FOR PRACTICE LEARNING FORM", 1)
    word.add_heading("Background Information", 2)
    word.add_paragraph(f"Name of Child and Date of Birth: {answers.get('child_line', '')}")
    word.add_paragraph(f"Date of Referral: {answers.get('referral_date', '')}")
    for who, label in (
        ("referrer", "Name of referrer"),
        (
            "dsl",
            "Name of designated Safeguarding Lead/Representative with whom you have discussed "
            "this referral",
        ),
    ):
        given = answers.get(who, ["", "", ""])
        _grid(word, [(label, *CONTACT_COLUMNS[1:]), tuple(given)])
    word.add_paragraph(
        "Please give a brief description of what you think could be learned from this referral."
    )
    _grid(word, [(answers.get("learning", ""),)])
    word.add_heading("Section 1: Brief overview of child and family composition", 2)
    labels = list(CHILD_ROWS[:10])
    labels += [("Date of Incident (please specific which)", "incident_date"), *CHILD_ROWS[11:13]]
    _grid(word, [(label, answers.get(key, "")) for label, key in labels])
    _grid(word, [tuple(FAMILY_COLUMNS), *answers.get("family", [("",) * 5])])
    _grid(word, [tuple(AGENCY_COLUMNS), *answers.get("other_agencies", [("",) * 3])])
    word.add_heading("Section 2: Case Background", 2)
    word.add_paragraph(
        "Please provide a brief outline of the child and family circumstances and the incident "
        "that triggered this referral:"
    )
    _grid(word, [(answers.get("summary", ""),)])
    word.add_paragraph("Please outline why you are making this referral:")
    _grid(word, [(answers.get("reason_for_referral", ""),)])
    _grid(word, [tuple(CHRONOLOGY_COLUMNS), *answers.get("chronology", [("", "")])])
    return _saved(word)


def _grid(word: Any, rows: Any) -> None:
    table = word.add_table(len(rows), len(rows[0]), style="Table Grid")
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text


def _saved(word: Any) -> bytes:
    saved, fixed = io.BytesIO(), io.BytesIO()
    word.save(saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(fixed, "w") as target:
        for name in source.namelist():
            target.writestr(pack_entry(name), source.read(name))
    return fixed.getvalue()


def _pdf(text: str) -> bytes:
    """Return a one-page PDF that shows these lines, uncompressed."""
    lines = [_escaped(line) for line in text.strip("\n").split("\n")]
    shown = (
        b"BT /F1 10 Tf 50 790 Td 14 TL " + b"".join(b"(%s) '\n" % line for line in lines) + b"ET"
    )
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n"
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def _escaped(line: str) -> bytes:
    text = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return text.encode("cp1252", "replace")


def _sheet(rows: Any) -> bytes:
    """Return a workbook of one sheet with inline strings."""
    cells = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in row) + "</row>"
        for row in rows
    )
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    files = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override '
        f'PartName="/xl/workbook.xml" ContentType="{main}.sheet.main+xml"/><Override '
        f'PartName="/xl/worksheets/sheet1.xml" ContentType="{main}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{SHEET}"><sheetData>{cells}</sheetData>'
        "</worksheet>",
    }
    return _packed({name: text.encode() for name, text in files.items()})


def _rtf(text: str) -> bytes:
    return (r"{\rtf1\ansi " + text.strip("\n").replace("\n", "\\par\n") + "}").encode("ascii")


def _zipped(files: Any) -> bytes:
    return _packed({told["name"]: make_file(told)[1] for told in files})


def _packed(entries: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in entries.items():
            archive.writestr(pack_entry(name), content)
    return packed.getvalue()
