"""Forms beside the serious-incident referral, in several hands: told apart, and read exactly."""

import pytest
from forms import ROBIN, write_form
from more_forms import (
    ANSWERED,
    ASKED,
    ELSEWHERE,
    GENERIC,
    INCIDENT,
    MAKER,
    OWN,
    PREFILLED,
    RETURN,
    SUMMARISED,
    answered,
    find,
    form_of,
    place_of,
    practice,
    written,
)

from agent.samples import write_referral_form, write_scoping_return


def test_a_practice_learning_referral_is_read_exactly():
    form = form_of(
        practice(
            both="Robin Alder, DOB 4/5/21",
            referred="17th December 2026",
            referrer="Morgan Quill",
            agency="Northshire Police / Detective Inspector",
            phone="01632 960111",
            lead="Sasha Fenn",
            lead_agency="Northshire Police / Safeguarding Lead",
            learning="The school and the nurse spoke every week.",
            date="15.12.26",
            relative="Grace Alder",
            born="12/6/35",
        )
    )
    assert (form.layout, form.kind) == ("lewisham-practice-learning", "practice_learning_referral")
    assert answered(form) == {
        "child_name": "Robin Alder",
        "child_dob": "2021-05-04",
        "referral_date": "2026-12-17",
        "referrer_name": "Morgan Quill",
        "referrer_agency": "Northshire Police",
        "referrer_role": "Detective Inspector",
        "referrer_contact": "01632 960111",
        "dsl_name": "Sasha Fenn",
        "dsl_agency": "Northshire Police",
        "dsl_role": "Safeguarding Lead",
        "learning": "The school and the nurse spoke every week.",
        "incident_date": "2026-12-15",
        "family": ({"name": "Grace Alder", "relationship": None, "dob": "1935-06-12"},),
    }
    assert place_of(form, "child_dob") == "f.docx, paragraph 3"
    assert place_of(form, "learning") == "f.docx, table 3 row 1 cell 1"


@pytest.mark.parametrize("title", ["Practice Learning Referral Form (v3)", "NEAR MISS REFERRAL"])
def test_a_practice_learning_form_is_known_under_other_titles(title):
    form = form_of(practice(title=title, name="Robin Alder"))
    assert (form.layout, form.filled) == ("lewisham-practice-learning", True)


def test_a_completed_scoping_form_is_read_exactly():
    form = form_of(write_scoping_return(ANSWERED))

    assert (form.layout, form.kind) == ("lewisham-scoping", "scoping_return")
    expected = {**ANSWERED, "nhs_number": "9434765919", "child_dob": "2021-05-04"}
    expected |= {"date_completed": "2026-12-29"}
    del expected["period"]
    assert answered(form) == expected
    assert form.problems == ()
    assert place_of(form, "involvement_summary") == "f.docx, table 9 row 1 cell 1"


@pytest.mark.parametrize("answers", [{}, PREFILLED, {**PREFILLED, "date_completed": "29/12/26"}])
def test_a_scoping_form_is_blank_until_the_agency_has_answered(answers):
    form = form_of(write_scoping_return(answers))
    assert (form.layout, form.filled, form.problems) == ("lewisham-scoping", False, ())


@pytest.mark.parametrize("answer", [{"further_info": "None"}, {"respondent_name": "Sam Reed"}])
def test_one_answer_of_the_agency_makes_it_a_return(answer):
    assert form_of(write_scoping_return({**PREFILLED, **answer})).filled


def test_a_relative_is_never_taken_for_the_child():
    """The form asks for a birth date and an address under every person's name."""
    people = [["MOTHER:", "Jo Alder"], ["D.O.B:", "12/6/95"], ["Home address:", "1 Quay"]]
    child = [["SUBJECT CHILD:", "Robin Alder"], ["D.O.B:", ""], ["Home Address:", ""]]
    form = form_of(written("INITIAL SCOPING AND INFORMATION SHARING FORM", child, people, RETURN))

    assert answered(form) == {
        "child_name": "Robin Alder",
        "involvement_summary": "Seen twice.",
        "family": ({"name": "Jo Alder", "relationship": "MOTHER", "dob": "1995-06-12"},),
    }


def test_another_areas_referral_is_read_by_its_labels():
    form = form_of(
        written(
            "Northshire Safeguarding Children Partnership: Rapid Review Referral Form",
            *("Details of child", ELSEWHERE, "Section 2: The incident", INCIDENT),
            *("Part C - Referrer:", MAKER, "Date of referral to Business Unit: 17/12/26"),
        )
    )
    assert (form.layout, form.kind) == ("generic-referral", "serious_incident_referral")
    assert answered(form) == {
        "child_name": "Robin ALDER",
        "child_dob": "2021-05-04",
        "nhs_number": "9434765919",
        "incident_date": "2026-12-15",
        "incident_is_death": False,
        "incident_location": "2 Harbour Row",
        "child_protection_plan": "Yes - neglect",
        "summary": "Robin was found unresponsive.",
        "referrer_name": "Morgan Quill",
        "referrer_role": "Detective Inspector",
        "referrer_agency": "Northshire Police",
        "referrer_contact": "01632 960111, m.quill@police.northshire.example",
        "referral_date": "2026-12-17",
    }
    assert place_of(form, "child_dob") == "f.docx, table 1 row 2 cell 3"
    assert [str(problem) for problem in form.problems] == ["label_unknown: Favourite colour"]


