"""The forms and letters as printed: agencies can answer in them, and everybody can read them."""

import io
from itertools import pairwise
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from agent.childnames import find_other_children
from agent.extract import extract
from agent.model.form import Form
from tests.pdfs import NO_SOFFICE, SOFFICE, printed
from tests.prefilled import (
    AREAS,
    DOCUMENTS,
    DUE_WORDS,
    REFERRAL,
    case_file,
    every_document,
    filled,
    letter_values,
    office,
    read,
    words,
)

FORM, LETTER = "forms/scoping.docx", "letters/scoping-letter.docx"


def form_of(content: bytes, area: str) -> Form:
    form = extract(read(content), office(area).layouts)
    assert form is not None
    return form


def answered(content: bytes) -> bytes:
    """Return the form as an agency sends it back: every empty box filled in."""
    word, saved = docx.Document(io.BytesIO(content)), io.BytesIO()
    contact = word.tables[0].rows[1].cells
    told = ["Morgan Quill", "Northshire Police", "Detective Inspector", "01632 960111"]
    if len(contact) == 3:
        told = [told[0], f"{told[1]}\n{told[2]}", told[3]]
    for cell, text in zip(contact, told, strict=True):
        cell.text = text
    for paragraph in word.paragraphs:
        if paragraph.text.startswith("Date completed"):
            paragraph.add_run(" 29/12/2026")
    boxes = [one.rows[1].cells[0] for one in word.tables if len(one.columns) == 1]
    empty = [cell for cell in boxes if not cell.text]
    for number, cell in enumerate(empty, start=1):
        cell.text = f"Answer {number}.\nSeen at home: twice."
    word.save(saved)
    return saved.getvalue()


@pytest.mark.parametrize("area", AREAS)
def test_a_form_as_it_goes_out_is_read_as_one_that_no_agency_has_filled_in(area: str) -> None:
    form = form_of(filled(FORM, letter_values(area), area), area)

    assert (form.kind, form.filled) == ("scoping_return", False)
    assert form.layout == ("lewisham-scoping" if area == "lewisham" else "generic-return")
    assert form.text("child_name") == "Robin Alder"
    assert form.text("child_dob") == "2021-05-04"
    assert form.text("nhs_number") == "9434765919"
    assert form.text("summary") == REFERRAL["summary"]


@pytest.mark.parametrize("area", AREAS)
def test_a_form_that_an_agency_fills_in_is_read_as_its_return(area: str) -> None:
    back = answered(filled(FORM, letter_values(area), area))
    form = form_of(back, area)

    questions = (
        "involvement_summary",
        "practice_analysis",
        "partnership_concerns",
        "other_agencies_known",
        "further_info",
    )
    assert (form.kind, form.filled) == ("scoping_return", True)
    assert [form.text(name) for name in questions] == [
        f"Answer {number}.\nSeen at home: twice." for number in range(1, 6)
    ]
    assert form.text("respondent_name") == "Morgan Quill"
    assert form.text("agency_name") == "Northshire Police"
    assert form.text("respondent_role") == "Detective Inspector"
    assert form.text("date_completed") == "2026-12-29"
    assert form.text("child_name") == "Robin Alder"
    assert not {one.code for one in form.problems} & {"required_empty", "label_unknown"}
    assert list(find_other_children(read(back), form, ())) == []


@pytest.mark.parametrize("area", AREAS)
def test_the_letter_that_comes_back_with_a_reply_is_no_return(area: str) -> None:
    letter = filled(LETTER, letter_values(area), area)

    form = extract(read(letter), office(area).layouts)

    assert form is None or not form.filled


def test_lewishams_form_has_its_own_labels_in_their_order() -> None:
    text = words(filled(FORM, letter_values("lewisham"), "lewisham"))

    labels = """SUBJECT CHILD:|Also known as:|National health number:|D.O.B:|D.O.D:|Home Address:
        |MOTHER:|FATHER:|SIBLINGS:|SIGNIFICANT ADULTS / OTHERS:|1. Provide a brief summary of
        |2. Brief analysis of individual or / and agency practice|3. Please identify any areas
        |4. Are you aware of|5. Please include any further relevant information|Section 3: Advice"""
    places = [text.index(label.strip()) for label in labels.split("|")]
    assert places == sorted(places)
    assert "default form" not in text


def test_the_neutral_form_says_so_in_its_foot_and_speaks_in_the_areas_words() -> None:
    content = filled(FORM, letter_values("kscp"), "kscp")

    foot = docx.Document(io.BytesIO(content)).sections[0].footer
    assert "default form of the Safeguarding Mailbox Agent" in foot.paragraphs[1].text
    assert "notifiable incident" in words(content)
    assert "Knowsley Safeguarding Children Partnership" in words(content)


def test_every_child_of_an_incident_comes_back_on_the_return() -> None:
    children = [{"name": "Robin Alder", "dob": "2021-05-04"}, {"name": "Kim Alder", "dob": None}]
    file = case_file({**REFERRAL, "children": children})

    form = form_of(answered(filled(FORM, letter_values("lewisham", file), "lewisham")), "lewisham")

    found = form.value("children")
    assert isinstance(found, tuple)
    assert [one["name"] for one in found] == ["Robin Alder", "Kim Alder"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_are_accessible(name: str) -> None:
    word = docx.Document(io.BytesIO(every_document()[name]))

    language = word.styles.element.find(f".//{qn('w:lang')}")
    assert language is not None
    assert language.get(qn("w:val")) == word.core_properties.language == "en-GB"
    assert word.core_properties.title
    assert word.styles["Normal"].font.name == "Arial"
    levels = [
        int(one.style.name[-1])
        for one in word.paragraphs
        if one.style is not None and str(one.style.name).startswith("Heading")
    ]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    for table in word.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))


@pytest.mark.skipif(SOFFICE is None, reason=NO_SOFFICE)
def test_letter_and_form_can_be_printed(tmp_path: Path) -> None:
    values = letter_values("lewisham")
    files = {
        name: filled(path, values, "lewisham")
        for name, path in (("letter", LETTER), ("form", FORM))
    }

    for content in printed(files, tmp_path).values():
        text = " ".join(words(content).split())
        assert DUE_WORDS in text
        assert "reviews@northshirescp.example" in text


@pytest.mark.skipif(SOFFICE is None, reason=NO_SOFFICE)
def test_a_form_filled_in_and_printed_to_pdf_is_read_as_the_same_return(tmp_path: Path) -> None:
    areas = ("lewisham", "leeds")
    returns = {area: answered(filled(FORM, letter_values(area), area)) for area in areas}

    for area, content in printed(returns, tmp_path).items():
        form, original = form_of(content, area), form_of(returns[area], area)
        assert (form.layout, form.filled) == (original.layout, True)
        assert {name: form.value(name) for name in form.fields} == {
            name: original.value(name) for name in original.fields
        }
