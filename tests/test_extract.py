"""What a filled form says: every field with its place, and what a person must be told."""

import email
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from forms import (
    CHILD_LABELS,
    LONG_QUESTIONS,
    ROBIN,
    TITLE,
    form_in,
    para,
    table_of,
    word_file,
    write_form,
)

from agent.model.form import Form

EXAMPLE = Path(__file__).parent / "example"


def values(form: Form) -> dict[str, Any]:
    """Return the fields of a form as they stand in `expected.jsonl`."""
    return {
        name: [dict(row) for row in answer.value]
        if answer is not None and isinstance(answer.value, tuple)
        else form.value(name)
        for name, answer in form.fields.items()
    }


def problems(form: Form) -> set[str]:
    return {str(problem) for problem in form.problems}


def changed(**answers: Any) -> Form:
    """Return the form as read when Robin's answers are changed."""
    return form_in(write_form({**ROBIN, **answers}))


def expected_fields() -> Mapping[str, Any]:
    return json.loads((EXAMPLE / "expected.jsonl").read_text().splitlines()[0])["fields"]


def test_the_example_referral_is_read_exactly():
    mail = email.message_from_bytes((EXAMPLE / "referral.eml").read_bytes())
    (content,) = (p.get_payload(decode=True) for p in mail.walk() if p.get_filename())
    form = form_in(content, "RA referral.docx")

    expected = {**expected_fields(), "sibling_safeguarding": None, "additional_info": None}
    assert values(form) == expected
    assert (form.layout, form.kind) == ("lewisham-serious-incident", "serious_incident_referral")
    assert form.filled
    assert problems(form) == {"see_elsewhere: Address of location of incident"}


def test_the_same_answers_typed_into_boxes_give_the_same_fields():
    expected = {**expected_fields(), "sibling_safeguarding": None, "additional_info": None}

    assert values(form_in(write_form(ROBIN))) == expected


def test_every_value_says_where_it_stands_and_what_was_typed():
    form = form_in(write_form(ROBIN), "RA referral.docx")
    where = {name: (one.source, one.raw) for name, one in form.fields.items() if one is not None}

    assert where["child_name"] == ("RA referral.docx, paragraph 3", "Robin Alder")
    assert where["child_dob"] == ("RA referral.docx, table 3 row 2 cell 2", "04/05/2021")
    assert where["incident_is_death"] == (
        "RA referral.docx, table 3 row 11 cell 2",
        "15.12.26 serious incident",
    )
    assert where["referrer_role"] == (
        "RA referral.docx, table 1 row 2 cell 2",
        "Northshire Police / Detective Inspector",
    )
    assert where["summary"][0] == "RA referral.docx, table 7 row 1 cell 1"
    assert where["chronology"] == (
        "RA referral.docx, table 9 row 2",
        "15/12/2026 07:40 | Ambulance called",
    )


def test_a_blank_form_is_known_to_be_blank():
    form = form_in(write_form({}))

    assert not form.filled
    assert set(values(form).values()) == {None}
    assert form.problems == ()


@pytest.mark.parametrize(
    "left",
    [
        *("-", "?", "TBC", "____", "__/__/____", "insert date", "[insert date]", "dd/mm/yyyy", "☐"),
        *("Choose an item.", "Click or tap here to enter text.", "Click or tap to enter a date."),
    ],
)
def test_a_form_with_only_prompts_and_marks_is_blank(left):
    assert not form_in(
        write_form({"child_dob": left, "referral_date": left, "summary": left})
    ).filled


def test_a_date_alone_makes_a_form_filled_and_the_rest_is_reported():
    form = form_in(write_form({"referral_date": "4/1/27"}))

    assert form.filled
    assert form.text("referral_date") == "2027-01-04"
    assert "required_empty: Name of Child" in problems(form)
    assert "required_empty: Agency Referral: Name" in problems(form)
    assert "required_empty: Date of Referral" not in problems(form)


@pytest.mark.parametrize("answer", ["No", "None", "None known", "N/K", "n/a", "Not known"])
def test_no_and_not_known_are_answers(answer):
    assert changed(child_disability=answer).text("child_disability") == answer


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("04/05/2021", "2021-05-04"),
        ("4.5.21", "2021-05-04"),
        ("4-5-21", "2021-05-04"),
        ("04 05 2021", "2021-05-04"),
        ("4 May 2021", "2021-05-04"),
        ("4th of May, 2021", "2021-05-04"),
        ("Tuesday 4 May 2021", "2021-05-04"),
        ("4 Sept 2021", "2021-09-04"),
        ("2021-05-04", "2021-05-04"),
        ("04/05/2021 (aged 5)", "2021-05-04"),
        ("1/2/39", "1939-02-01"),
        ("1/2/40", "1940-02-01"),
    ],
)
def test_birth_dates_are_read_day_first_in_any_spelling(typed, value):
    assert changed(child_dob=typed).text("child_dob") == value


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "31/02/2021",
            "05/25/2021",
            "approx 4/5/2021",
            "4/5/2021?",
            "2027-01-02",
        ),
        *("w/c 4 May 2021", "4 or 5 May 2021", "4/5/2021 or 6/5/2021", "May 2021", "last Tuesday"),
    ],
)
def test_a_date_that_is_not_certain_stays_as_written(typed):
    form = changed(child_dob=typed)

    assert form.text("child_dob") == typed
    assert "unreadable_date: Date of Birth" in problems(form)


