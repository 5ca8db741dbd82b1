"""Writes the forms that practitioners fill in as Word files.

The labels are those of Lewisham's published forms (they are what a layout matches on); the
sentences around them are our own. Knows nothing of mail.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table, _Cell

from agent.samples.labels import (
    AGENCY_COLUMNS,
    CHILD_ROWS,
    CHRONOLOGY_COLUMNS,
    CONTACT_COLUMNS,
    FAMILY_COLUMNS,
    FAMILY_ON_RETURN,
    RETURN_QUESTIONS,
)

Answers = Mapping[str, Any]

SAVED_AT = datetime(2026, 1, 5, 9, 0, 0, tzinfo=UTC)


def write_referral_form(answers: Answers) -> bytes:
    """Return the "Referral of a Serious Incident Form" as .docx, filled with `answers` as typed.

    Keys are the canonical field names, every value the text as the practitioner types it (dates
    too; a line break stays one). `referrer_agency` and `referrer_role` share one cell, as do
    `dsl_agency` and `dsl_role`. `family` holds rows of name, relationship, dob, legal_status,
    ethnicity; `other_agencies` of agency, contact, reason; `chronology` of when, event.
    What is missing stays empty: `{}` gives the blank form.
    """
    word = _new_document("REFERRAL OF A SERIOUS INCIDENT FORM")
    word.add_paragraph("For incidents in which a child has died or come to serious harm.")
    word.add_heading("Background Information", 2)
    _label(word, "Name of Child:", answers.get("child_name", ""))
    _label(word, "Date of Referral:", answers.get("referral_date", ""))
    _label(word, "Agency Referral")
    _rows(word, CONTACT_COLUMNS, [_contact(answers, "referrer")])
    _label(
        word,
        "Please give the details of the designated safeguarding lead/officer with whom you have "
        "discussed the case.",
    )
    _rows(word, CONTACT_COLUMNS, [_contact(answers, "dsl")])
    word.add_heading("Section 1: Brief overview of child and family composition", 2)
    word.add_heading("1.1 Child's Details", 3)
    _pairs(word, [(label, str(answers.get(key, ""))) for label, key in CHILD_ROWS])
    word.add_heading("1.2 Details of Family Members and any Significant Others", 3)
    _records(word, FAMILY_COLUMNS, answers.get("family", ()))
    _box(
        word,
        "What action has been undertaken to safeguard and protect any siblings of the child who "
        "is the subject of this referral?",
        answers.get("sibling_safeguarding", ""),
    )
    word.add_heading("1.3 Other agencies known to be involved", 3)
    _records(word, AGENCY_COLUMNS, answers.get("other_agencies", ()))
    _case_background(word, answers)
    word.add_heading("Section 3: Advice and Submission of this Form", 2)
    _box(word, "This form should be submitted to:", "reviews@northshirescp.example")
    return _saved(word)


def write_scoping_return(answers: Answers) -> bytes:
    """Return the "Initial Scoping and Information Sharing Form" as .docx, filled with `answers`.

    Keys are the canonical names of returns, with `respondent_contact`; the part filled in before
    sending takes `summary`, `period`, `child_name`, `nhs_number`, `child_dob`, `child_address`.
    """
    word = _new_document("INITIAL SCOPING AND INFORMATION SHARING FORM FOR A RAPID REVIEW")
    word.add_paragraph("Potential Child Safeguarding Practice Review")
    _label(word, "Contact details of individual / agency completing this form")
    columns = ("Name", "Agency and Job Title", CONTACT_COLUMNS[2])
    role = _lines(answers.get("agency_name", ""), answers.get("respondent_role", ""))
    contact = answers.get("respondent_contact", "")
    _rows(word, columns, [(answers.get("respondent_name", ""), role, contact)])
    _label(word, "Date completed:", answers.get("date_completed", ""))
    word.add_heading("Background Information (To be completed before this form is sent out)", 2)
    _box(word, "Summary of Case:", answers.get("summary", ""))
    _box(word, "Indicative time period to be looked at:", answers.get("period", ""))
    word.add_heading("Section 1: Composition of the Child's Family", 2)
    known = {
        "SUBJECT CHILD:": answers.get("child_name", ""),
        "National health number:": answers.get("nhs_number", ""),
        "D.O.B:": answers.get("child_dob", ""),
        "Home Address:": answers.get("child_address", ""),
    }
    for who, labels in FAMILY_ON_RETURN.items():
        about = known if who in known else {}
        _pairs(word, [(label, about.get(label, "")) for label in (who, *labels)])
        word.add_paragraph()
    word.add_heading("Section 2: Agency Information and Involvement", 2)
    for question, key in RETURN_QUESTIONS:
        _box(word, question, answers.get(key, ""))
    word.add_heading("Section 3: Advice and Submission of this Form", 2)
    return _saved(word)


def _case_background(word: WordDocument, answers: Answers) -> None:
    word.add_heading("Section 2: Case Background", 2)
    _box(
        word,
        "Please provide a brief outline of the child and family circumstances and the incident "
        "that triggered this referral:",
        answers.get("summary", ""),
    )
    _box(
        word,
        "Please outline why you are making this referral:",
        answers.get("reason_for_referral", ""),
    )
    _label(
        word,
        "Please use the chronology table below to outline any events around the time of the "
        "incident.",
    )
    _records(word, CHRONOLOGY_COLUMNS, answers.get("chronology", ()))
    _box(
        word,
        "Please add any additional information you think may be relevant and may assist "
        "decision-making:",
        answers.get("additional_info", ""),
    )


def _new_document(title: str) -> WordDocument:
    word = Document()
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin = section.bottom_margin = Cm(2)
    normal = word.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(10.5)
    about = word.core_properties
    about.title, about.author, about.comments = title.capitalize(), "Business unit", ""
    about.created = about.modified = SAVED_AT
    word.add_heading(title, 1)
    return word


def _label(word: WordDocument, label: str, answer: str = "") -> None:
    paragraph = word.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(8)
    paragraph.add_run(label).bold = True
    if answer:
        paragraph.add_run(f" {answer}")


def _box(word: WordDocument, label: str, answer: str) -> None:
    _label(word, label)
    _grid(word, 1, 1).cell(0, 0).text = answer


def _pairs(word: WordDocument, rows: Sequence[tuple[str, str]]) -> None:
    table = _grid(word, len(rows), 2)
    for row, (label, answer) in zip(table.rows, rows, strict=True):
        _head(row.cells[0], label)
        row.cells[1].text = answer


def _records(
    word: WordDocument, columns: Mapping[str, str], records: Iterable[Mapping[str, str]]
) -> None:
    rows = [[str(record.get(key, "")) for key in columns.values()] for record in records]
    _rows(word, tuple(columns), rows or [[""] * len(columns)])


def _rows(word: WordDocument, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = _grid(word, 1 + len(rows), len(columns))
    for cell, column in zip(table.rows[0].cells, columns, strict=True):
        _head(cell, column)
    for row, values in zip(table.rows[1:], rows, strict=False):
        for cell, value in zip(row.cells, values, strict=True):
            cell.text = value


def _grid(word: WordDocument, rows: int, columns: int) -> Table:
    table: Table = word.add_table(rows, columns, style="Table Grid")
    return table


def _head(cell: _Cell, label: str) -> None:
    cell.text = ""
    cell.paragraphs[0].add_run(label).bold = True
    shade = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", "E7EBEF")):
        shade.set(qn(name), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _contact(answers: Answers, who: str) -> tuple[str, str, str]:
    role = _lines(answers.get(f"{who}_agency", ""), answers.get(f"{who}_role", ""))
    return answers.get(f"{who}_name", ""), role, answers.get(f"{who}_contact", "")


def _lines(*texts: str) -> str:
    return "\n".join(text for text in texts if text)


def _saved(word: WordDocument) -> bytes:
    """Return the file's bytes with fixed times inside, so that they depend on the answers alone."""
    saved, fixed = io.BytesIO(), io.BytesIO()
    word.save(saved)
    with (
        zipfile.ZipFile(saved) as source,
        zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(pack_entry(name), source.read(name))
    return fixed.getvalue()


def pack_entry(name: str) -> zipfile.ZipInfo:
    """Return a compressed zip entry of that name with the fixed time."""
    entry = zipfile.ZipInfo(name, SAVED_AT.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
