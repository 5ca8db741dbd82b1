"""What the forms are filled with before they go out, and what keeps them back."""

import re
from datetime import date

import pytest

from agent.familywords import parse_person
from agent.prefill import UNKNOWN, Prefill, prefill, report_values
from agent.proofread import texts_of
from tests.prefilled import DUE, DUE_WORDS, PERIOD, REFERRAL, case_file, event, office, reviewed

OFFICE = office("northshire")


def ready(referral: object = REFERRAL, completed: object = PERIOD) -> Prefill:
    return prefill(case_file(referral, completed), OFFICE, DUE)  # type: ignore[arg-type]


def names(people: object) -> list[str]:
    assert isinstance(people, tuple)
    return [one["who"] for one in people]


def test_every_known_value_has_its_place_and_the_rest_says_that_it_is_not_known() -> None:
    values = ready().values

    assert {name: values[name] for name in ("due", "child_name", "child_dob", "nhs_number")} == {
        "due": DUE_WORDS,
        "child_name": "Robin Alder",
        "child_dob": "4 May 2021",
        "nhs_number": "943 476 5919",
    }
    assert values["child_address"] == "2 Harbour Row, Southwood"
    assert values["also_known_as"] == values["previous_addresses"] == UNKNOWN
    assert values["summary"] == REFERRAL["summary"]
    assert values["contact"] == "01632 960100 or reviews@northshirescp.example"


def test_the_family_is_told_apart_by_the_words_of_the_referral() -> None:
    values = ready().values

    assert names(values["mothers"]) == ["Jo Alder"]
    assert names(values["fathers"]) == [UNKNOWN]
    assert names(values["siblings"]) == ["Kit Alder (Half-sister)"]
    assert names(values["others"]) == ["Sam Fenn (Mother's partner)"]


@pytest.mark.parametrize(
    ("words", "side"),
    [
        ("Mum", "mothers"),
        ("birth mother", "mothers"),
        ("Mother (main carer)", "mothers"),
        ("Mother of the child", "mothers"),
        ("Subject child's father", "fathers"),
        ("Dad", "fathers"),
        ("Twin brother", "siblings"),
        ("younger sibling", "siblings"),
        ("step-sister", "siblings"),
        ("Step-father", "others"),
        ("Grandmother", "others"),
        ("father of Kit", "others"),
        ("Mother's sister", "others"),
        ("Foster mother", "others"),
        ("Sister-in-law", "others"),
        ("", "others"),
    ],
)
def test_only_the_childs_own_parents_and_siblings_stand_under_their_labels(
    words: str, side: str
) -> None:
    family = [{"name": "Alex Reed", "relationship": words, "dob": None}]

    values = ready({**REFERRAL, "family": family}).values

    sides = ("mothers", "fathers", "siblings", "others")
    assert [one for one in sides if "Alex Reed" in names(values[one])[0]] == [side]


def test_nothing_of_other_agencies_the_police_or_the_coroner_leaves_with_a_form() -> None:
    said = " ".join(texts_of(ready().values))

    assert not re.search(r"DI Quill|stepfather|Infant School|Pupil", said)


def test_what_a_person_completed_comes_before_the_referral() -> None:
    completed = {
        **PERIOD,
        "summary": "Agreed words.",
        "family": "Jo Alder, mother, 12/06/1995, 2 Harbour Row, Southwood; Father: Lee Marsh",
        "also_known_as": "Robin Fenn",
        "nhs_number": "987 654 4321",
        "previous_addresses": "9 Mill Lane",
        "contact": "Anna Bell, 01632 960101",
    }

    values = ready(completed=completed).values

    assert values["summary"] == "Agreed words."
    assert values["also_known_as"] == "Robin Fenn"
    assert values["nhs_number"] == "987 654 4321"
    assert values["previous_addresses"] == "9 Mill Lane"
    assert values["contact"] == "Anna Bell, 01632 960101"
    assert names(values["mothers"]) == ["Jo Alder"]
    assert names(values["fathers"]) == ["Lee Marsh"]
    assert names(values["siblings"]) == [UNKNOWN]


