"""References and matching: a case is joined by what cannot be guessed, never by likeness."""

from datetime import date

import pytest

from agent.match import child_keys
from agent.model.case import Child
from agent.reference import find_references, is_genuine, make_reference
from tests.desk import Desk, referral
from tests.mails import mail, out_of_office

SECRET = b"a secret of this deployment"
REF = make_reference("NOR", 2026, 7, SECRET)


def test_a_reference_is_short_and_says_nothing_about_the_child() -> None:
    assert REF.startswith("NOR-2026-0007-")
    assert len(REF) == len("NOR-2026-0007-XXX")
    assert is_genuine(REF, SECRET)


def test_no_two_cases_of_a_year_share_a_reference() -> None:
    assert len({make_reference("NOR", 2026, number, SECRET) for number in range(2000)}) == 2000


def test_a_mistyped_or_guessed_reference_is_noticed() -> None:
    stem, check = REF.rsplit("-", 1)
    wrong = [f"NOR-2026-0008-{check}", f"NOR-2025-0007-{check}", f"{stem}-{check[::-1]}x"[:17]]

    assert not any(is_genuine(reference, SECRET) for reference in wrong)
    assert not is_genuine(REF, b"another deployment's secret")


@pytest.mark.parametrize(
    "typed",
    [REF, REF.lower(), REF.replace("-", " "), REF.replace("-", "/"), f"RE: [{REF}]", f"({REF})."],
)
def test_a_reference_is_found_however_people_type_it(typed: str) -> None:
    assert find_references(f"FW: your ref {typed} thanks", "NOR") == (REF,)


def test_another_areas_reference_or_a_longer_word_is_not_ours() -> None:
    assert find_references(f"LEW{REF[3:]} X{REF} {REF}9", "NOR") == ()


def test_names_match_in_either_order_and_any_case() -> None:
    born = date(2021, 5, 4)
    same = [Child("Robin Alder", born), Child("ALDER, Robin", born), Child("alder  robin", born)]

    assert len({child_keys(child) for child in same}) == 1
    assert child_keys(Child("Robin Alder", date(2021, 4, 5))) != child_keys(same[0])
    assert child_keys(Child("Robin Alder", None)) == ()


def test_a_mail_that_names_a_case_by_its_reference_is_shown_with_it(desk: Desk) -> None:
    desk.receives(referral())
    ref = desk.cases[0]

    row = desk.row(desk.receives(mail(subject=f"About {ref}", message_id="<9@x.example>")))

    assert row["case"] == ref
    assert row["case_opened"] is False


def test_an_answer_in_the_thread_of_our_mail_is_shown_with_the_case(desk: Desk) -> None:
    desk.receives(referral())
    ours = str(desk.sent[0]["Message-ID"])

    row = desk.row(desk.receives(out_of_office(in_reply_to=ours)))

    assert row["kind"] == "auto_reply"
    assert row["case"] == desk.cases[0]


def test_a_guessed_reference_finds_no_case(desk: Desk) -> None:
    desk.receives(referral())
    guess = desk.cases[0][:-3] + "AAA"

    row = desk.row(desk.receives(mail(subject=f"About {guess}", message_id="<9@x.example>")))

    assert row["case"] is None


def test_another_childs_referral_in_a_cases_thread_does_not_join_it(desk: Desk) -> None:
    desk.receives(referral())
    other = {"child_name": "Kim Birch", "child_dob": "1 June 2019"}
    raw = referral(other, message_id="<2@x.example>", in_reply_to="<1@police.northshire.example>")

    row = desk.row(desk.receives(raw))

    assert row["case_opened"] is True
    assert row["review_reasons"] == ["possible_duplicate"]


@pytest.mark.parametrize(
    ("day", "joins", "reviews"),
    [
        ("18.12.26", True, []),
        ("19.12.26", False, ["possible_duplicate"]),
        ("not known", False, ["possible_duplicate"]),
    ],
)
def test_the_same_child_joins_within_three_days_and_is_shown_beyond(
    desk: Desk, day: str, joins: bool, reviews: list[str]
) -> None:
    desk.receives(referral())

    row = desk.row(
        desk.receives(referral({"incident_date": day}, message_id="<2@icb.northshire.example>"))
    )

    assert row["case_opened"] is not joins
    assert row["review_reasons"] == reviews


def test_a_child_who_is_only_alike_never_joins_even_on_the_very_day(desk: Desk) -> None:
    desk.receives(referral())
    raw = referral({"child_name": "Robyn Alder"}, message_id="<2@icb.northshire.example>")

    row = desk.row(desk.receives(raw))

    assert row["case_opened"] is True
    assert row["review_reasons"] == ["possible_duplicate"]


def test_a_child_who_is_alike_takes_no_mail_from_the_case_that_it_names(desk: Desk) -> None:
    desk.receives(referral())
    desk.receives(referral({"child_name": "Robyn Alder"}, message_id="<2@icb.northshire.example>"))
    named = desk.cases[1]

    raw = mail(subject=f"Return {named}", message_id="<3@icb.northshire.example>")
    row = desk.row(desk.receives(raw))

    assert row["case"] == named
    assert "possible_case" not in row["review_reasons"]
