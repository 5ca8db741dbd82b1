"""Forms in shapes nobody listed: other wordings, columns, languages, and what people do to them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from forms import read
from more_forms import LAYOUTS, answered, find, form_of, written

from agent.documents import read as read_file
from agent.extract import extract
from agent.model.form import Form
from agent.model.message import Part

PARTNERSHIP = "Llanfor Borders Safeguarding Children Partnership"
REFERRAL = "Serious Incident Referral"
TYPED = {
    "child_name": "Robin Alder",
    "child_dob": "04/05/2021",
    "child_address": "2 Harbour Row, Southwood",
    "incident_date": "15/12/2026",
    "carer_at_incident": "Mother",
    "summary": "Robin was found unresponsive.\nThe ambulance came: he was taken to hospital.",
    "reason_for_referral": "Neglect suspected.",
    "sibling_safeguarding": "None",
    "referrer_name": "Morgan Quill",
    "referrer_role": "Detective Inspector",
    "referrer_agency": "Northshire Police",
    "dsl_name": "Sasha Fenn",
}
MEANT = {**TYPED, "child_dob": "2021-05-04", "incident_date": "2026-12-15"}
UNLISTED = {
    "child_name": "1. Who is the child? Full name",
    "child_dob": "2. Child's birth date (dd/mm/yyyy)",
    "child_address": "3. Where does the child live?",
    "incident_date": "4. On what date did the incident happen?",
    "carer_at_incident": "5. Who was looking after the child at the time?",
    "summary": "6. Tell us what happened in your own words",
    "reason_for_referral": "7. Why are you asking for a review?",
    "sibling_safeguarding": "8. How are any brothers and sisters being kept safe?",
    "referrer_name": "9. Name of the person making this referral",
    "referrer_role": "10. Job title of the person making this referral",
    "referrer_agency": "11. Organisation of the person making this referral",
    "dsl_name": "12. Which safeguarding lead have you talked to?",
}
LISTED = {
    "child_name": "Name of child",
    "child_dob": "D.O.B",
    "child_address": "Home address",
    "incident_date": "Date of incident",
    "carer_at_incident": "Carer at time of incident",
    "summary": "What happened?",
    "reason_for_referral": "Reason for referral",
    "sibling_safeguarding": "Safeguarding of siblings",
    "referrer_name": "Name of referrer",
    "referrer_role": "Job title",
    "referrer_agency": "Agency",
    "dsl_name": "Safeguarding lead",
}
WELSH = {
    "child_name": "Enw'r plentyn",
    "child_dob": "Dyddiad geni",
    "child_address": "Cyfeiriad",
    "incident_date": "Dyddiad y digwyddiad",
    "carer_at_incident": "Gofalwr",
    "summary": "Beth ddigwyddodd?",
    "reason_for_referral": "Rheswm",
    "sibling_safeguarding": "Brodyr a chwiorydd",
    "referrer_name": "Enw'r atgyfeiriwr",
    "referrer_role": "Swydd",
    "referrer_agency": "Asiantaeth",
    "dsl_name": "Arweinydd diogelu",
}
BILINGUAL = {name: f"{WELSH[name]} / {label}" for name, label in LISTED.items()}
Labels = dict[str, str]


def said(form: Form | None) -> dict[str, Any]:
    assert form is not None
    return answered(form)


def pairs(labels: Labels, typed: dict[str, str] = TYPED) -> list[list[str]]:
    return [[labels[name], typed[name]] for name in labels]


def stacked(labels: Labels) -> list[list[str]]:
    return [[text] for pair in pairs(labels) for text in pair]


def boxed(labels: Labels) -> Iterator[str | list[list[str]]]:
    for label, answer in pairs(labels):
        yield from (label, [[answer]])


def columns(labels: Labels, count: int) -> list[list[str]]:
    flat = [text for pair in pairs(labels) for text in pair]
    return [flat[at : at + 2 * count] for at in range(0, len(flat), 2 * count)]


def in_text(lines: str) -> Form | None:
    return extract(read_file(Part("form.txt", "", lines.encode())), LAYOUTS)


@pytest.mark.parametrize("labels", [UNLISTED, BILINGUAL], ids=["unlisted", "bilingual"])
@pytest.mark.parametrize(
    "arranged",
    [
        lambda labels: [pairs(labels)],
        lambda labels: [stacked(labels)],
        boxed,
        lambda labels: [columns(labels, 2)],
        lambda labels: [columns(labels, 3)],
    ],
    ids=["pairs", "stacked", "boxes", "four columns", "six columns"],
)
def test_a_form_with_labels_nobody_listed_is_read_by_their_words(
    labels: Labels, arranged: Callable[[Labels], Any]
) -> None:
    assert said(find(written(PARTNERSHIP, REFERRAL, *arranged(labels)))) == MEANT


def test_an_answer_whose_label_nobody_listed_is_less_sure() -> None:
    form = form_of(
        written(PARTNERSHIP, REFERRAL, pairs({**LISTED, "dsl_name": UNLISTED["dsl_name"]}))
    )

    lead, child = form.fields["dsl_name"], form.fields["child_name"]
    assert lead is not None
    assert child is not None
    assert (lead.value, lead.confidence < 1, child.confidence) == ("Sasha Fenn", True, 1.0)


@pytest.mark.parametrize("labels", [UNLISTED, LISTED, BILINGUAL])
def test_a_blank_form_stays_blank_whatever_its_labels(labels: Labels) -> None:
    empty = dict.fromkeys(TYPED, "")
    boxes = [part for label in labels.values() for part in (label, [[""]])]

    for content in (written(REFERRAL, pairs(labels, empty)), written(REFERRAL, *boxes)):
        form = form_of(content)
        assert (form.filled, said(form)) == (False, {})


def test_lines_in_which_only_a_blank_parts_label_and_answer_are_read() -> None:
    lines = [f"{label} {TYPED[name].splitlines()[0]}" for name, label in LISTED.items()]

    found = said(in_text("\n".join([REFERRAL, *lines])))
    assert found == {**MEANT, "summary": "Robin was found unresponsive."}


def test_the_cells_of_an_announced_table_one_under_another_are_its_records() -> None:
    cells = ["Name", "Relationship", "Date of birth", "Jo Alder", "Mother", "12/6/95"]
    cells += ["Kit Alder", "Brother", "tbc"]
    lines = [f"{label}: {TYPED[name].splitlines()[0]}" for name, label in LISTED.items()]
    text = "\n\n".join([REFERRAL, *lines, "Family members", *cells, "Additional information: no"])

    assert said(in_text(text))["family"] == (
        {"name": "Jo Alder", "relationship": "Mother", "dob": "1995-06-12"},
        {"name": "Kit Alder", "relationship": "Brother", "dob": "tbc"},
    )


@pytest.mark.parametrize(
    "table",
    [
        [
            ["Relationship", "Full name", "Home address", "DOB"],
            ["Mother", "Jo Alder", "", "12/6/95"],
        ],
        [["Person", "How related to the child", "D.O.B."], ["Jo Alder", "Mother", "12/6/95"]],
        [["First name", "Surname", "Relationship", "DOB"], ["Jo", "Alder", "Mother", "12/6/95"]],
        [["Jo Alder", "Mother", "12/6/95"]],
    ],
    ids=["other order", "other words", "two names", "header lost"],
)
def test_a_family_is_read_whatever_its_columns(table: list[list[str]]) -> None:
    form = find(written(REFERRAL, pairs(LISTED), "Family members", table))

    assert said(form)["family"] == (
        {"name": "Jo Alder", "relationship": "Mother", "dob": "1995-06-12"},
    )


@pytest.mark.parametrize(
    ("name", "born"),
    [
        ("1) Robin Alder\n2) Kit Alder", "1) 04/05/2021\n2) 06/07/2023"),
        ("Robin Alder / Kit Alder", "4.5.21 / 6.7.23"),
        ("Robin Alder and Kit Alder", "4 May 2021, 6 July 2023"),
    ],
)
def test_two_children_in_the_cells_of_one_are_both_kept(name: str, born: str) -> None:
    typed = {**TYPED, "child_name": name, "child_dob": born}
    form = form_of(written(REFERRAL, pairs(LISTED, typed)))

    robin, kit = ("Robin Alder", "2021-05-04"), ("Kit Alder", "2023-07-06")
    assert (form.text("child_name"), form.text("child_dob")) == robin
    assert form.value("children") == tuple({"name": n, "dob": day} for n, day in (robin, kit))
    assert not [one for one in form.problems if one.code == "unreadable_date"]


def test_one_child_with_two_names_stays_one() -> None:
    form = form_of(written(REFERRAL, pairs(LISTED, {**TYPED, "child_name": "Robin Alder / Ash"})))

    assert (form.text("child_name"), form.value("children")) == ("Robin Alder / Ash", None)


def test_children_in_a_table_of_their_own_are_all_kept() -> None:
    children = [["Surname", "Forename", "DOB"], ["Alder", "Robin", "4/5/21"], ["Alder", "Kit", ""]]
    form = form_of(written(REFERRAL, "Details of child", children, pairs(LISTED)[2:]))

    assert form.value("children") == (
        {"name": "Robin Alder", "dob": "2021-05-04"},
        {"name": "Kit Alder", "dob": None},
    )


def test_a_name_left_over_from_another_case_gives_way_to_the_one_told_of() -> None:
    told = {**TYPED, "summary": "Robin was found unresponsive at home and was taken to hospital."}
    form = form_of(written(REFERRAL, "Name of child: Baby Birch", pairs(LISTED, told)))

    assert form.text("child_name") == "Robin Alder"
    assert "two_answers" in {problem.code for problem in form.problems}


def test_a_referral_that_calls_itself_a_notification_is_a_referral() -> None:
    title = "Notification of a serious child safeguarding incident"

    form = form_of(written(PARTNERSHIP, title, pairs(LISTED)))
    assert form.kind == "serious_incident_referral"


def test_a_form_of_an_earlier_year_is_read_by_the_layout_that_knows_more_of_it() -> None:
    older = {
        **LISTED,
        "child_address": "Current home address",
        "carer_at_incident": "Who was caring for the child?",
    }
    form = form_of(written("SERIOUS INCIDENT REFERRAL FORM (version 2)", pairs(older)))

    assert (form.layout, said(form)) == ("generic-referral", MEANT)


def test_a_near_miss_on_another_areas_form_is_a_practice_learning_referral() -> None:
    labels = {**LISTED, "learning": "What can we learn from this?"}
    typed = {**TYPED, "learning": "Share sooner"}
    form = form_of(written(PARTNERSHIP, "Near Miss and Good Practice Form", pairs(labels, typed)))

    assert (form.kind, form.text("learning")) == ("practice_learning_referral", "Share sooner")


EVENTS = [["Date", "Event"], ["11/02/2026", "First complaint"], ["w/c 5 Oct", "Letter sent"]]


def test_a_chronology_alone_is_an_addition_to_a_return() -> None:
    form = form_of(written("Chronology of events", "Southwood Housing", EVENTS))

    assert (form.layout, form.kind) == ("chronology", "scoping_return")
    assert form.value("chronology") == (
        {"when": "2026-02-11", "event": "First complaint"},
        {"when": "w/c 5 Oct", "event": "Letter sent"},
    )


def test_a_report_with_a_chronology_is_no_form() -> None:
    told = ["The partners met, and this is what they found."] * 9

    assert find(written("Overview report", *told, "Chronology", EVENTS, "Findings")) is None
    assert extract(read(written("Chronology", [["Date", "Event"], ["", ""]])), LAYOUTS) is None
