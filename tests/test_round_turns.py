"""A round that takes turns: an agency left out, a case opened again, a meeting that is late."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.desk import referral
from tests.mails import bounce_of, mail
from tests.stories import Row, detail, event_step, head, mail_step, of_type, play

# Letters leave on Tue 22 December 2026: Wed 23=1 Thu 24=2 Tue 29=3 Wed 30=4 Thu 31=5, due Thu 31.
AGENCIES = ["icb", "police"]
ICB = "lee.brook@icb.northshire.example"


def told(
    tmp_path: Path, *steps: str, mails: Mapping[str, bytes] | None = None
) -> tuple[list[Row], list[str]]:
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
    return play(tmp_path, text, {"referral.eml": referral(), **(mails or {})})


def came_back(template: str, agency: str, to: str) -> bytes:
    """Return the report that a mail of ours to that address could not be delivered."""
    marks = f"@@SUBJECT:{template}:{agency}@@", f"@@MESSAGE-ID:{template}:{agency}@@"
    head = "To: {}\r\nSubject: {}\r\nMessage-ID: {}\r\n\r\nx\r\n".format(to, *marks)
    return bounce_of(head.encode(), to)


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


def test_after_a_bounce_one_letter_goes_to_the_new_address(tmp_path: Path) -> None:
    register = '[[step]]\nat = 2026-12-23T10:00:00\nact = "register"\nby = "business_manager"\n'
    new = "new.nurse@icb.northshire.example"
    rows, _ = told(
        tmp_path,
        mail_step("2026-12-22T10:30:00", "bounce.eml"),
        register + detail(agency_id="icb", email=new, second_by="strategic_lead"),
        mails={"bounce.eml": came_back("scoping-letter", "icb", ICB)},
    )

    letters = [row["to"] for row in of_type(rows, "sent") if row["template"] == "scoping-letter"]
    assert letters.count([new]) == 1
    assert len(letters) == 3


def test_nothing_more_is_written_where_a_reminder_came_back(tmp_path: Path) -> None:
    rows, _ = told(
        tmp_path,
        mail_step("2026-12-30T10:00:00", "bounce.eml"),
        mails={"bounce.eml": came_back("reminder", "icb", ICB)},
    )

    assert of_template(rows, "reminder") == AGENCIES
    assert set(of_template(rows, "chaser")) == {"police"}
    codes = [row["code"] for row in of_type(rows, "task")]
    assert codes.count("reminder_bounced") == 1


def test_an_answer_of_which_more_is_to_come_is_partial(tmp_path: Path) -> None:
    words = (
        "Interim return, the rest to follow.\n\n"
        "1. Involvement: open to health visiting since birth, seen on 3 July and 9 August 2021.\n"
        "2. Practice: visits were on time and recorded.\n"
        "3. Partners: no concerns.\n4. Other agencies: none known.\n"
    )
    answer = mail(
        "Lee Brook <lee.brook@icb.northshire.example>",
        "RE: @@SUBJECT:scoping-letter:icb@@",
        words,
        message_id="<part@icb.northshire.example>",
        in_reply_to="@@MESSAGE-ID:scoping-letter:icb@@",
    )
    rows, _ = told(tmp_path, mail_step("2026-12-24T10:00:00", "a.eml"), mails={"a.eml": answer})

    states = [(row["agency"], row["state"]) for row in of_type(rows, "request")]
    assert ("icb", "partial") in states
    assert "return_incomplete" in [row["code"] for row in of_type(rows, "task")]
