"""Writes forms in other hands than the published ones: other areas' labels, other arrangements."""

import io
from typing import Any

import docx
from forms import CONTACT_COLUMNS, FAMILY_COLUMNS, SHIPPED, read

from agent.extract import extract
from agent.layouts import load_layouts
from agent.model.form import Form

LAYOUTS = load_layouts([SHIPPED])
OWN = [layout for layout in LAYOUTS if not layout.generic]
GENERIC = [layout for layout in LAYOUTS if layout.generic]

PREFILLED = {
    "summary": "Robin was found unresponsive at home.",
    "period": "January 2024 to December 2026",
    "child_name": "Robin Alder",
    "nhs_number": "943 476 5919",
    "child_dob": "04/05/2021",
    "child_address": "2 Harbour Row, Southwood",
}
ANSWERED = {
    **PREFILLED,
    "agency_name": "Southwood ICB",
    "respondent_role": "Named Nurse",
    "respondent_name": "Sam Reed",
    "date_completed": "29.12.26",
    "involvement_summary": "Robin was seen twice.\nMother: seen in May.",
    "practice_analysis": "Good recording.",
    "partnership_concerns": "None",
    "other_agencies_known": "Yes, the school",
}
PLAN = (
    "Is the child/young person subject to a child protection plan or has been previously? (If so "
    "when, for what and for how long?)"
)
OPEN_TO = (
    "Is the child/young person open to Children's Social Care or a Children & Families Practice "
    "(if so, who is the lead practitioner)?"
)


def written(*parts: str | list[list[str]], header: str = "") -> bytes:
    """Return a Word file of paragraphs and, for lists of rows, tables."""
    word = docx.Document()
    if header:
        word.sections[0].header.paragraphs[0].text = header
    for part in parts:
        if isinstance(part, str):
            word.add_paragraph(part)
            continue
        table = word.add_table(len(part), len(part[0]))
        for row, texts in zip(table.rows, part, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    return saved(word)


def saved(word: Any) -> bytes:
    content = io.BytesIO()
    word.save(content)
    return content.getvalue()


def find(content: bytes, layouts: Any = LAYOUTS) -> Form | None:
    return extract(read(content, "f.docx"), layouts)


def form_of(content: bytes, layouts: Any = LAYOUTS) -> Form:
    form = find(content, layouts)
    assert form is not None
    return form


def answered(form: Form) -> dict[str, Any]:
    """Return the fields that hold something."""
    return {name: one.value for name, one in form.fields.items() if one is not None}


def place_of(form: Form, name: str) -> str | None:
    """Return where the answer to a field stands."""
    answer = form.fields[name]
    return None if answer is None else answer.source


def practice(**answers: str) -> bytes:
    """Return the practice-learning form as published."""
    labels = {
        "name": "Name of Child",
        "dob": "Date of Birth",
        "gender": "Gender",
        "religion": "Faith/Religion",
        "plan": PLAN,
        "open": OPEN_TO,
        "date": "Date of Incident (please specific which)",
        "place": "Address of location of incident",
        "carer": "Carer at time of incident",
    }
    lead = (
        "Name of designated Safeguarding Lead/Representative with whom you have discussed this "
        "referral"
    )
    referrer = [answers.get("referrer", ""), answers.get("agency", ""), answers.get("phone", "")]
    discussed = [answers.get("lead", ""), answers.get("lead_agency", ""), ""]
    return written(
        answers.get("title", "REFERRAL FOR PRACTICE LEARNING FORM"),
        "Background Information",
        f"Name of Child and Date of Birth: {answers.get('both', '')}",
        f"Date of Referral: {answers.get('referred', '')}",
        [["Name of referrer", *CONTACT_COLUMNS[1:]], referrer],
        [[lead, *CONTACT_COLUMNS[1:]], discussed],
        "Please give a brief description of what you think could be learned from this referral.",
        [[answers.get("learning", "")]],
        "Section 1: Brief overview of child and family composition",
        "1.2 Child's Details",
        [[label, answers.get(key, "")] for key, label in labels.items()],
        "1.2 Details of Family Members and any Significant Others",
        [list(FAMILY_COLUMNS), [answers.get("relative", ""), "", answers.get("born", ""), "", ""]],
        "Section 2: Case Background",
        "Please outline why you are making this referral:",
        [[answers.get("why", "")]],
    )


RETURN = [
    ["1. Provide a brief summary of your agency's involvement", "Seen twice."],
    ["2. Brief analysis of individual or / and agency practice.", ""],
    ["5. Please include any further relevant information", ""],
]

ELSEWHERE = [
    ["Forename(s)", "Surname", "DoB or EDD", "NHS No"],
    ["Robin", "ALDER", "4/5/21", "943 476 5919"],
]
INCIDENT = [
    ["Date and time of critical incident", "15/12/26 serious harm"],
    ["Whereabouts at time of critical incident", "2 Harbour Row"],
    ["Is/was subject to Child Protection Plan", "Yes\nneglect"],
    ["Circumstances that triggered the referral", "Robin was found unresponsive."],
    ["Favourite colour", "Blue"],
]
MAKER = [
    ["Name", "Morgan Quill"],
    ["Job title", "Detective Inspector"],
    ["Organisation", "Northshire Police"],
    ["Tel No", "01632 960111"],
    ["Email", "m.quill@police.northshire.example"],
]
ASKED = [
    ["Name of agency", ""],
    ["Completed by", ""],
    ["Summary of agency's involvement", ""],
    ["Analysis of practice", ""],
]
SUMMARISED = [
    ["Name of agency", "Southwood ICB"],
    ["Completed by", "Sam Reed"],
    ["Summary of agency's involvement", "Seen twice."],
    ["Analysis of practice", "Good recording."],
]