def test_the_day_a_child_is_expected_on_is_no_birth_date():
    form = changed(child_dob="unborn, EDD 04/05/2027")

    assert form.value("child_dob") is None
    assert "unreadable_date: Date of Birth" in problems(form)


@pytest.mark.parametrize(
    ("typed", "day", "is_death"),
    [
        ("Death 15.12.26", "2026-12-15", True),
        ("15/12/2026 - Robin died in hospital", "2026-12-15", True),
        ("15/12/2026 serious harm", "2026-12-15", False),
        ("Near fatal incident, 15 December 2026", "2026-12-15", False),
        ("15/12/2026", "2026-12-15", None),
        ("15/12/2026 death or serious incident", "2026-12-15", None),
        ("☐ Death ☒ Serious incident 15/12/2026", "2026-12-15", False),
        ("died last week", "died last week", True),
    ],
)
def test_a_death_is_told_from_an_incident_only_by_its_words(typed, day, is_death):
    form = changed(incident_date=typed)

    assert (form.value("incident_date"), form.value("incident_is_death")) == (day, is_death)


@pytest.mark.parametrize(
    ("cell", "agency", "role"),
    [
        ("Northshire Police\nDetective Inspector", "Northshire Police", "Detective Inspector"),
        ("Detective Inspector, Northshire Police", "Northshire Police", "Detective Inspector"),
        ("Northshire Police & Detective Inspector", "Northshire Police", "Detective Inspector"),
        ("Head of Service / Southwood Council", "Southwood Council", "Head of Service"),
        ("Head Teacher at Southwood School", "Southwood School", "Head Teacher"),
        (
            "Northshire NHS Trust, Southwood Hospital",
            "Northshire NHS Trust, Southwood Hospital",
            None,
        ),
        ("Northshire Police", "Northshire Police", None),
        ("Detective Inspector", None, "Detective Inspector"),
    ],
)
def test_agency_and_role_are_taken_apart(cell, agency, role):
    form = changed(referrer=("Morgan Quill", cell, "01632 960111"))

    assert (form.value("referrer_agency"), form.value("referrer_role")) == (agency, role)


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("Jo Alder\n2 Harbour Row", "Jo Alder"),
        ("Jo Alder, 2 Harbour Row", "Jo Alder"),
        ("Jo Alder (same address)", "Jo Alder"),
        ("ALDER, Jo", "ALDER, Jo"),
        ("Jo Alder (step-father)", "Jo Alder (step-father)"),
        ("None", "None"),
    ],
)
def test_a_relative_is_named_without_the_address_in_the_cell(cell, name):
    form = changed(family=[(cell, "Mother", "", "", ""), ("", "", "", "British", "")])

    assert form.value("family") == ({"name": name, "relationship": "Mother", "dob": None},)


def test_chronology_dates_are_iso_only_where_they_are_plain_dates():
    form = changed(chronology=[("Tues 15/12/26 at 7.40pm", "a"), ("14/15 Dec, overnight", "b")])

    assert [row["when"] for row in form.value("chronology")] == [
        "2026-12-15",
        "14/15 Dec, overnight",
    ]


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("☒ Yes ☐ No", "Yes"),
        ("Yes ☐ No ☒", "No"),
        ("☒ Yes ☐ No\nAlex Marsh", "Yes - Alex Marsh"),
        ("Yes\nAlex Marsh", "Yes - Alex Marsh"),
        ("☐ Yes ☐ No", None),
        ("Yes / No", None),
        ("No longer", "No longer"),
    ],
)
def test_yes_and_no_are_one_line_with_their_details(typed, value):
    assert changed(open_to_social_care=typed).value("open_to_social_care") == value


def test_an_answer_that_points_elsewhere_stays_and_is_reported():
    form = changed(summary="See attached chronology")

    assert form.text("summary") == "See attached chronology"
    assert f"see_elsewhere: {LONG_QUESTIONS['summary']}".rstrip(":") in problems(form)


def test_two_different_names_for_the_child_are_reported_and_the_first_stands():
    form = changed(header_name="Robin Alder", child_name="Rowan Alder")

    assert form.text("child_name") == "Robin Alder"
    assert "two_answers: Name of Child" in problems(form)


def test_the_same_name_in_another_order_is_no_contradiction():
    form = changed(header_name="ALDER, Robin", child_name="Robin Alder")

    assert not any(problem.code == "two_answers" for problem in form.problems)


def test_a_label_nobody_knows_is_reported_and_not_guessed():
    rows = table_of(["Date of Birth of mother", "12 June 1995"], ["Gender", "Male"])
    form = form_in(word_file(para(TITLE) + _labels() + rows))
    assert "label_unknown: Date of Birth of mother" in problems(form)
    assert form.value("child_dob") is None


def _labels() -> str:
    """Return enough empty labels for the form to be known."""
    return table_of(*([label.replace("&", "&amp;"), ""] for label in CHILD_LABELS.values()))
