"""`mailbox-agent form learn`: a layout drafted from a blank form, for a person to check."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from forms import ROBIN, read, write_form
from more_forms import (
    ANSWERED,
    ASKED,
    ELSEWHERE,
    INCIDENT,
    LAYOUTS,
    MAKER,
    PREFILLED,
    SUMMARISED,
    answered,
    form_of,
    practice,
    written,
)
from pdfs import NO_SOFFICE, SOFFICE, form_in_pdf, printed, ruled
from test_form_commands import command, saved

from agent.errors import DataError
from agent.extract import extract
from agent.formdraft import Draft, render_draft
from agent.formlearn import learn_form
from agent.layouts import Layout, load_layouts
from agent.model.message import Kind
from agent.samples import write_referral_form, write_scoping_return

TODAY = date(2026, 12, 21)
PRACTICE = {
    "both": "Robin Alder, DOB 4/5/21",
    "referred": "17th December 2026",
    "referrer": "Morgan Quill",
    "agency": "Northshire Police / Detective Inspector",
    "lead": "Sasha Fenn",
    "learning": "The school and the nurse spoke every week.",
    "date": "15.12.26",
    "relative": "Grace Alder",
    "why": "Good practice.",
}


def area(is_filled: bool) -> bytes:
    """Return another area's referral form, filled or blank."""
    child, incident, maker = (
        [ELSEWHERE, INCIDENT, MAKER] if is_filled else [emptied(ELSEWHERE, 0), *BLANK]
    )
    day = "17/12/26" if is_filled else ""
    return written(
        "Northshire Safeguarding Children Partnership: Rapid Review Referral Form",
        *("Details of child", child, "Section 2: The incident", incident),
        *("Part C - Referrer:", maker, f"Date of referral to Business Unit: {day}"),
    )


def emptied(rows: list[list[str]], columns: int = 1) -> list[list[str]]:
    """Return a table without its answers: those of all rows but the first, or columns but one."""
    if columns:
        return [[label, ""] for label, _ in rows]
    return [rows[0], *([""] * len(row) for row in rows[1:])]


BLANK = [emptied(INCIDENT), emptied(MAKER)]

# A form whose labels few layouts know.
UNKNOWN: list[Any] = [
    "Northwood Safeguarding Partnership",
    "Referral for Consideration of a Serious Incident v3.1",
    "Please complete every part of this form and return it within one working day.",
    "A. The child",
    [["Full legal name of the child", "", "Preferred pronouns", ""], ["DOB", "dd/mm/yyyy", "", ""]],
    [["Does the child have a disability?", "☐ Yes ☐ No"], ["Type of harm", "(please tick)"]],
    "Details of referrer",
    [["Name", ""], ["Organisation", ""]],
    "Details of GP",
    [["Name", ""], ["Address", ""]],
    "Telephone: ________ Email: ________",
    "People in the household",
    [["Who", "Their name", "Star sign"], ["Mother", "", ""], ["Father", "", ""]],
    "What would you like to see happen next?",
    [[""]],
    "Office use only",
]


def learn(content: bytes, kind: Kind | None = None) -> Draft:
    return learn_form(read(content, "blank.docx"), LAYOUTS, "learned", kind, TODAY)


def layout_of(draft: Draft, folder: Path) -> Layout:
    """Return the draft as it is loaded from its file."""
    (folder / "learned.toml").write_text(render_draft(draft), encoding="utf-8")
    (layout,) = load_layouts([folder / "learned.toml"])
    return layout