def test_a_forms_own_layout_goes_before_the_shared_one():
    assert form_of(write_form(ROBIN)).layout == "lewisham-serious-incident"
    assert form_of(write_form(ROBIN)) == form_of(write_form(ROBIN), OWN)
    assert form_of(write_form(ROBIN), GENERIC).layout == "generic-referral"


def test_the_shared_layout_reads_the_same_answers_as_the_forms_own():
    own, shared = (answered(form_of(write_form(ROBIN), one)) for one in (OWN, GENERIC))
    assert shared == own


def test_a_west_midlands_return_is_read_by_the_shared_layout():
    form = form_of(write_scoping_return(ANSWERED), GENERIC)

    own = answered(form_of(write_scoping_return(ANSWERED)))
    assert (form.layout, answered(form)) == ("generic-return", own)
    assert not form_of(write_scoping_return(PREFILLED), GENERIC).filled


@pytest.mark.parametrize(
    ("referral", "summary", "kind", "is_filled"),
    [
        (INCIDENT, ASKED, "serious_incident_referral", True),
        (INCIDENT, SUMMARISED, "scoping_return", True),
        ([[label, ""] for label, _ in INCIDENT], SUMMARISED, "scoping_return", True),
        ([[label, ""] for label, _ in INCIDENT], ASKED, "serious_incident_referral", False),
    ],
)
def test_one_document_for_referral_and_summary_is_told_by_what_is_filled(
    referral, summary, kind, is_filled
):
    """Manchester's form: one document whose four sections are filled one after another."""
    name = "Robin Alder" if referral is INCIDENT else ""
    form = form_of(
        written(
            *("Referral for Serious Case Review", "Section 1: Referral"),
            [["Name of Child", name], *referral],
            *("Section 2: Individual Agency Summary", summary, "Section 3: Recommendation"),
        )
    )
    assert (form.kind, form.filled) == (kind, is_filled)
    if kind == "scoping_return":
        assert form.text("agency_name") == "Southwood ICB"
        assert form.text("respondent_name") == "Sam Reed"
        assert form.text("involvement_summary") == "Seen twice."


def test_a_child_protection_referral_is_no_review_referral():
    words = ["What are you worried about?", "He has bruises and is at home tonight."]
    form = form_of(
        written(
            *("Northshire MASH referral (MARF)", "Child's details", ELSEWHERE),
            [words, ["Parental Responsibility", "Both"], ["Existing social worker", "None"]],
            "For a serious incident use the Serious Incident Referral form instead.",
        )
    )
    assert (form.layout, form.kind) == ("mash-referral", "immediate_risk")
    assert form.text("summary") == words[1]
    assert (form.text("child_name"), form.text("child_dob")) == ("Robin ALDER", "2021-05-04")


def test_a_review_referral_that_warns_of_the_other_form_stays_one():
    warning = "Do not use this form to make a MASH referral."
    content = written("Rapid Review Referral Form", warning, "Child", ELSEWHERE, INCIDENT)
    assert form_of(content).layout == "generic-referral"


def test_the_authoritys_notification_is_told_from_a_referral():
    rows = [
        ["Notification reference", "SIN-4471"],
        ["Date LA became aware", "15/12/2026"],
        ["Child's name", "Robin Alder"],
        ["Has the child died?", "No"],
        ["Date of incident", "15/12/2026"],
        ["Details of incident", "Found unresponsive."],
    ]
    form = form_of(written("Serious Child Safeguarding Incident Notification", rows))

    assert (form.layout, form.kind) == ("notification", "notification_copy")
    assert (form.text("incident_date"), form.value("incident_is_death")) == ("2026-12-15", False)


@pytest.mark.parametrize(
    "content",
    [
        practice(),
        write_referral_form({}),
        write_form({}),
        written(
            "Rapid Review Referral Form", [[label, ""] for label, _ in INCIDENT], ELSEWHERE[:1]
        ),
        written("Individual Agency Summary", ASKED),
    ],
)
def test_blank_forms_are_known_to_be_blank(content):
    assert (form_of(content).filled, form_of(content).problems) == (False, ())


@pytest.mark.parametrize(
    "content",
    [
        written("Minutes of the safeguarding leads' meeting", MAKER),
        written("Shared on a need to know basis.", MAKER, [["Name", "Jo"], ["DOB", "1/2/95"]]),
        written("CAMHS referral form", ELSEWHERE, INCIDENT),
    ],
)
def test_a_form_of_another_kind_is_none_of_ours(content):
    assert find(content) is None
