"""The commands that record on cases: who may, what is refused, what is shown of a clock."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from agent.authority import HUMAN_DECISIONS
from agent.clockrules import EVENTS
from agent.store import cases, work
from agent.store.casefiles import get_case_file
from agent.store.db import Database
from tests.desk import Desk, referral

CONFIG = """
database = "sqlite:///agent.db"
files = "files"
[mailbox.reviews]
partnership = "northshire"
site = "site.toml"
[mailbox.reviews.maildir]
path = "incoming"
"""
SITE = """
mailbox = "reviews@northshirescp.example"
[roles]
strategic_lead = "lead@northshirescp.example"
lead_representatives = ["la@northshirescp.example", "icb-lead@northshirescp.example"]
business_manager = "anna@northshirescp.example"
duty = "duty@northshirescp.example"
"""
OPEN: list[dict[str, Any]] = [
    {
        "ref": "SCP/26/014",
        "child_name": "Kit Elm",
        "child_dob": "2020-01-01",
        "events": {"incident": "2024-11-04", "referral_received": "2024-11-05"},
        "letters": [
            {
                "agency": "icb",
                "message_id": "<l1@northshirescp.example>",
                "sent_on": "2024-11-07",
                "due": "2024-11-14T17:00:00",
            }
        ],
    }
]


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """An office with one case of its own and nothing recorded by hand yet."""
    (tmp_path / "agent.toml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "site.toml").write_text(SITE, encoding="utf-8")
    (tmp_path / "open.json").write_text(json.dumps(OPEN), encoding="utf-8")
    with Desk(tmp_path):
        pass
    assert command(tmp_path, "case", "adopt", str(tmp_path / "open.json")).returncode == 0
    return tmp_path


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "agent", "-c", str(folder / "agent.toml"), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"COLUMNS": "200"},
    )


def event(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return command(folder, "case", "event", "SCP/26/014", *arguments)


def anchors(folder: Path, ref: str = "SCP/26/014") -> list[str]:
    database = Database(f"sqlite:///{folder}/agent.db")
    try:
        with database.read() as session:
            file, _ = get_case_file(session, ref)
            return [one.anchor for one in file.events]
    finally:
        database.close()


def waiting(folder: Path) -> list[str]:
    database = Database(f"sqlite:///{folder}/agent.db")
    try:
        with database.read() as session:
            return [note.code for note in work.list_open(session)]
    finally:
        database.close()


ADOPTED = ["incident", "referral_received", "scoping_sent"]


def test_a_lead_representative_records_the_decision(office: Path) -> None:
    by = ("--by", "la@northshirescp.example", "--on", "2024-11-08")
    done = event(office, "criteria_decided", *by, "--detail", "outcome=met")

    assert (done.returncode, done.stderr) == (0, "")
    assert "Friday 8 November 2024 (outcome met)" in done.stdout
    assert anchors(office) == [*ADOPTED, "criteria_decided"]
    shown = command(office, "case", "show", "SCP/26/014").stdout
    assert "la@northshirescp.example" in shown
    assert "command line" in shown


@pytest.mark.parametrize("who", ["Sam Pike", "duty@northshirescp.example", "sam@elsewhere.example"])
def test_who_lacks_the_right_records_nothing_and_is_told_whose_it_is(
    office: Path, who: str
) -> None:
    done = event(office, "rapid_review_agreed", "--by", who, "--on", "2024-11-08")

    assert done.returncode == 77
    assert "that is for strategic_lead, lead_representatives" in done.stderr
    assert anchors(office) == ADOPTED
    assert waiting(office) == ["event_refused"]
    assert command(office, "log", "verify").returncode == 0


def test_no_human_decision_is_recorded_for_a_stranger(office: Path) -> None:
    asked = "outcome=met", "partner=icb", "agencies=icb", "until=2027-06-01", "kind=rapid_review"
    details = [part for pair in asked for part in ("--detail", pair)]

    codes = {
        event(office, name, "--by", "Sam Pike", *details).returncode
        for name in sorted(HUMAN_DECISIONS)[::4]
    }

    assert codes == {77}
    assert anchors(office) == ADOPTED


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("panel_notified", "--on", "2026-02-30"), "`2026-02-30` is no day of the calendar"),
        (("panel_notified", "--on", "2024-11-01"), "before the incident on Monday 4 November"),
        (("panel_notified", "--on", "2040-01-01"), "is still to come"),
        (("panel_told",), "There is no event `panel_told`"),
        (("return_received", "--on", "2024-11-06", "--detail", "agency=icb"), "before the scoping"),
    ],
)
def test_what_cannot_be_is_refused_whole(
    office: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = event(office, *arguments, "--by", "anna@northshirescp.example")

    assert done.returncode == 65
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert anchors(office) == ADOPTED
    assert waiting(office) == []


def test_an_unknown_case_and_a_detail_without_a_value_are_told(office: Path) -> None:
    by = ("--by", "anna@northshirescp.example")

    unknown = command(office, "case", "event", "SCP/26/999", "closed", *by)
    broken = event(office, "closed", *by, "--detail", "outcome")

    assert (unknown.returncode, broken.returncode) == (65, 2)
    assert "There is no case SCP/26/999." in unknown.stderr


def test_a_deadline_is_counted_day_by_day(office: Path) -> None:
    by = ("--by", "lead@northshirescp.example", "--on", "2024-11-07")
    assert event(office, "panel_notified", *by).returncode == 0

    done = command(office, "deadline", "SCP/26/014")

    assert done.returncode == 0
    assert "15 working days after the national Panel was notified on Thursday 7" in done.stdout
    assert "Due Thursday 28 November 2024 at 5.00 pm" in done.stdout
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert "Sat 9 November 2024 - Saturday" in lines
    assert "Thu 28 November 2024 15" in lines
    assert "Due Thursday 14 November 2024 at 5.00 pm: the date that the letter names" in done.stdout
    assert "Not started: it is not recorded" in done.stdout


def test_adopting_twice_changes_nothing(office: Path) -> None:
    again = command(office, "case", "adopt", str(office / "open.json"))

    assert again.returncode == 0
    assert "0 of 1 cases taken over" in again.stdout
    assert anchors(office) == ADOPTED


def test_one_wrong_entry_adopts_none(office: Path) -> None:
    wrong = [
        {"ref": "SCP/26/015", "events": {}},
        {"ref": "SCP/26/016", "events": {"go": "2024-11-01"}},
    ]
    (office / "wrong.json").write_text(json.dumps(wrong), encoding="utf-8")

    done = command(office, "case", "adopt", str(office / "wrong.json"))

    assert done.returncode == 78
    assert "SCP/26/016: there is no event `go`" in done.stderr
    assert "SCP/26/015" not in command(office, "case", "list").stdout


def test_the_agents_own_case_takes_the_offices_reference_and_letters(office: Path) -> None:
    with Desk(office) as desk:
        desk.receives(referral())
        [own] = [ref for ref in desk.cases if ref.startswith("NOR-")]
    entry = {**OPEN[0], "ref": "SCP/26/020", "child_name": "Robin Alder", "child_dob": "2021-05-04"}
    entry["events"] = {"incident": "2026-12-15"}
    (office / "own.json").write_text(json.dumps([entry]), encoding="utf-8")

    assert command(office, "case", "adopt", str(office / "own.json")).returncode == 0

    assert anchors(office, "SCP/26/020") == ["incident", "referral_received", "scoping_sent"]
    assert "SCP/26/020" not in command(office, "case", "list").stdout
    assert own in command(office, "case", "list").stdout


def test_a_restricted_case_is_in_no_list_and_found_by_its_reference(office: Path) -> None:
    by = ("--by", "anna@northshirescp.example", "--on", "2024-11-08")
    assert event(office, "restricted", *by).returncode == 0

    assert "SCP/26/014" not in command(office, "case", "list").stdout
    assert "Kit Elm" in command(office, "case", "show", "SCP/26/014").stdout

    assert event(office, "restricted", *by, "--detail", "lifted=yes").returncode == 0
    assert "SCP/26/014" in command(office, "case", "list").stdout


def test_every_event_of_the_design_can_be_named(office: Path) -> None:
    # `meeting_answered` is ours beside them: who comes is kept per agency.
    assert len(EVENTS) == 31 + 1
    database = Database(f"sqlite:///{office}/agent.db")
    with database.read() as session:
        assert cases.get_case(session, "SCP/26/014").state == "open"
    database.close()


def test_what_each_agency_was_asked_and_answered_is_one_line(office: Path) -> None:
    late = command(office, "case", "requests", "SCP/26/014").stdout
    by = ("--by", "anna@northshirescp.example", "--on", "2024-11-12", "--detail", "agency=icb")
    assert event(office, "nil_received", *by).returncode == 0
    answered = command(office, "case", "requests", "SCP/26/014").stdout

    [line] = [one for one in late.splitlines() if one.startswith("icb")]
    assert line.split() == ["icb", "late", "2024-11-07", "2024-11-14", "17:00", "0"]
    [line] = [one for one in answered.splitlines() if one.startswith("icb")]
    assert line.split()[1] == "nil"
    assert "2024-11-12" in line