@pytest.mark.parametrize(
    ("write", "blank", "filled"),
    [
        (write_form, {}, ROBIN),
        (write_referral_form, {}, {"child_name": "Robin Alder", "child_dob": "4/5/21"}),
        (write_scoping_return, {}, ANSWERED),
        (lambda answers: practice(**answers), {}, PRACTICE),
        (lambda answers: area(bool(answers)), {}, {"all": "of it"}),
        (
            lambda answers: written("Agency scoping return", SUMMARISED if answers else ASKED),
            {},
            {"all": "of it"},
        ),
    ],
)
def test_what_is_learned_from_a_blank_form_reads_the_filled_one_as_the_shipped_layout_does(
    tmp_path: Path, write: Callable[[Any], bytes], blank: Any, filled: Any
) -> None:
    layout = layout_of(learn(write(blank)), tmp_path)
    shipped = form_of(write(filled))
    form = form_of(write(filled), [layout])

    assert (form.layout, form.kind, form.filled) == ("learned", shipped.kind, True)
    assert answered(form) == answered(shipped)
    assert form_of(write(blank), [layout]).filled is False


def test_a_return_that_is_only_prefilled_stays_blank(tmp_path):
    layout = layout_of(learn(write_scoping_return({})), tmp_path)
    assert form_of(write_scoping_return(PREFILLED), [layout]).filled is False
    assert set(layout.needs) >= {"involvement_summary", "practice_analysis"}


@pytest.mark.skipif(SOFFICE is None, reason=NO_SOFFICE)
def test_a_blank_form_printed_to_pdf_can_be_learned_from(tmp_path):
    files = {"blank": ruled(write_form({})), "filled": ruled(write_form(ROBIN))}
    pdfs = printed(files, tmp_path)
    draft = learn_form(read(pdfs["blank"], "blank.pdf"), LAYOUTS, "learned", None, TODAY)
    layout = layout_of(draft, tmp_path)

    form = form_in_pdf(pdfs["filled"], [layout])
    shipped = form_in_pdf(pdfs["filled"], LAYOUTS)
    assert form is not None
    assert shipped is not None
    assert answered(form) == answered(shipped)


def test_labels_are_found_by_shape_and_given_a_field_only_where_they_are_known(tmp_path):
    draft = learn(written(*UNKNOWN, header="OFFICIAL"))
    layout = layout_of(draft, tmp_path)

    assert draft.titles == ["Referral for Consideration of a Serious Incident"]
    fields = {(one.section, one.label): one.field for one in draft.questions}
    assert fields == {
        (None, "Full legal name of the child"): None,
        (None, "Preferred pronouns"): None,
        (None, "DOB"): "child_dob",
        (None, "Does the child have a disability?"): "child_disability",
        (None, "Type of harm"): None,
        ("details-of-referrer", "Name"): "referrer_name",
        (None, "Organisation"): "referrer_agency",
        # Nobody knows whose name, address and telephone these are.
        ("details-of-gp", "Name"): None,
        (None, "Address"): None,
        (None, "Telephone"): None,
        (None, "Email"): None,
        (None, "What would you like to see happen next?"): None,
    }
    types = {one.label: one.type for one in draft.questions}
    assert types["Does the child have a disability?"] == "yes_no"
    assert types["What would you like to see happen next?"] == "long_text"
    assert [one.label for one in layout.table[0].columns] == ["Who", "Their name", "Star sign"]
    assert layout.table[0].after == ("People in the household",)
    assert "Office use only" in layout.headings
    assert "please tick" in layout.instructions
    assert any(one.startswith("Please complete every part") for one in layout.instructions)


def test_a_form_few_labels_of_which_are_known_is_read_by_its_draft(tmp_path):
    layout = layout_of(learn(written(*UNKNOWN)), tmp_path)
    filled = [*UNKNOWN]
    filled[4] = [
        ["Full legal name of the child", "Robin Alder", "Preferred pronouns", "he"],
        ["DOB", "4/5/21", "", ""],
    ]
    filled[5] = [["Does the child have a disability?", "☒ Yes ☐ No"], ["Type of harm", "Burns"]]
    filled[7] = [["Name", "Morgan Quill"], ["Organisation", "Northshire Police"]]
    filled[9] = [["Name", "Dr Fenn"], ["Address", "1 Quay"]]
    form = form_of(written(*filled), [layout])

    assert answered(form) == {
        "child_dob": "2021-05-04",
        "child_disability": "Yes",
        "referrer_name": "Morgan Quill",
        "referrer_agency": "Northshire Police",
    }
    assert form.problems == ()


