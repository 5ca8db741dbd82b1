"""What on a form does not belong there: another child's name, another area's form, an old form."""

from dataclasses import replace
from typing import Any

import pytest
from forms import CHILD_LABELS, ROBIN, TITLE, read, write_form
from more_forms import LAYOUTS, practice, written

from agent.extract import extract
from agent.samples import write_scoping_return
from agent.suspicions import SUSPICIONS, find_suspicions

LEWISHAM = ("Lewisham Safeguarding Children Partnership", "Lewisham SCP")
LEEDS = ("Leeds Safeguarding Children Partnership", "LSCP")
FORM = write_form(ROBIN)


def told(
    content: bytes, filename: str = "form.docx", names: tuple[str, ...] = LEWISHAM
) -> list[str]:
    """Return what is told of the form in a file, as code and evidence."""
    document = read(content, filename)
    form = extract(document, LAYOUTS)
    assert form is not None
    return [str(one) for one in find_suspicions(document, form, names)]


def child_rows(**answers: str) -> list[list[str]]:
    return [[label, answers.get(key, "")] for key, label in CHILD_LABELS.items()]


def filled(*parts: Any, header: str = "", title: str = TITLE, **answers: str) -> bytes:
    """Return a serious-incident form about Robin Alder with further parts at its end."""
    rows = child_rows(**{"child_name": "Robin Alder", "child_dob": "4/5/21", **answers})
    return written(title, "1.1 Child's Details", rows, *parts, header=header)


@pytest.mark.parametrize(
    "filename",
    [
        "form.docx",
        "RA referral.docx",
        "Robin Alder referral.docx",
        "ALDER Robin - Serious Incident Referral Form FINAL v2.docx",
        "Robyn Aldar.docx",
        "Kit Alder.docx",
        "Jo Alder (mother) statement.docx",
        "Morgan Quill referral.docx",
        "Southwood Infant School referral.docx",
        "Northshire Police - Serious Incident Referral 17 Dec 2026.docx",
        "Lewisham SIN FORM.docx",
        "Microsoft Word - Referral Form Final Copy.docx",
        "scan0001.docx",
        "KIT BIRCH.docx",
        "kit birch.docx",
    ],
)
def test_a_file_may_be_called_what_it_likes(filename):
    assert told(FORM, filename) == []


@pytest.mark.parametrize(
    "filename",
    [
        "Kit Birch referral.docx",
        "Referral form - Kit Birch.docx",
        "BIRCH Kit_v2 FINAL.docx",
        "KitBirch.docx",
        "Robin Alder (was Kit Birch).docx",
    ],
)
def test_a_file_called_by_another_child_is_told(filename):
    (found,) = told(FORM, filename)
    assert found in (
        "other_child_named: file name: Kit Birch",
        "other_child_named: file name: BIRCH Kit",
    )


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Kit Birch", "Kit Birch"),
        ("OFFICIAL-SENSITIVE – Kit Birch – DOB 1/2/2019", "Kit Birch"),
        ("Child: Amélie O'Connor", "Amélie O'Connor"),
        ("Child: BIRCH, Kit", "BIRCH Kit"),
    ],
)
def test_another_childs_name_in_a_page_header_is_told(header, name):
    assert told(filled(header=header)) == [f"other_child_named: header 1: {name}"]


@pytest.mark.parametrize(
    "header",
    [
        "OFFICIAL-SENSITIVE\tLewisham Partnership",
        "Robin Alder",
        "ALDER, Robin – confidential when completed",
        "Southwood Hospital",
        "Serious Incident Referral | Page 1",
        "Alex Marsh",
    ],
)
def test_a_header_may_name_the_child_an_office_or_somebody_of_the_form(header):
    assert told(filled(header=header, open_to_social_care="Yes - Alex Marsh")) == []


@pytest.mark.parametrize(
    "line",
    [
        "Re: Kit Birch, DOB 1/2/2019",
        "Re Kit Birch",
        "Name of Child: Kit Birch",
        "Subject child: Kit Birch (also Birch-Moss)",
    ],
)
def test_a_second_child_in_the_childs_own_place_is_told(line):
    assert told(filled(line)) == ["other_child_named: paragraph 3: Kit Birch"]


def test_a_name_left_in_the_first_lines_is_told():
    found = told(write_form({**ROBIN, "header_name": "Kit Birch"}))
    # The form's long answers tell of Robin, so the name above them is the other one.
    assert found == ["other_child_named: paragraph 3: Kit Birch"]


