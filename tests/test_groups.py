"""The groups that meet about cases: what stands on their agendas, what they may decide."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from agent.acts import Act, decide_event
from agent.agenda import agenda_of
from agent.area import load_area
from agent.grouprules import Group, find_group
from agent.model.case import CaseEvent, CaseFile, CaseSnapshot, CaseType, Child
from tests.desk import SITE
from tests.test_case_commands import command, event, office  # noqa: F401  the fixture

LEARNING, SERIOUS = CaseType.PRACTICE_LEARNING, CaseType.SERIOUS_INCIDENT
NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)


def group(area: str, id_: str) -> Group:
    loaded, _ = load_area(area, SITE)
    found = find_group(loaded.profile.group, id_)
    assert found is not None
    return found


def happened(anchor: str, day: int, **detail: str) -> CaseEvent:
    """Return an event of a day of November 2026."""
    at = datetime(2026, 11, day, 9, tzinfo=UTC)
    return CaseEvent(anchor, date(2026, 11, day), "manager", at, None, detail)


def case(*events: CaseEvent, kind: CaseType = SERIOUS, state: str = "open") -> CaseFile:
    child = Child("Robin Alder", None)
    snapshot = CaseSnapshot("X-1", kind, 1, child, date(2026, 10, 30), NOW, state)
    return CaseFile(snapshot, (happened("referral_received", 2), *events))


def waits(area: str, id_: str, file: CaseFile) -> bool:
    return bool(agenda_of(group(area, id_), [file]))


NOT_MET = happened("criteria_decided", 5, outcome="not_met")
MET = happened("criteria_decided", 5, outcome="met")
GO = happened("rapid_review_agreed", 6)
REVIEWED = happened("meeting_held", 12, kind="rapid_review")
HEARD = happened("meeting_held", 12, kind="learning_group", outcome="review of the case")


@pytest.mark.parametrize(
    ("area", "id_", "file", "expected"),
    [
        # Practice learning goes to the group at once, a serious incident where it falls short.
        ("lewisham", "learning_group", case(kind=LEARNING), True),
        ("lewisham", "learning_group", case(), False),
        ("lewisham", "learning_group", case(MET), False),
        ("lewisham", "learning_group", case(NOT_MET), True),
        ("lewisham", "learning_group", case(HEARD, kind=LEARNING), False),
        ("lewisham", "learning_group", case(kind=LEARNING, state="withdrawn"), False),
        ("lancashire", "case_consideration", case(), True),
        ("lancashire", "case_consideration", case(MET), False),
        ("lancashire", "rapid_review", case(MET, GO), True),
        ("leeds", "review_advisory_group", case(GO), False),
        ("leeds", "review_advisory_group", case(GO, REVIEWED), True),
        ("leeds", "executive", case(GO, REVIEWED), False),
        ("leeds", "executive", case(GO, REVIEWED, happened("recommended", 13)), True),
        ("kscp", "triage", case(), True),
        ("kscp", "triage", case(happened("considered", 3)), False),
        ("kscp", "rapid_review", case(GO), True),
        ("kscp", "chair", case(GO, REVIEWED), True),
        ("kscp", "chair", case(GO, REVIEWED, happened("recommendation_approved", 14)), False),
        ("lambeth", "rapid_review", case(GO), True),
        ("lambeth", "rapid_review", case(GO, REVIEWED), False),
    ],
)
def test_a_case_waits_for_the_group_whose_turn_it_is(
    area: str, id_: str, file: CaseFile, expected: bool
) -> None:
    assert waits(area, id_, file) is expected


def test_a_case_adjourned_to_a_later_day_is_on_the_agenda_again() -> None:
    again = happened("agenda_set", 20, kind="learning_group")
    (item,) = agenda_of(group("lewisham", "learning_group"), [case(HEARD, again, kind=LEARNING)])

    assert item.put_on == date(2026, 11, 20)


def test_what_has_a_day_comes_first_then_the_longest_waiting() -> None:
    files = [
        case(kind=LEARNING),
        case(happened("agenda_set", 25, kind="learning_group"), kind=LEARNING),
    ]
    first, second = agenda_of(group("lewisham", "learning_group"), files)

    assert (first.put_on, first.since) == (date(2026, 11, 25), date(2026, 11, 2))
    assert second.put_on is None


def test_every_group_of_every_area_says_where_it_stands() -> None:
    for area in ("lambeth", "lewisham", "lancashire", "leeds", "kscp"):
        loaded, _ = load_area(area, SITE)
        assert loaded.profile.group != ()
        for one in loaded.profile.group:
            assert one.source.split(",")[0].endswith(".txt")


@pytest.mark.parametrize(
    ("outcome", "is_asked"),
    [
        ("Local child safeguarding practice review", False),
        ("local", False),
        ("no_further_action", False),
        ("a strongly worded letter", True),
    ],
)
def test_an_outcome_that_the_document_does_not_name_is_asked_about(
    outcome: str, is_asked: bool
) -> None:
    loaded, _ = load_area("lewisham", SITE)
    detail = {"kind": "rapid_review", "outcome": outcome}
    act = Act(
        "meeting_held", date(2026, 11, 12), "manager", frozenset({"business_manager"}), detail
    )
    decision = decide_event(case(MET, GO), act, loaded, NOW)

    assert [note.code for note in decision.tasks] == (["check_event"] if is_asked else [])
    if is_asked:
        assert "multi-agency audit" in decision.tasks[0].text


def test_an_agenda_is_printed_with_the_next_meeting(office: Path) -> None:  # noqa: F811
    site = office / "site.toml"
    days = "\n[meetings]\nlearning_group = [2020-01-07, 2099-01-05]\n"
    site.write_text(site.read_text(encoding="utf-8") + days, encoding="utf-8")
    by = ("--by", "la@northshirescp.example", "--on", "2024-11-08")
    assert event(office, "criteria_decided", *by, "--detail", "outcome=not_met").returncode == 0

    shown = command(office, "group", "agenda", "learning_group").stdout

    assert "meets next: Monday 5 January 2099" in shown
    assert "SCP/26/014" in shown or "NOR-" in shown
    assert "Friday 8 November 2024" in shown
    assert "not put on one yet" in shown


def test_an_unknown_group_is_told_with_those_there_are(office: Path) -> None:  # noqa: F811
    done = command(office, "group", "agenda", "board")

    assert done.returncode == 65
    assert "known: learning_group, rapid_review" in done.stderr


def test_the_groups_are_listed_with_what_they_may_decide(office: Path) -> None:  # noqa: F811
    shown = command(office, "group", "list").stdout

    assert "Learning from Practice Group (learning_group)" in shown
    assert "- anonymised material for training" in shown