def test_a_label_that_is_only_like_a_known_one_is_a_comment():
    text = render_draft(learn(written(*UNKNOWN)))
    assert '# perhaps field = "child_name" (like “Child\'s full legal name”)\nlabel = "Full' in text


def test_the_draft_says_what_a_person_has_to_settle():
    draft = learn(written(*UNKNOWN))
    said = "\n".join(draft.unsure)
    assert "The kind `serious_incident_referral` is a guess" in said
    assert (
        "“Name” asks for different things in the parts details-of-referrer, details-of-gp" in said
    )
    assert "No layout knows these labels, so no answer is kept: “Full legal name" in said
    assert all(f"#   - {line}" in render_draft(draft) for line in draft.unsure)

    known = "\n".join(learn(write_form({})).unsure)
    assert "The layout `lewisham-serious-incident` reads this form already" in known


def test_two_tables_with_the_same_columns_get_no_fields_where_no_words_tell_them_apart():
    columns = ["Name", "AGENCY & DESIGNATION/TITLE", "Contact details"]
    table = [columns, ["", "", ""]]
    draft = learn(written("Referral of a Serious Incident", "Home address:", "One", table))
    assert [one.field for one in draft.tables[0].columns] == [None, None, None]
    assert "may be “Agency Referral” or “Designated safeguarding lead”" in "\n".join(draft.unsure)


def test_the_kind_may_be_named(tmp_path):
    layout = layout_of(learn(written(*UNKNOWN), Kind.PRACTICE_LEARNING_REFERRAL), tmp_path)
    assert layout.kind is Kind.PRACTICE_LEARNING_REFERRAL


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (write_form(ROBIN), "is filled in"),
        (write_scoping_return(ANSWERED), "is filled in"),
        (written("Our new form", MAKER, INCIDENT), "Answers stand beside labels"),
        (written("Minutes of a meeting", "Anna spoke. Nobody else did."), "asks nothing"),
    ],
)
def test_nothing_is_learned_from_a_filled_form_or_a_letter(content, words):
    with pytest.raises(DataError, match=words):
        learn(content)


@pytest.mark.parametrize("odd", ['say "yes" \\ no', "tab\tand #", "é ☐ 漢字", "[x] = {y}", "'''"])
def test_whatever_a_form_says_the_draft_can_be_loaded(tmp_path, odd):
    content = written(
        f"Referral form {odd}", [[f"Q {odd}", ""], ["DOB", ""]], odd, f"Note {odd} is long. " * 9
    )
    layout = layout_of(learn(content), tmp_path)
    assert extract(read(content), [layout]) is not None


def test_the_command_writes_a_draft_that_the_agent_then_reads_by(tmp_path):
    blank = saved(tmp_path, "blank.docx", area(is_filled=False))
    out = tmp_path / "northshire-referral.toml"
    done = command("learn", blank, "--out", out, "--kind", "serious_incident_referral")

    assert (done.returncode, done.stdout) == (0, "")
    assert "For you to settle:" in done.stderr
    assert "“Favourite colour”" in done.stderr
    (layout,) = load_layouts([out])
    assert layout.id == "northshire-referral"

    again = command("learn", blank, "--out", out)
    assert again.returncode == 65
    assert "it exists already" in again.stderr
    shown = command("learn", blank, "--id", "other")
    assert shown.stdout.count("[[question]]") == len(layout.question)
    assert 'id = "other"' in shown.stdout


def test_a_file_that_cannot_be_learned_from_is_said_to_be_so(tmp_path):
    broken = command("learn", saved(tmp_path, "cut.docx", write_form({})[:2000]))
    assert (broken.returncode, broken.stdout) == (65, "")
    assert "The file is damaged and cannot be opened." in broken.stderr
    assert command("learn", tmp_path / "no.docx").returncode == 65
