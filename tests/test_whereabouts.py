"""A child of another authority, or looked after: what a person is told, and that nobody else is."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.profile import load_site
from agent.samples import write_referral_form
from agent.store import work
from tests.desk import Desk, referral
from tests.mails import WORD, mail

HOME = "2 Harbour Row, Southwood"


def told(desk: Desk, answers: dict[str, Any]) -> dict[str, str]:
    """Take a referral with these answers; return what is then asked of a person, by its code."""
    desk.receives(referral(answers))
    with desk.database.read() as session:
        notes = work.list_open(session)
    return {note.code: note.text for note in notes if note.code in ("out_of_area", "looked_after")}


def knowing(desk: Desk, *places: str) -> Desk:
    site = desk.line.office.site.model_copy(update={"places": places})
    desk.line = replace(desk.line, office=replace(desk.line.office, site=site))
    return desk


def test_a_child_of_the_area_raises_nothing(desk: Desk) -> None:
    assert told(desk, {"looked_after": "No", "incident_location": "At home"}) == {}


@pytest.mark.parametrize(
    "answers",
    [
        {"looked_after": "Yes - placed by Westmarch County Council since 2024"},
        {"open_to_social_care": "Yes - Jo Bell, London Borough of Easting"},
        {"child_address": "14 Mill Lane, Fennick, Westmarch Borough"},
        {"summary": "Robin was placed out of area in May and was found unresponsive."},
        {"summary": "Robin lives with an aunt in another local authority."},
        {"incident_location": "A hotel; it happened on holiday abroad"},
        {"reason_for_referral": "Placed here by Westmarch Council; neglect is suspected."},
    ],
)
def test_explicit_words_of_another_authority_are_work_for_a_person(
    desk: Desk, answers: dict[str, str]
) -> None:
    text = told(desk, answers)["out_of_area"]

    assert "where the incident took place" in text
    assert "nothing goes to another area by itself" in text
    assert "Robin" not in text


@pytest.mark.parametrize(
    "answers",
    [
        {"open_to_social_care": "Yes - Jo Bell, Northshire County Council"},
        {"summary": "Robin was known to Westmarch Council's library service."},
        {"summary": "Robin was not placed out of area."},
        {"child_address": "91 Quay Street, Fennick"},
    ],
)
def test_without_a_list_of_places_nothing_less_than_words_raises_it(
    desk: Desk, answers: dict[str, str]
) -> None:
    assert told(desk, answers) == {}


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({"child_address": "91 Quay Street, Fennick"}, "The child's home is none of"),
        ({"incident_location": "Fennick pier, FE3 9ZZ"}, "The place of the incident is none of"),
        ({"child_address": "7 Row, NS126AB"}, ""),
        ({"child_address": "7 Row, NS12 6AB"}, ""),
        ({"child_address": "7 Row, NS1 6AB"}, "The child's home"),
        ({"incident_location": "At home"}, ""),
        ({"incident_location": "As above"}, ""),
        ({"child_address": HOME}, ""),
    ],
)
def test_with_the_areas_places_an_address_elsewhere_raises_it(
    desk: Desk, answers: dict[str, str], says: str
) -> None:
    found = told(knowing(desk, "Southwood", "NS12"), answers)

    assert found.get("out_of_area", "").startswith(says)
    assert ("out_of_area" in found) == bool(says)


@pytest.mark.parametrize(
    ("answer", "is_so"),
    [
        ("Yes", True),
        ("Yes - section 20 since 2022", True),
        ("Section 31 full care order", True),
        ("In foster care", True),
        ("No", False),
        ("Not known", False),
        ("No - was in care until 2020", False),
        ("Previously, section 20", False),
        ("", False),
    ],
)
def test_a_looked_after_child_is_told_by_the_answer(desk: Desk, answer: str, is_so: bool) -> None:
    assert ("looked_after" in told(desk, {"looked_after": answer})) == is_so


def test_the_death_of_a_looked_after_child_is_notified_in_any_case(desk: Desk) -> None:
    died = {"looked_after": "Yes", "incident_date": "15.12.26 date of death"}

    assert "Secretary of State and Ofsted in any case" in told(desk, died)["looked_after"]


def test_a_looked_after_child_who_lives_is_no_such_case(desk: Desk) -> None:
    assert "Ofsted" not in told(desk, {"looked_after": "Yes"})["looked_after"]


def test_a_second_referral_asks_only_what_the_first_did_not(desk: Desk) -> None:
    desk.receives(referral({"looked_after": "Yes"}))
    form = write_referral_form(
        {
            "child_name": "Robin Alder",
            "child_dob": "04/05/2021",
            "incident_date": "15.12.26 serious incident",
            "looked_after": "Yes - placed by Westmarch County Council",
            "referrer_name": "Jo Bell",
            "referrer_agency": "School",
            "summary": "He was found.",
            "reason_for_referral": "Harm.",
        }
    )
    school = "Jo Bell <office@school.northshire.example>"
    desk.receives(mail(school, attachments=[("r.docx", form, WORD)], message_id="<7@x.example>"))

    assert len(desk.cases) == 1
    assert desk.waiting.count("looked_after") == 1
    assert desk.waiting.count("out_of_area") == 1


def test_no_mail_leaves_for_another_area(desk: Desk) -> None:
    answers = {"looked_after": "Yes - Westmarch County Council, duty@westmarch.example"}
    desk.receives(referral(answers))

    assert not any("westmarch" in mail.to_address for mail in desk.outbox)


def test_the_places_stand_in_site_toml(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text('places = ["Southwood", "NS12"]\n', encoding="utf-8")

    assert load_site(tmp_path / "site.toml").places == ("Southwood", "NS12")