@pytest.mark.parametrize(
    "parts",
    [
        ("1.2 Details of Family Members", "Name of Child: Sam Birch"),
        ("Child 2", [["Name of child", "Sam Birch"], ["Date of birth", "1/2/2019"]]),
        ("Siblings", [["Child's name", "Sam Birch"], ["School", ""], ["Child's name", "Al Birch"]]),
        ("Re: the strategy meeting of Monday",),
        ("Re: Rapid Review",),
        ([["Also known as", "Kit Birch"]],),
        ("Name of Child: R. Alder",),
        ("Name of Child: Robin James Alder",),
        ("Name of Child: As above",),
    ],
)
def test_relatives_aliases_and_other_words_are_nothing_to_tell(parts):
    assert told(filled(*parts)) == []


def test_a_sibling_in_the_family_rows_may_be_named_anywhere():
    family = [("Kit Birch, as child", "Half-brother", "3rd March 2024", "", "")]
    content = write_form({**ROBIN, "family": family})
    assert told(content, "Kit Birch.docx") == []


@pytest.mark.parametrize("name", ["Baby Birch", "Robin", "Unborn of Jo Alder", ""])
def test_where_the_child_has_no_full_name_nobody_can_be_another(name):
    content = filled("Re: Kit Moss", child_name=name, child_gender="Male")
    assert told(content, "Jo Birch.docx") == []


@pytest.mark.parametrize(
    "header",
    [
        "Surrey Safeguarding Children Partnership",
        "SURREY SAFEGUARDING CHILDREN PARTNERSHIP – CONFIDENTIAL",
        "London Borough of Southwark",
        "Milton Keynes Council",
        "Kent County Council",
        "Safeguarding Children Partnership for Blackburn",
        "KSCP referral form",
    ],
)
@pytest.mark.parametrize("names", [LEWISHAM, LEEDS])
def test_another_partnerships_or_councils_form_is_told(header, names):
    (found,) = told(filled(header=header), names=names)
    assert found == f"other_area_form: header 1: {header}"


def test_the_title_tells_whose_form_it_is_and_an_answer_does_not():
    title = "Surrey Safeguarding Children Partnership: Referral of a Serious Incident"
    assert told(filled(title=title)) == [
        "other_area_form: paragraph 1: Surrey Safeguarding Children Partnership"
    ]
    referrer = ("Morgan Quill", "Surrey County Council / Social Worker", "01632 960111")
    assert told(write_form({**ROBIN, "referrer": referrer})) == []


@pytest.mark.parametrize(
    "header",
    [
        "Lewisham Safeguarding Children Partnership",
        "London Borough of Lewisham",
        "LEWISHAM SCP",
        "LSCP referral form",
        "Local Safeguarding Children Partnership",
        "Southwark Council | Lewisham Safeguarding Children Partnership",
        "For submission to the Safeguarding Children Partnership",
        "Near Miss Referral to the Safeguarding Partnership",
    ],
)
def test_the_offices_own_form_is_nothing_to_tell(header):
    assert told(filled(header=header)) == []


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("LSCB referral form", "LSCB"),
        ("Lewisham Safeguarding Children Board", "Safeguarding Children Board"),
        ("Lewisham: referral for a Serious Case Review", "Serious Case Review"),
        ("Lewisham SCP and Lewisham CCG", "CCG"),
    ],
)
def test_a_form_that_names_what_is_no_more_is_told(header, words):
    assert told(filled(header=header)) == [f"old_version: header 1: {words}"]


def test_old_words_in_addresses_and_in_what_people_write_are_nothing_to_tell():
    content = filled(
        "The formal safeguarding partners are the CCG, police and the local authority.",
        header="Lewisham SCP lscb@lewisham.example www.lewisham-lscb.example",
        open_to_social_care="Known from a serious case review by the LSCB",
    )
    assert told(content) == []


def test_what_is_pasted_into_a_mail_has_no_title():
    document = read(filled(header="Surrey Safeguarding Children Board"))
    form = extract(document, LAYOUTS)
    assert form is not None
    assert find_suspicions(replace(document, format="body"), form, LEWISHAM) == ()


@pytest.mark.parametrize(
    "content",
    [
        FORM,
        write_form({}),
        practice(both="Robin Alder, DOB 4/5/21", referrer="Morgan Quill", relative="Grace Moss"),
        write_scoping_return({"child_name": "Robin Alder", "respondent_name": "Sam Reed"}),
    ],
)
@pytest.mark.parametrize("names", [LEWISHAM, LEEDS])
def test_ordinary_forms_raise_no_suspicion(content, names):
    assert told(content, names=names) == []


def test_every_suspicion_has_a_sentence_for_a_person():
    assert set(SUSPICIONS) == {"other_child_named", "other_area_form", "old_version"}
    assert all(words.endswith(".") for words in SUSPICIONS.values())
