"""The clocks that areas declare: all of them whole, and a wrong one refused by name."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from agent.clockrules import CLOCK_NAMES, ClockRule, get_clocks
from agent.config import shipped
from agent.declared import load_declared
from agent.errors import RuleError
from agent.model.case import CaseType
from agent.profile import Profile
from agent.ruleset import load_limits
from tests.clocks import rules_of

PARTNERSHIPS = shipped("rules") / "partnerships"
LIMITS = load_limits(shipped("rules") / "limits.toml").clocks
AREAS = {
    "kscp": "004_fa0018f7530f5175.txt",
    "lambeth": "000_b4ed07fea2e23f51.txt",
    "lancashire": "002_0edf20aa1add33f4.txt",
    "leeds": "003_062539ab7889ab9c.txt",
    "lewisham": "001_ef00117a1c29e64a.txt",
    "northshire": "invented for the demonstration",
}
NATIONAL = {"la_notification", "report", "panel_reply", "review_6_months"}
EVERYWHERE = {*NATIONAL, "decision", "scoping_out", "return", "meeting", "sign_off"}
LEWISHAM = {*EVERYWHERE, "partner_alert", "recommendation", "papers_out"}
DEFAULT = "default of this project"

CLOCK = """
[[clock]]
name = "decision"
anchor = "referral_received"
stops = "criteria_decided"
after = { working_days = 5 }
source = "invented"
checked_on = 2026-11-25
"""


def own_clocks(slug: str) -> tuple[ClockRule, ...]:
    return load_declared(PARTNERSHIPS / slug / "profile.toml", Profile).clock


def declared(path: Path, clock: str) -> Profile:
    """Return Northshire's profile with other clocks, loaded from a file."""
    text = (PARTNERSHIPS / "northshire" / "profile.toml").read_text(encoding="utf-8")
    procedure, _, _ = text.partition("[[clock]]")
    file = path / "profile.toml"
    file.write_text(procedure + clock, encoding="utf-8")
    return load_declared(file, Profile)


def test_every_shipped_area_is_looked_at_here() -> None:
    assert {path.name for path in PARTNERSHIPS.iterdir()} == set(AREAS)


@pytest.mark.parametrize("slug", AREAS)
def test_every_number_says_where_it_comes_from(slug: str) -> None:
    """An area's own numbers cite its own document, public rules, or are marked as ours."""
    public = ("Working Together", "GOV.UK", "Panel", "no public text", DEFAULT)
    for one in own_clocks(slug):
        for source in (one.source, *(reading.source for reading in one.readings)):
            assert source.startswith((AREAS[slug], *public)), (one.name, source)
        assert date(2026, 11, 1) <= one.checked_on
    for one in LIMITS.clock:
        assert one.source.startswith((*public, AREAS["lewisham"])), one.name


@pytest.mark.parametrize(
    ("slug", "names"),
    [
        ("lambeth", EVERYWHERE),
        ("leeds", EVERYWHERE),
        ("lancashire", {*EVERYWHERE, "case_consideration"}),
        ("lewisham", LEWISHAM),
        ("northshire", LEWISHAM),
        ("kscp", {*EVERYWHERE, "triage", "papers_out"}),
    ],
)
def test_an_area_has_the_clocks_of_its_own_steps(slug: str, names: set[str]) -> None:
    assert {one.name for one in rules_of(slug)} == names


@pytest.mark.parametrize("slug", AREAS)
def test_the_countrys_clocks_run_through_an_offices_closures(slug: str) -> None:
    assert {one.name for one in rules_of(slug) if one.national} == NATIONAL


@pytest.mark.parametrize("slug", AREAS)
def test_every_clock_of_an_area_has_its_hour_and_stands_in_order(slug: str) -> None:
    found = rules_of(slug)
    order = [CLOCK_NAMES.index(one.name) for one in found if not one.own]

    assert {str(one.at) for one in found} == {"17:00:00"}
    assert order == sorted(order)
    assert [one.own for one in found] == sorted(one.own for one in found)


@pytest.mark.parametrize(
    ("slug", "ours"),
    [
        ("lambeth", {"decision", "scoping_out", "return", "meeting", "sign_off"}),
        ("leeds", {"decision", "scoping_out", "return", "meeting", "sign_off"}),
        ("lewisham", set()),
        ("kscp", set()),
    ],
)
def test_what_an_areas_document_does_not_say_is_marked(slug: str, ours: set[str]) -> None:
    assert {one.name for one in rules_of(slug) if one.source == DEFAULT} == ours


