"""Forms that people retyped, rearranged or cut about, and the layout files that describe them."""

from pathlib import Path

import pytest
from forms import (
    CHILD_LABELS,
    CONTACT_COLUMNS,
    DSL_WORDS,
    FAMILY_COLUMNS,
    LAYOUTS,
    LONG_QUESTIONS,
    MORE,
    ROBIN,
    SIBLINGS,
    TITLE,
    cell_of,
    form_in,
    para,
    read,
    run_of,
    table_of,
    word_file,
    write_form,
)
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import RuleError
from agent.extract import extract
from agent.layouts import load_layouts
from agent.model.document import Cell, Document, Paragraph, Table
from agent.model.form import Form

SHIPPED = Path(__file__).parent.parent / "rules" / "forms" / "lewisham-serious-incident.toml"


def labels(**answers: str) -> str:
    """Return the table of section 1.1 with these answers."""
    return table_of(*([plain(label), answers.get(key, "")] for key, label in CHILD_LABELS.items()))


def plain(text: str) -> str:
    return text.replace("&", "&amp;")


def contact(*cells: str) -> str:
    return table_of([plain(column) for column in CONTACT_COLUMNS], cells)


def test_labels_are_known_in_any_typing():
    retyped = [
        ["NAME  OF CHILD :", "Robin Alder"],
        ["1.2 date of birth (dd/mm/yyyy):", "4/5/21"],
        ["Is the child / young person looked after", "No"],
        ["Is this case known to be the subject of a Coroner’s Inquiry?*", "Yes"],
        [
            "is the child/young person open to Childrens Social Care or a Children and Families "
            "Practice",
            "No",
        ],
        ["Faith / Religion", "None"],
    ]
    form = form_in(
        word_file(
            para("Appendix 7: Referral of a serious incident form") + labels() + table_of(*retyped)
        )
    )

    assert form.text("child_name") == "Robin Alder"
    assert form.text("child_dob") == "2021-05-04"
    assert (form.text("looked_after"), form.text("coroner")) == ("No", "Yes")
    assert (form.text("open_to_social_care"), form.text("child_religion")) == ("No", "None")


@pytest.mark.parametrize(
    "answered",
    [
        table_of(["Name of Child: Robin Alder"]),
        table_of(["Name of Child: Robin Alder", ""]),
        table_of(["Name of Child", "", "Robin Alder"]),
        table_of(["Gender", "Male", "Name of Child", "Robin Alder"]),
        table_of([para("Name of Child") + para("Robin Alder")]),
        table_of([para("Name of Child") + para("Robin Alder"), ""]),
        table_of(["Name of Child:"], ["Robin Alder"]),
        table_of([cell_of("Name of Child", '<w:gridSpan w:val="2"/>'), "Robin Alder"]),
        table_of([table_of(["Name of Child", "Robin Alder"]) + para()]),
        para("Name of Child: Robin Alder"),
        para("Name of Child:   Robin Alder   Date of Referral: 17/12/2026"),
        para("Name of Child:") + para("Robin Alder"),
        para("Name of Child:") + table_of(["Robin Alder"]),
    ],
)
def test_an_answer_is_found_beside_behind_or_below_its_label(answered):
    assert form_in(word_file(para(TITLE) + labels() + answered)).text("child_name") == "Robin Alder"


def test_a_label_merged_over_rows_takes_the_answers_of_all_of_them():
    top = cell_of("Home address", '<w:vMerge w:val="restart"/>')
    rows = table_of([top, "2 Harbour Row"], [cell_of("", "<w:vMerge/>"), "Southwood"])

    form = form_in(word_file(para(TITLE) + labels() + rows))
    assert form.text("child_address") == "2 Harbour Row\nSouthwood"


def test_swapped_columns_are_told_by_their_headings():
    swapped = table_of(
        ["Date of Birth", "Name and Address", "Relationship to Child"],
        ["12/6/95", "Jo Alder", "Mother"],
    )

    form = form_in(word_file(para(TITLE) + labels() + swapped))
    assert form.value("family") == (
        {"name": "Jo Alder", "relationship": "Mother", "dob": "1995-06-12"},
    )


def test_a_row_that_does_not_fit_its_heading_is_reported():
    wide = cell_of("Jo Alder Mother", '<w:gridSpan w:val="2"/>')
    rows = table_of(FAMILY_COLUMNS, [wide, "12/6/95", "", ""])

    form = form_in(word_file(para(TITLE) + labels() + rows))
    assert "uneven_row" in {problem.code for problem in form.problems}


def test_referrer_and_lead_are_told_apart_by_the_words_before_them():
    """Their headings are the same; here the lead's table comes first."""
    body = (
        para(DSL_WORDS)
        + contact("Sasha Fenn", "Northshire Police / Safeguarding Lead", "")
        + para("AGENCY REFERRAL:")
        + contact("Morgan Quill", "Northshire Police / Detective Inspector", "01632 960111")
    )

    form = form_in(word_file(para(TITLE) + body + labels()))
    assert (form.text("dsl_name"), form.text("referrer_name")) == ("Sasha Fenn", "Morgan Quill")


def test_without_those_words_the_first_is_the_referrer():
    body = contact("Morgan Quill", "", "") + contact("Sasha Fenn", "", "")

    form = form_in(word_file(para(TITLE) + body + labels()))
    assert (form.text("referrer_name"), form.text("dsl_name")) == ("Morgan Quill", "Sasha Fenn")


