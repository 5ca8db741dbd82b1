"""A round that takes turns: an agency left out, a case opened again, a meeting that is late."""

from pathlib import Path

import pytest

from tests.desk import referral
from tests.stories import Row, detail, event_step, head, mail_step, of_type, play

# Letters leave on Tue 22 December 2026: Wed 23=1 Thu 24=2 Tue 29=3 Wed 30=4 Thu 31=5, due Thu 31.
AGENCIES = ["icb", "police"]


def told(tmp_path: Path, *steps: str) -> tuple[list[Row], list[str]]:
    """Play a round of two letters and these steps; return what was said to or of agencies."""
    text = (
        head("2026-12-21T09:00:00", "2027-01-08T18:00:00")
        + mail_step("2026-12-21T10:00:00", "referral.eml")
        + event_step("2026-12-21T11:00:00", "panel_notified")
        + '[[step]]\nat = 2026-12-21T11:30:00\nact = "complete"\nby = "strategic_lead"\n'
        + detail(summary="A child was hurt.", period="2024 to 2026", family="nobody known")
        + "\n"
        + event_step("2026-12-22T10:00:00", "rapid_review_agreed", more=detail(agencies=AGENCIES))
        + "\n".join(steps)
    )
    return play(tmp_path, text, {"referral.eml": referral()})


def release(at: str, template: str) -> str:
    step = f'[[step]]\nat = {at}\nact = "release"\nby = "business_manager"\n'
    return step + detail(template=template)


def of_template(rows: list[Row], template: str) -> list[str]:
    return [row["agency"] for row in of_type(rows, "sent", "held") if row["template"] == template]


def test_an_agency_left_out_is_told_so_and_nobody_else(tmp_path: Path) -> None:
    left_out = detail(agencies=["police"])
    rows, _ = told(tmp_path, event_step("2026-12-23T10:00:00", "withdrawn", more=left_out))

    assert of_template(rows, "stand-down") == ["police"]
    assert of_template(rows, "reminder") == ["icb"]
    states = [(row["agency"], row["state"]) for row in of_type(rows, "request")]
    assert ("police", "withdrawn") in states
    assert ("icb", "withdrawn") not in states


def test_a_case_withdrawn_as_a_whole_afterwards_is_told_to_the_others(tmp_path: Path) -> None:
    rows, _ = told(
        tmp_path,
        event_step("2026-12-23T10:00:00", "withdrawn", more=detail(agencies=["police"])),
        event_step("2026-12-23T12:00:00", "withdrawn"),
    )

    assert of_template(rows, "stand-down") == ["police", "icb"]
    assert of_template(rows, "reminder") == []


def test_no_agency_is_told_to_stand_down_once_the_case_is_open_again(tmp_path: Path) -> None:
    rows, warnings = told(
        tmp_path,
        event_step("2026-12-23T10:00:00", "withdrawn"),
        event_step("2026-12-23T12:00:00", "reopened"),
        release("2026-12-23T13:00:00", "stand-down"),
    )

    sent = [row["template"] for row in of_type(rows, "sent")]
    assert "stand-down" not in sent
    assert sent.count("reminder") == 2
    assert "the case goes on" in " ".join(warnings) + " ".join(
        row["text"] for row in of_type(rows, "task")
    )


def test_a_stand_down_is_released_while_the_case_is_withdrawn(tmp_path: Path) -> None:
    rows, _ = told(
        tmp_path,
        event_step("2026-12-23T10:00:00", "withdrawn"),
        release("2026-12-23T13:00:00", "stand-down"),
    )

    sent = [row["agency"] for row in of_type(rows, "sent") if row["template"] == "stand-down"]
    assert sent == AGENCIES


@pytest.mark.parametrize(("on", "in_time"), [("2027-01-07", True), ("2027-01-08", False)])
def test_a_meeting_is_in_time_by_its_own_clock_though_the_papers_are_late(
    tmp_path: Path, on: str, in_time: bool
) -> None:
    # Notified Mon 21: 22=1 23=2 24=3 29=4 30=5 31=6 4=7 5=8 6=9 7=10 8=11; the meeting by the 8th.
    held = f"on = {on}\n" + detail(kind="rapid_review", time="17:30")
    rows, _ = told(tmp_path, event_step("2027-01-08T17:45:00", "meeting_held", more=held))

    (event,) = [row for row in of_type(rows, "event") if row["event"] == "meeting_held"]
    assert event["in_time"] is in_time