@pytest.mark.parametrize(
    ("line", "person"),
    [
        ("Jo Alder (mother), born 12.6.1995", ("Jo Alder", "mother", "12 June 1995", "")),
        (
            "Jo Alder - mother - 2 Harbour Row, Southwood",
            ("Jo Alder", "mother", "", "2 Harbour Row, Southwood"),
        ),
        ("Grandmother: Pat Alder", ("Pat Alder", "Grandmother", "", "")),
        ("Pat Alder", ("Pat Alder", "", "", "")),
    ],
)
def test_a_typed_line_names_a_person(line: str, person: tuple[str, ...]) -> None:
    assert tuple(parse_person(line).values()) == person


def test_what_is_missing_is_said_in_plain_words() -> None:
    prefilled = ready({}, {})

    assert prefilled.missing == (
        "the child's name",
        "a summary of the case",
        "the period to be looked at",
        "the family, or that nobody is known",
    )


@pytest.mark.parametrize("words", ["see attached report", "N/K", "[insert summary]", "  "])
def test_a_summary_that_says_nothing_is_missing(words: str) -> None:
    assert "a summary of the case" in ready({**REFERRAL, "summary": words}).missing


@pytest.mark.parametrize("words", ["none known", "No family is known", "nobody known."])
def test_a_person_may_say_that_no_family_is_known(words: str) -> None:
    prefilled = ready({**REFERRAL, "family": None}, {**PERIOD, "family": words})

    assert prefilled.missing == ()
    assert names(prefilled.values["mothers"]) == [UNKNOWN]


@pytest.mark.parametrize(
    ("died", "said", "shown"),
    [
        (True, {}, "15 December 2026"),
        (False, {}, "not applicable"),
        (None, {}, UNKNOWN),
        (None, {"date_of_death": "16/12/2026"}, "16 December 2026"),
    ],
)
def test_the_date_of_death_is_that_of_the_incident_only_where_the_child_died(
    died: bool | None, said: dict[str, str], shown: str
) -> None:
    values = ready({**REFERRAL, "incident_is_death": died}, {**PERIOD, **said}).values

    assert values["date_of_death"] == shown


def test_several_children_of_one_incident_stand_on_one_form() -> None:
    children = [
        {"name": "Robin Alder", "dob": "2021-05-04"},
        {"name": "Kim Alder", "dob": None},
    ]

    values = ready({**REFERRAL, "children": children}).values

    assert values["child_name"] == "1. Robin Alder\n2. Kim Alder"
    assert values["child_dob"] == f"1. 4 May 2021\n2. {UNKNOWN}"


def test_the_report_knows_what_was_recorded_of_the_case() -> None:
    values = report_values(reviewed(), OFFICE)

    assert values["notified_on"] == "Thursday 17 December 2026"
    assert values["meeting"] == "Wednesday 6 January 2027"
    assert values["endorsed"] == "Friday 8 January 2027"
    assert values["documents"] == (
        "Referral, Thursday 17 December 2026\n"
        "Notification of the incident, Thursday 17 December 2026\n"
        "Nil return of Northshire Police, Tuesday 22 December 2026"
    )


REVIEW = "child safeguarding practice review"


@pytest.mark.parametrize(
    ("outcome", "decision"),
    [
        ("national_review", f"meets the criteria for a national {REVIEW}"),
        ("local", f"meets the criteria for a local {REVIEW}"),
        ("LCSPR", f"meets the criteria for a local {REVIEW}"),
        ("A local child safeguarding practice review", f"meets the criteria for a local {REVIEW}"),
        ("local_learning", f"does not meet the criteria for a {REVIEW}"),
        ("local learning review", f"does not meet the criteria for a {REVIEW}"),
        ("no local review", f"does not meet the criteria for a {REVIEW}"),
        ("multi-agency audit", f"does not meet the criteria for a {REVIEW}"),
        ("not_met", f"does not meet the criteria for a {REVIEW}"),
        ("national review, else a local review", ""),
        ("", ""),
    ],
)
def test_the_letter_to_the_panel_knows_three_decisions(outcome: str, decision: str) -> None:
    held = event("meeting_held", date(2027, 1, 6), kind="rapid_review", outcome=outcome)

    assert report_values(case_file(events=(held,)), OFFICE)["decision"] == decision
