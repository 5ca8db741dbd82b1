"""Writes Word forms for tests: the serious-incident form by python-docx, and hazards as raw XML."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import docx

from agent import documents
from agent.extract import extract
from agent.layouts import load_layouts
from agent.model.document import Document
from agent.model.form import Form
from agent.model.message import Part

SHIPPED = Path(__file__).parent.parent / "rules" / "forms"
LAYOUTS = load_layouts([SHIPPED / "lewisham-serious-incident.toml"])

TITLE = "REFERRAL OF A SERIOUS INCIDENT FORM"
CONTACT_COLUMNS = (
    "Name",
    "AGENCY & DESIGNATION/TITLE",
    "CONTACT DETAILS – Address, telephone number and e-mail address",
)
DSL_WORDS = (
    "Please give the details of the designated safeguarding lead/officer with whom you have "
    "discussed the case."
)
CHILD_LABELS = {
    "child_name": "Name of Child",
    "child_dob": "Date of Birth",
    "child_address": "Home address",
    "child_gender": "Gender",
    "child_ethnicity": "Ethnic Origin",
    "child_religion": "Faith/Religion",
    "child_disability": "Disability",
    "looked_after": "Is the child/young person looked after?",
    "child_protection_plan": "Is the child/young person subject to a child protection plan or has "
    "been previously? (If so when, for what and for how long?)",
    "open_to_social_care": "Is the child/young person open to Children's Social Care or a Children "
    "& Families Practice (if so, who is the lead practitioner)?",
    "incident_date": "Date of Death or Serious Incident (please specify which)",
    "incident_location": "Address of location of incident",
    "carer_at_incident": "Carer at time of incident",
    "criminal_investigation": "Is this case known to be the subject of a criminal investigation? "
    "(If so, who is the lead investigator?)",
    "coroner": "Is this case known to be the subject of a Coroner's Inquiry? (If so, who is the "
    "key contact?)",
    "adult_safeguarding": "Are there any adult safeguarding concerns and have these been shared "
    "via completing an Adult referral form? (If so, who is the key contact?)",
}
FAMILY_COLUMNS = (
    "Name and Address",
    "Relationship to Child",
    "Date of Birth",
    "Legal Status",
    "Ethnic Origin",
)
AGENCY_COLUMNS = (
    "Agency",
    "Contact Details: Address, Telephone and E-mail",
    "Reason for involvement (include whether current or not)",
)
LONG_QUESTIONS = {
    "summary": "Please provide a brief outline of the child and family circumstances and the "
    "incident that triggered this referral:",
    "reason_for_referral": "Please outline why you are making this referral:",
}
SIBLINGS = (
    "What action has been undertaken to safeguard and protect any siblings of the child who is "
    "the subject of this referral?"
)
MORE = (
    "Please add any additional information you think may be relevant and may assist "
    "decision-making:"
)

ROBIN: Mapping[str, Any] = {
    "header_name": "Robin Alder",
    "referral_date": "17th December 2026",
    "referrer": (
        "Morgan Quill",
        "Northshire Police / Detective Inspector",
        "01632 960111, morgan.quill@police.northshire.example",
    ),
    "dsl": ("Sasha Fenn", "Northshire Police / Safeguarding Lead", "01632 960112"),
    "child_name": "Robin Alder",
    "child_dob": "04/05/2021",
    "child_address": "2 Harbour Row, Southwood",
    "child_gender": "Male",
    "child_ethnicity": "White British",
    "child_disability": "None known",
    "looked_after": "No",
    "child_protection_plan": "Yes - neglect, March to November 2025",
    "open_to_social_care": "Yes - Alex Marsh",
    "incident_date": "15.12.26 serious incident",
    "incident_location": "As above",
    "carer_at_incident": "Mother",
    "criminal_investigation": "Yes - DI Quill",
    "coroner": "No",
    "adult_safeguarding": "No",
    "family": [
        ("Jo Alder, as child", "Mother", "12 June 1995", "", ""),
        ("Kit Alder, as child", "Sister", "3rd March 2024", "", ""),
    ],
    "other_agencies": [("Southwood Infant School", "01632 960150", "Pupil, current")],
    "summary": "Robin was found unresponsive at home and is in intensive care with injuries that "
    "are not explained.",
    "reason_for_referral": "Serious harm; neglect is suspected.",
    "chronology": [("15/12/2026 07:40", "Ambulance called")],
}


def write_form(answers: Mapping[str, Any]) -> bytes:
    """Return the serious-incident form as a Word file, filled with `answers` exactly as typed.

    Keys as in `ROBIN`, and `sibling_safeguarding`, `additional_info`; what is missing stays empty.
    """
    word = docx.Document()
    word.add_heading(TITLE, 0)
    word.add_paragraph("Background Information")
    word.add_paragraph(f"Name of Child: {answers.get('header_name', '')}")
    word.add_paragraph(f"Date of Referral: {answers.get('referral_date', '')}")
    word.add_paragraph("Agency Referral")
    _rows(word, CONTACT_COLUMNS, answers.get("referrer", ("", "", "")))
    word.add_paragraph(DSL_WORDS)
    _rows(word, CONTACT_COLUMNS, answers.get("dsl", ("", "", "")))
    word.add_paragraph("Section 1: Brief overview of child and family composition")
    word.add_paragraph("1.1 Child's Details")
    _rows(word, *((label, answers.get(key, "")) for key, label in CHILD_LABELS.items()))
    word.add_paragraph("1.2 Details of Family Members and any Significant Others")
    _rows(word, FAMILY_COLUMNS, *answers.get("family", [("",) * 5]))
    word.add_paragraph(SIBLINGS)
    _rows(word, (answers.get("sibling_safeguarding", ""),))
    word.add_paragraph("1.3 Other agencies known to be involved")
    _rows(word, AGENCY_COLUMNS, *answers.get("other_agencies", [("",) * 3]))
    word.add_paragraph("Section 2: Case Background")
    for key, question in LONG_QUESTIONS.items():
        word.add_paragraph(question)
        _rows(word, (answers.get(key, ""),))
    word.add_paragraph(
        "Please use the chronology table below to outline any events around the time of the "
        "incident."
    )
    _rows(word, ("Date and Time", "Event"), *answers.get("chronology", [("", "")]))
    word.add_paragraph(MORE)
    _rows(word, (answers.get("additional_info", ""),))
    word.add_paragraph("Section 3: Advice and Submission of this Form")
    saved = io.BytesIO()
    word.save(saved)
    return saved.getvalue()


def _rows(word: Any, *rows: Sequence[str]) -> None:
    table = word.add_table(len(rows), len(rows[0]))
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text


def form_in(content: bytes, filename: str = "form.docx") -> Form:
    """Return the form in a Word file that must hold one."""
    form = extract(read(content, filename), LAYOUTS)
    assert form is not None
    return form


def read(content: bytes, filename: str = "form.docx") -> Document:
    """Return a file as read."""
    return documents.read(Part(filename, "application/octet-stream", content))


NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)


def word_file(body: str, prologue: str = "", **parts: bytes) -> bytes:
    """Return a Word file around the XML of its body; `parts` are further entries by file stem."""
    document = f"{prologue}<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>"
    return zip_of({"word/document.xml": document.encode(), **parts})


def zip_of(entries: Mapping[str, bytes]) -> bytes:
    """Return a compressed zip archive of these entries."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return packed.getvalue()


def para(*runs: str) -> str:
    """Return a paragraph; a run that is no XML is plain text."""
    return f"<w:p>{''.join(run if run.startswith('<') else run_of(run) for run in runs)}</w:p>"


def run_of(text: str, properties: str = "") -> str:
    """Return a run of text."""
    before = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{before}<w:t xml:space="preserve">{text}</w:t></w:r>'


def table_of(*rows: Sequence[str]) -> str:
    """Return a table; a cell that is no XML is plain text."""
    return f"<w:tbl>{''.join(row_of(*row) for row in rows)}</w:tbl>"


def row_of(*cells: str) -> str:
    """Return a table row; a cell is a text, or XML that begins with a paragraph or a `w:tc`."""
    return f"<w:tr>{''.join(cell_of(cell) for cell in cells)}</w:tr>"


def cell_of(content: str, properties: str = "") -> str:
    """Return a table cell, unless `content` is one already."""
    if content.startswith(("<w:tc>", "<w:sdt>")):
        return content
    inside = content if content.startswith("<") else para(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside}</w:tc>"