def test_a_form_that_is_one_table_is_read_row_by_row():
    wide = '<w:gridSpan w:val="3"/>'
    header = [plain(column) for column in CONTACT_COLUMNS]
    form = form_in(
        word_file(
            table_of(
                [cell_of(TITLE, wide)],
                [cell_of("Name of Child: Robin Alder", wide)],
                [cell_of("Agency Referral", wide)],
                header,
                ["Morgan Quill", "Northshire Police", "01632 960111"],
                [cell_of(DSL_WORDS, wide)],
                header,
                ["Sasha Fenn", "Northshire Police", ""],
                ["Date of Birth", cell_of("4/5/21", '<w:gridSpan w:val="2"/>')],
            )
            + labels()
        )
    )

    assert (form.text("child_name"), form.text("child_dob")) == ("Robin Alder", "2021-05-04")
    assert (form.text("referrer_name"), form.text("dsl_name")) == ("Morgan Quill", "Sasha Fenn")


def test_a_long_answer_runs_until_the_next_known_words():
    questions = [f"{question}" for question in LONG_QUESTIONS.values()]
    body = (
        para(questions[0])
        + para("First line.")
        + table_of(["Mon", "Tue", "Wed"], ["a", "b", "c"])
        + para("Last line.")
        + para(questions[1])
        + table_of([para("Box one.") + para("Box two.") + table_of(["inner", "table"])])
        + para(
            "NOTE: THE ABOVE SHOULD FOLLOW A DISCUSSION WITH A NOMINATED MANAGER OR "
            "SAFEGUARDING ADVISOR IN YOUR AGENCY."
        )
        + para(MORE)
        + para("Section 3: Advice and Submission of this Form")
        + para("This form should be submitted to: reviews@lscp.example")
    )

    form = form_in(word_file(para(TITLE) + labels() + body))
    assert form.text("summary") == "First line.\nMon | Tue | Wed\na | b | c\nLast line."
    assert form.text("reason_for_referral") == "Box one.\nBox two.\ninner | table"
    assert form.value("additional_info") is None


def test_controls_and_tracked_changes_are_read_as_they_look():
    def control(text: str, settings: str = "") -> str:
        return para(
            f"<w:sdt><w:sdtPr>{settings}</w:sdtPr><w:sdtContent>{run_of(text)}</w:sdtContent></w:sdt>"
        )

    prompt = control("Click or tap here to enter text.", "<w:showingPlcHdr/>")
    name = para(
        f"<w:del><w:r><w:delText>Kim</w:delText></w:r></w:del><w:ins>{run_of('Robin')}</w:ins>",
        run_of(" Alder"),
    )
    document = read(
        word_file(
            para(TITLE)
            + labels(child_name=name, child_dob=control("4 May 2021"), child_gender=prompt)
        )
    )
    form = extract(document, LAYOUTS)

    assert form is not None
    assert document.warnings == ("tracked_changes",)
    assert (form.text("child_name"), form.text("child_dob")) == ("Robin Alder", "2021-05-04")
    assert form.value("child_gender") is None


def test_a_printed_sentence_nobody_declared_does_not_fill_a_blank_form():
    body = para("Date of Referral:") + para("Please complete every section as fully as you can.")

    assert not form_in(word_file(para(TITLE) + labels() + body)).filled


@pytest.mark.parametrize(
    "body",
    [
        para(TITLE) + para("Please use this form."),
        para("Appendix i") + labels(child_name="Robin Alder"),
        para("REFERRAL FOR PRACTICE LEARNING FORM") + labels(child_name="Robin Alder"),
        para("We enclose a letter."),
    ],
)
def test_a_document_without_the_title_and_enough_labels_is_no_form(body):
    assert extract(read(word_file(body)), LAYOUTS) is None


def test_every_label_of_the_published_form_is_in_the_layout():
    (layout,) = LAYOUTS
    for label in (*CHILD_LABELS.values(), *LONG_QUESTIONS.values(), SIBLINGS, MORE):
        assert layout.question_at(label) is not None, label


words = st.text(alphabet="Name of Child:?()-\n☒☐1/ _", max_size=40)
answers = words | st.sampled_from([*CHILD_LABELS.values(), *CONTACT_COLUMNS, TITLE, SIBLINGS, ""])
cells = st.builds(Cell, answers, st.just("table 1 row 1 cell 1"))
tables = st.builds(Table, st.lists(st.lists(cells, max_size=4).map(tuple)).map(tuple), st.just("t"))
blocks = st.lists(st.builds(Paragraph, answers, st.just("paragraph 1")) | tables, max_size=8)


@given(blocks)
def test_no_document_makes_extraction_fail(found):
    known = read(write_form(ROBIN)).blocks
    form = extract(Document("a.docx", "docx", (*known, *found)), LAYOUTS)

    assert isinstance(form, Form)


def test_a_layout_id_declared_twice_is_refused(tmp_path):
    for name in ("one.toml", "two.toml"):
        (tmp_path / name).write_bytes(SHIPPED.read_bytes())

    with pytest.raises(RuleError, match=r"two\.toml.*lewisham-serious-incident"):
        load_layouts([tmp_path])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('field = "child_dob"', 'field = "child_date"', "child_date"),
        ('field = "child_dob"', 'feild = "child_dob"', "did you mean `field`"),
        ('type = "date_or_death"', 'type = "date"', "and_field"),
        ('rows = "family"', 'rows = "pets"', "rows"),
        ('label = "Gender"', 'label = "Disability"', "disability"),
    ],
)
def test_a_mistake_in_a_layout_stops_the_program_with_its_name(tmp_path, old, new, message):
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "mine.toml").write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(RuleError, match=r"mine\.toml.*" + message):
        load_layouts([tmp_path / "mine.toml"])
