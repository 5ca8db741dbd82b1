"""Children written otherwise: who is taken for one child, and who never is."""

from datetime import UTC, date, datetime

import pytest

from agent.config import shipped
from agent.likekeys import Told, asked_keys, names_of, stored_keys
from agent.likeness import birth_verdict, likeness, name_verdict
from agent.model.case import CaseSnapshot, CaseType, Child
from agent.ruleset import load_limits

LIMITS = load_limits(shipped("rules") / "limits.toml").match
BORN = date(2021, 5, 4)
INCIDENT = date(2026, 12, 15)
SCHOOL_DAY = datetime(2026, 12, 21, 9, 0, tzinfo=UTC)


def case_of(child: Child, incident_on: date | None = INCIDENT) -> CaseSnapshot:
    """Return an open case of this child."""
    return CaseSnapshot("NOR-1", CaseType.SERIOUS_INCIDENT, 1, child, incident_on, SCHOOL_DAY)


def is_proposed(
    told: Child, known: Child, incident_on: date | None = INCIDENT, *shared: str
) -> bool:
    """Return whether a mail about one child makes the other child's case a proposal."""
    found = likeness(told, incident_on, case_of(known), shared, LIMITS)
    return found.points >= LIMITS.propose_from.value


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("ALDER, Robin", {("robin", "alder")}),
        ("ALDER Robin", {("robin", "alder")}),
        ("AJ Alder", {("aj", "alder")}),
        ("Robin Alder aka Robin Birch", {("robin", "alder"), ("robin", "birch")}),
        ("Robin Alder (he/him)", {("robin", "alder")}),
        ("Robin Alder, 2 Harbour Row", {("robin", "alder")}),
        ("Siân O'Brien-Jones", {("sian", "obrien", "jones")}),
        ("R.A.", {("r", "a")}),
        ("RA", {("r", "a")}),
        ("Baby Alder", {("alder",)}),
        ("Not known", set()),
    ],
)
def test_a_name_is_read_however_a_form_gives_it(typed: str, names: set[tuple[str, ...]]) -> None:
    assert set(names_of(typed)) == names


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        ("Robin Alder", "ALDER, Robin", "same_name"),
        ("Robin Alder", "Robin James Alder", "same_name"),
        ("Robin Okafor-Bell", "Robin Bell", "same_name"),
        ("Mary Ann Alder", "Maryann Alder", "same_name"),
        ("Siân O’Brien", "Sian OBrien", "same_name"),
        ("Robin Alder (known as Bobby)", "Bobby Alder", "same_name"),
        ("Robin (Robbie) Alder", "Robbie Alder", "same_name"),
        ("Robin Alder", "Robin Birch, previously known as Robin Alder", "same_name"),
        ("Robin Alder", "Robyn Alder", "name_alike"),
        ("Robin Alder", "Robin Adler", "name_alike"),
        ("Mohammed Khan", "Muhammad Khan", "name_alike"),
        ("Shaun Birch", "Sean Birch", "sounds_alike"),
        ("R. Alder", "Robin Alder", "initial_and_name"),
        ("RA", "Robin Alder", "initials"),
        ("Robin Alder", "Robin Birch", "part_of_name"),
        ("Baby Alder", "Robin Alder", "part_of_name"),
        ("Baby Birch", "Robin Alder", ""),
        ("", "Robin Alder", ""),
        ("Robin Alder", "Rowan Alder", "other_name"),
        ("Robin Alder", "Kim Alder", "other_name"),
        ("K. Alder", "Robin Alder", "other_name"),
        ("KB", "Robin Alder", "other_name"),
    ],
)
def test_two_names_are_one_childs_or_they_are_not(one: str, other: str, verdict: str) -> None:
    assert name_verdict(one, other, LIMITS) == verdict
    assert name_verdict(other, one, LIMITS) == verdict


@pytest.mark.parametrize(
    ("day", "verdict"),
    [
        (BORN, "same_birth"),
        (date(2021, 4, 5), "birth_nearly"),
        (date(2021, 5, 14), "birth_nearly"),
        (date(2012, 5, 4), "birth_nearly"),
        (date(2020, 5, 4), "birth_nearly"),
        (date(2019, 6, 1), "other_birth"),
        (date(2021, 11, 17), "other_birth"),
        (None, ""),
    ],
)
def test_a_birth_date_may_be_mistyped_in_one_place(day: date | None, verdict: str) -> None:
    assert birth_verdict(BORN, day, LIMITS) == verdict


ROBIN = Child("Robin Alder", BORN)
OTHER_DAY = date(2018, 11, 29)


@pytest.mark.parametrize(
    ("told", "incident_on", "shared"),
    [
        (Child("Robyn Alder", BORN), None, ()),
        (Child("Robin Alder", date(2021, 4, 5)), None, ()),
        (Child("Robyn Adler", date(2021, 5, 14)), date(2026, 12, 17), ()),
        (Child("R. Alder", BORN), None, ()),
        (Child("RA", BORN), None, ()),
        (Child("Robin Birch", BORN), None, ("home",)),
        (Child("Robyn Alder", None), date(2026, 12, 17), ()),
        (Child("Robin Alder", None), None, ()),
        (Child("Baby Alder", None), INCIDENT, ("home",)),
        (Child(None, None), INCIDENT, ("home",)),
        (Child("Robin Alder", OTHER_DAY), INCIDENT, ("home",)),
    ],
)
def test_a_child_written_otherwise_is_proposed(
    told: Child, incident_on: date | None, shared: tuple[str, ...]
) -> None:
    assert is_proposed(told, ROBIN, incident_on, *shared)


