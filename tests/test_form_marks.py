"""What people do to a form beside typing: strike out, highlight, put labels above their answers,
and write dates that only the rest of the form makes plain."""

import io
import zipfile

import docx
import pytest
from docx.enum.text import WD_COLOR_INDEX
from forms import CHILD_LABELS, ROBIN, TITLE, read, write_form, zip_of
from more_forms import answered, form_of, saved, written


def test_a_title_may_stand_in_the_page_header_and_nothing_else_is_read_there():
    empty = [[label, ""] for label in CHILD_LABELS.values()]
    form = form_of(written(empty, [["Disability", "No"]], header=f"{TITLE}\nGender: Male"))

    assert form.layout == "lewisham-serious-incident"
    assert answered(form) == {"child_disability": "No"}


@pytest.mark.parametrize(
    ("runs", "value"),
    [
        ([("Yes", "strike"), (" / No", "")], "No"),
        ([("Yes / ", ""), ("No", "strike")], "Yes"),
        ([("Yes", "highlight"), (" / No", "")], "Yes"),
        ([("Yes / ", ""), ("No", "highlight"), (" / Not known", "")], "No"),
        ([("Yes / No", "highlight")], None),
        ([("Yes / No", "")], None),
        ([("Yes / ", ""), ("No", "strike"), (" - Alex Marsh", "")], "Yes - Alex Marsh"),
    ],
)
def test_of_yes_and_no_the_one_left_or_highlighted_is_the_answer(runs, value):
    word = docx.Document(io.BytesIO(write_form({**ROBIN, "open_to_social_care": ""})))
    cell = next(
        row.cells[1]
        for table in word.tables
        for row in table.rows
        if row.cells[0].text.startswith("Is the child/young person open to")
    )
    for text, look in runs:
        run = cell.paragraphs[0].add_run(text)
        run.font.strike = look == "strike"
        run.font.highlight_color = WD_COLOR_INDEX.YELLOW if look == "highlight" else None

    assert form_of(saved(word)).value("open_to_social_care") == value


@pytest.mark.parametrize("typed", ["N/K", "Not known", "n/a", "unknown"])
def test_a_date_that_is_not_known_is_an_answer_and_no_problem(typed):
    form = form_of(write_form({**ROBIN, "child_dob": typed}))
    assert form.text("child_dob") == typed
    assert "unreadable_date" not in {problem.code for problem in form.problems}


def test_nobody_on_a_form_is_born_after_it_was_written():
    family = [
        ("Grace Alder", "Grandmother", "1/2/27", "", ""),
        ("Kit", "Sister", "16/12/26", "", ""),
    ]
    form = form_of(write_form({**ROBIN, "child_dob": "1/2/30", "family": family}))

    assert form.text("child_dob") == "1930-02-01"
    assert [row["dob"] for row in form.value("family")] == ["1927-02-01", "2026-12-16"]


def test_words_struck_through_are_not_read_and_a_person_is_told():
    word = docx.Document(io.BytesIO(written(TITLE, "Date of Referral: ")))
    word.paragraphs[1].add_run("16/12/2026").font.strike = True
    word.paragraphs[1].add_run(" 17/12/2026")
    document = read(saved(word))

    assert [block.text for block in document.blocks] == [TITLE, "Date of Referral: 17/12/2026"]
    assert document.warnings == ("struck_through",)


def test_a_page_header_that_cannot_be_read_spoils_nothing_else():
    content = written(TITLE, header="Northshire")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    packed["word/header1.xml"] = b"<broken"

    assert [block.text for block in read(zip_of(packed)).blocks] == [TITLE]


def test_a_file_with_nothing_but_a_page_header_is_empty():
    assert read(written(header="Northshire")).problem == "empty"


@pytest.mark.parametrize(
    "rows",
    [
        [["Name of Child", "Date of Birth"], ["Robin Alder", "4/5/2021"]],
        [["Name of Child", "Alias", "Date of Birth"], ["Robin Alder", "Rob", "4/5/2021"]],
        [["Name of Child", "Robin Alder"], ["Date of Birth", "4/5/2021"]],
        [["Name of Child", "Robin Alder", "Date of Birth", "4/5/2021"]],
    ],
)
def test_labels_stand_above_their_answers_or_beside_them(rows):
    empty = [[label, ""] for label in CHILD_LABELS.values()]
    form = form_of(written(TITLE, empty, rows))

    assert answered(form) == {"child_name": "Robin Alder", "child_dob": "2021-05-04"}
    unknown = {problem.label for problem in form.problems if problem.code == "label_unknown"}
    assert unknown == ({"Alias"} if len(rows[0]) == 3 else set())
