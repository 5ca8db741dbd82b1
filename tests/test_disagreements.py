"""A form that its mail, a second form or the calendar contradicts is told, and never changed."""

from datetime import UTC, datetime
from typing import Any

import pytest
from desk import SITE
from forms import ROBIN, write_form
from mails import WORD, mail

from agent.area import load_area
from agent.disagreements import DISAGREEMENTS
from agent.model.facts import Facts
from agent.model.register import Agency, Contact, Register
from agent.pipeline import read_mail
from agent.samples import write_scoping_return

POLICE = Agency("police", "Northshire Police", "statutory_partner", (), ("police.example",))
HOUSING = Agency("housing", "Northgate Housing", "other", (Contact("", "", "a@housing.example"),))
LISTED = load_area("lewisham", SITE, register=Register((POLICE, HOUSING)))[0]
NAME = "Name of Child"
DOB, INCIDENT = "Date of Birth", "Date of Death or Serious Incident (please specify which)"
FULL = "Robin Alder, born 04/05/2021, was found unresponsive at home on 15 December 2026."
BYE = "\n\nKind regards\n\nMorgan Quill\nDetective Inspector\nNorthshire Police\n"


def read(body: str, *files: tuple[str, bytes], subject: str = "Referral", **more: Any) -> Facts:
    attached = [(name, content, WORD) for name, content in files]
    raw = mail(subject=subject, body=body + BYE, attachments=attached, **more)
    return read_mail(LISTED, raw)


def told(facts: Facts) -> list[str]:
    assert facts.form is not None
    return [str(one) for one in facts.form.problems if one.code in DISAGREEMENTS]


def form(**answers: Any) -> tuple[str, bytes]:
    named = {"header_name": answers["child_name"]} if "child_name" in answers else {}
    return "form.docx", write_form({**ROBIN, **named, **answers})


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("Kit Birch, born 04/05/2021, has died.", f"mail_names_other_child: {NAME}"),
        ("Please find our referral about Nadia Oakhurst (6).", f"mail_names_other_child: {NAME}"),
        ("Zac Alder, aged 5, was found unresponsive.", f"mail_names_other_child: {NAME}"),
        ("Robin Alder (dob 05/04/2021): form attached.", f"mail_says_otherwise: {DOB}"),
        ("Robin Alder, born 4 May 2020, see form.", f"mail_says_otherwise: {DOB}"),
        (
            "Robin Alder was found unresponsive at home on 12 December 2026.",
            f"mail_says_otherwise: {INCIDENT}",
        ),
        (
            "The incident happened on 12 December: Robin Alder was seriously injured.",
            f"mail_says_otherwise: {INCIDENT}",
        ),
    ],
)
def test_a_mail_that_contradicts_its_form_is_told(body, problem):
    facts = read(body, form())

    assert told(facts) == [problem]
    assert facts.form is not None
    assert facts.form.text("child_name") == "Robin Alder"
    assert facts.form.text("child_dob") == "2021-05-04"
    assert facts.form.text("incident_date") == "2026-12-15"


@pytest.mark.parametrize(
    "body",
    [
        "Please find our referral attached.",
        FULL,
        "Referral for RA attached, password to follow.",
        "ALDER, Robin: form attached.",
        "Robyn Aldar's form is attached.",
        "Robin's form is attached. Her sister Kit Alder, born 03/03/2024, is with grandparents.",
        "Rob Alder, aged 5, was found unresponsive.",
        "Robin Alder was found at home at 07:40 on 15/12/26, form to follow on 17 December.",
        "Discussed with Sasha Fenn, Safeguarding Lead, on 16 December 2026.",
        "Strategy meeting held on 18 December 2026; Robin Alder was injured on the 15th.",
        "Robin was on a plan from 1 March 2025. The ambulance was called on 15 December.",
        "Jo Alder, mother of Robin, born 12/06/1995, was arrested.",
        "The child is 5 and was injured last week.",
    ],
)
def test_a_mail_that_says_the_same_in_other_words_is_not_told(body):
    assert told(read(body, form())) == []


def test_a_subject_that_names_another_child_is_told():
    facts = read("Form attached.", form(), subject="Referral - Kit Birch dob 01/02/2020")

    assert told(facts) == [f"mail_names_other_child: {NAME}"]


@pytest.mark.parametrize(
    ("answers", "label"),
    [
        ({"referral_date": "17th December 2027"}, "Date of Referral"),
        ({"incident_date": "15.12.27 serious incident"}, INCIDENT),
        ({"referral_date": "10/12/2026"}, INCIDENT),
        ({"child_dob": "16/12/2026"}, DOB),
    ],
)
def test_days_that_cannot_be_are_told(answers, label):
    assert f"days_disagree: {label}" in told(read("Form attached.", form(**answers)))


def test_a_form_of_the_day_it_arrives_is_in_order():
    answers = {"referral_date": "21/12/2026", "incident_date": "21/12/2026 serious incident"}
    late = datetime(2026, 12, 21, 23, 30, tzinfo=UTC)

    assert told(read("Form attached.", form(**answers), received=late)) == []


def test_two_forms_about_one_child_that_differ_are_told():
    second = ("second.docx", form(child_dob="04/05/2020", incident_date="13/12/2026 death")[1])

    assert told(read("Forms attached.", form(), second)) == [
        f"forms_differ: {DOB}",
        f"forms_differ: {INCIDENT}",
    ]


def test_forms_about_two_children_are_told_and_go_to_a_person():
    second = ("second.docx", form(child_name="Nadia Oakhurst")[1])

    assert told(read("Forms attached.", form(), second)) == [f"forms_name_two_children: {NAME}"]


def test_a_form_sent_twice_is_in_order():
    second = ("copy.docx", form(child_name="ALDER, Robin")[1])

    assert told(read("Forms attached.", form(), second)) == []


ANSWERS = {
    "child_name": "Robin Alder",
    "agency_name": "Northshire Police",
    "respondent_name": "Morgan Quill",
    "involvement_summary": "Called out in May.",
    "practice_analysis": "Prompt.",
}


@pytest.mark.parametrize(
    ("sender", "body", "problems"),
    [
        ("a@police.example", "Our return.", []),
        ("a@elsewhere.example", "Our return.", []),
        ("a@housing.example", "Our return.", ["mail_says_otherwise"]),
        ("a@housing.example", "I send this for Northshire Police, they are offline.", []),
        ("a@elsewhere.example", "Return from Northgate Housing.", ["mail_says_otherwise"]),
        ("a@police.example", "We heard from Northgate Housing and Northshire Police.", []),
    ],
)
def test_a_return_of_another_agency_than_the_mail_is_told(sender, body, problems):
    raw = mail(
        sender,
        subject="RE: Request for information",
        body=body,
        attachments=[("return.docx", write_scoping_return(ANSWERS), WORD)],
        in_reply_to="<scoping-1@lscp.example>",
    )
    assert [one.partition(":")[0] for one in told(read_mail(LISTED, raw))] == problems


def test_every_code_is_explained():
    assert all(words.endswith(":") for words in DISAGREEMENTS.values())