@pytest.mark.parametrize(
    ("who", "told", "incident_on", "shared"),
    [
        ("a sibling at home", Child("Rowan Alder", OTHER_DAY), INCIDENT, ("home", "family")),
        ("a sibling, one letter", Child("Robyn Alder", OTHER_DAY), INCIDENT, ("home", "family")),
        ("a sibling not dated", Child("Rowan Alder", None), INCIDENT, ("home", "family")),
        ("a twin", Child("Rowan Alder", BORN), INCIDENT, ("home", "family")),
        ("a namesake", Child("Robin Alder", OTHER_DAY), None, ()),
        ("a namesake, same day", Child("Robin Alder", OTHER_DAY), INCIDENT, ()),
        ("a namesake, other day", Child("Robin Alder", None), date(2026, 3, 1), ()),
        ("a neighbour", Child("Kim Birch", OTHER_DAY), INCIDENT, ()),
        ("a school friend", Child("Kim Birch", BORN), INCIDENT, ()),
        ("a lodger", Child("Kim Birch", OTHER_DAY), INCIDENT, ("home",)),
        ("a child with that mother", Child(None, OTHER_DAY), INCIDENT, ("home", "family")),
        ("somebody at that home", Child(None, None), None, ("home",)),
        ("nobody", Child(None, None), INCIDENT, ()),
    ],
)
def test_another_child_is_never_proposed(
    who: str, told: Child, incident_on: date | None, shared: tuple[str, ...]
) -> None:
    assert not is_proposed(told, ROBIN, incident_on, *shared), who


def test_another_nhs_number_speaks_against_a_twin_with_a_like_name() -> None:
    ella, ellie = Child("Ella Alder", BORN, "943 476 5919"), Child("Ellie Alder", BORN)
    shared = ("home", "family")

    assert is_proposed(ellie, ella, INCIDENT, *shared)
    assert not is_proposed(Child("Ellie Alder", BORN, "9434765870"), ella, INCIDENT, *shared)


def test_an_nhs_number_speaks_for_a_child_of_another_name() -> None:
    known = Child("Robin Alder", BORN, "943 476 5919")

    assert is_proposed(Child("Robin Birch", OTHER_DAY, "9434765919"), known, None, "home")
    assert is_proposed(Child("Baby", None, "9434765919"), known, None)


def test_the_reasons_name_what_agrees_and_not_the_child() -> None:
    told = Child("Robyn Alder", date(2021, 4, 5))

    assert likeness(told, INCIDENT, case_of(ROBIN), {"home"}, LIMITS).why == (
        "name alike, birth nearly, same incident date, same home"
    )


def is_found(mail: Told, case: Told) -> set[str]:
    """Return the sorts of keys by which a mail finds a case."""
    return {key.sort for key in set(asked_keys(mail)) & set(stored_keys(case))}


@pytest.mark.parametrize(
    ("told", "known"),
    [
        (Child("Robyn Adler", date(2018, 1, 1)), ROBIN),
        (Child("R. Alder", None), ROBIN),
        (Child("Robin Alder", None), Child("R. Alder", BORN)),
        (Child("R. Alder", None), Child("R Alder", None)),
        (Child("Kim Birch", BORN), ROBIN),
        (Child("Kim Birch", date(2021, 4, 5)), ROBIN),
        (Child("Bobby Alder", None), Child("Robin Alder (known as Bobby)", BORN)),
    ],
)
def test_a_case_is_found_by_how_names_sound_or_by_the_birth_date(told: Child, known: Child) -> None:
    assert is_found(Told(told), Told(known))


def test_a_surname_alone_finds_no_case() -> None:
    assert not is_found(Told(Child("Kim Alder", date(2018, 1, 1))), Told(ROBIN))


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2 Harbour Row, Southwood", "2 Harbour Row, Southwood, SW9 2BB", True),
        ("Flat 3, 20 High Street, Town AB1 2CD", "flat 3 20 high st\nAB12CD", True),
        ("No. 2 Mill Road", "2 Mill Rd, Southwood", True),
        ("Rose Cottage, Mill Lane, AB1 2CD", "Rose Cottage, AB1 2CD", True),
        ("2 Harbour Row, Southwood", "4 Harbour Row, Southwood", False),
        ("Flat 3, 20 High Street", "Flat 5, 20 High Street", False),
        ("Harbour Row, Southwood", "Harbour Row, Southwood", False),
        ("As above", "As above", False),
    ],
)
def test_a_home_is_known_by_its_number_and_never_by_its_street(
    one: str, other: str, is_same: bool
) -> None:
    nobody = Child(None, None)

    assert is_found(Told(nobody, one), Told(nobody, other)) == ({"home"} if is_same else set())


def test_a_family_is_known_by_another_of_its_names_however_it_is_spelt() -> None:
    one = Told(ROBIN, None, ("Sarah Alder", "Robin Alder"))
    other = Told(Child("Kim Birch", None), None, ("ALDER, Sara",))
    third = Told(Child("Kim Birch", None), None, ("Robin Alder", "N/K"))

    assert is_found(one, other) == {"family"}
    assert is_found(one, third) == set()