def test_northshires_numbers_are_lewishams() -> None:
    def numbers(slug: str) -> list[tuple[str, str, str]]:
        return [(one.name, str(one.opens), str(one.after)) for one in own_clocks(slug)]

    assert numbers("northshire") == numbers("lewisham")


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        (
            '"referral_received"',
            '"referal_received"',
            "clock `decision`: there is no event `referal_received`; did you mean "
            "`referral_received`?",
        ),
        ('"criteria_decided"', '"xyz"', "clock `decision`: there is no event `xyz`; known: "),
        (
            '"criteria_decided"',
            '"criteria_decided:maybe"',
            "clock `decision`: `criteria_decided` has no outcome `maybe`",
        ),
        ('"criteria_decided"', '"closed:early"', "clock `decision`: `closed` has no outcome"),
        ('"criteria_decided"', '"meeting_held:"', "clock `decision`: `meeting_held:` names no"),
        ('"criteria_decided"', '["aware", "wary"]', "clock `decision`: there is no event `wary`"),
        ('name = "decision"', 'name = "desicion"', "or did you mean `decision`?"),
        ('name = "decision"', 'name = "decision"\nown = true', "the name is one of all areas"),
        ('name = "decision"', 'name = "return"', "clock `return`: it runs from `scoping_sent`"),
        ("working_days = 5", "working_days = 5, days = 5", "say how long in one of"),
        ("{ working_days = 5 }", "{ }", "say how long in one of"),
        ("working_days = 5", "weeks = 5", "unknown key `clock.0.after.weeks`"),
        ("working_days = 5", "working_days = -5", "greater than or equal to 0"),
        ('source = "invented"', "", "clock.0.source: Field required"),
        ('source = "invented"', 'source = ""', "clock.0.source: "),
        (
            "checked_on",
            "readings = [{ day_one = true, after = { days = 3 }, "
            'why = "w", source = "s" }]\nchecked_on',
            "clock `decision`: `day_one` goes with working days only",
        ),
        (
            'name = "decision"\nanchor = "referral_received"',
            'name = "return"\ncut_off = "17:00"\nanchor = "scoping_sent"',
            "clock `return`: a letter that is sent has no cut-off hour",
        ),
        (
            "after = {",
            "opens = { days = 2 }\nafter = {",
            "clock `decision`: `opens` and `after` must be in the same unit",
        ),
        (
            "checked_on",
            'readings = [{ anchor = "awear", why = "w", source = "s" }]\nchecked_on',
            "clock `decision`: there is no event `awear`; did you mean `aware`?",
        ),
    ],
)
def test_a_wrong_clock_is_refused_by_its_file_and_name(
    tmp_path: Path, right: str, wrong: str, told: str
) -> None:
    assert right in CLOCK
    with pytest.raises(RuleError) as refused:
        declared(tmp_path, CLOCK.replace(right, wrong, 1))

    assert str(tmp_path / "profile.toml") in str(refused.value)
    assert told in str(refused.value)


def test_two_clocks_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="two clocks are called `decision`"):
        declared(tmp_path, CLOCK + CLOCK)


def test_the_same_clock_is_taken_when_nothing_is_wrong_with_it(tmp_path: Path) -> None:
    (clock,) = declared(tmp_path, CLOCK).clock

    assert (clock.name, clock.anchor, str(clock.after)) == (
        "decision",
        ("referral_received",),
        "5 working days",
    )


def test_an_area_without_a_shared_clock_says_so_by_applying_it_to_no_case(tmp_path: Path) -> None:
    own = declared(tmp_path, CLOCK.replace("after", "applies = []\nafter")).clock
    due_at = LIMITS.due_at.value
    found = get_clocks(own, LIMITS.clock, due_at, CaseType.SERIOUS_INCIDENT)

    assert {one.name for one in found} == EVERYWHERE - {"decision"}


def test_a_bank_holiday_proclaimed_later_is_declared_with_its_source(tmp_path: Path) -> None:
    file = tmp_path / "limits.toml"
    shipped_text = (shipped("rules") / "limits.toml").read_text(encoding="utf-8")
    lines = shipped_text.splitlines()
    example = [line.removeprefix("#   ") for line in lines if line.startswith("#   ")]
    file.write_text(shipped_text + "\n".join(example), encoding="utf-8")

    assert tomllib.loads("\n".join(example))
    assert [one.on for one in load_limits(file).clocks.bank_holiday] == [date(2027, 6, 11)]
