"""When a referral says that the local authority became aware, it is proposed and nothing more."""

from pathlib import Path

import pytest

from tests.desk import referral
from tests.mails import mail
from tests.stories import clock_rows, event_step, head, mail_step, of_type, play

HEAD = head("2026-12-17T09:00:00", "2027-01-20T18:00:00")
ARRIVES = mail_step("2026-12-17T10:05:00", "referral.eml")


def test_a_day_the_authority_is_said_to_have_become_aware_is_only_proposed(tmp_path: Path) -> None:
    told = "Robin was found unresponsive. Local authority became aware on 16 December 2026."
    text = HEAD + ARRIVES + event_step("2026-12-18T10:00:00", "aware", more="on = 2026-12-16")

    rows, _ = play(tmp_path, text, {"referral.eml": referral({"summary": told})})

    first, second = (row for row in of_type(rows, "event") if row["event"] == "aware")
    assert (first["on"], first["proposed"], second["on"]) == ("2026-12-16", "yes", "2026-12-16")
    [mail_row] = of_type(rows, "mail")
    assert mail_row["tasks"] == ["confirm_aware"]
    # Working days after Wed 16 Dec: 17, 18, 21, 22, 23.
    due = "2026-12-23T17:00:00+00:00"
    assert clock_rows(rows, "la_notification") == [
        ("2026-12-17T10:05:00+00:00", due, "not_started"),
        ("2026-12-18T10:00:00+00:00", due, "running"),
        (due, due, "late"),
    ]


@pytest.mark.parametrize(
    "told",
    [
        "Mother became aware on 16 December 2026.",
        "The local authority became aware around 16 December 2026.",
        "The local authority became aware on 16 December. The council became aware on the 15th.",
        "The local authority became aware on 14 December 2026.",
    ],
)
def test_what_is_not_certain_of_it_is_not_proposed(tmp_path: Path, told: str) -> None:
    rows, _ = play(tmp_path, HEAD + ARRIVES, {"referral.eml": referral({"summary": told})})

    events = [row["event"] for row in of_type(rows, "event")]
    assert events == ["incident", "referral_received", "partners_alerted"]


def test_a_copy_of_the_notification_tells_its_day_to_who_confirms_it(tmp_path: Path) -> None:
    told = "The notification was submitted to the national Panel on 17 December 2026."
    copy = mail(
        "Jo Lake <jo.lake@northshire.example>",
        "Copy of our notification to the national Panel",
        f"Please find a copy of our notification.\n\n{told}\n",
    )
    text = HEAD + mail_step("2026-12-18T10:00:00", "copy.eml")

    rows, _ = play(tmp_path, text, {"copy.eml": copy})

    assert of_type(rows, "mail")[0]["kind"] == "notification_copy"
    [task] = of_type(rows, "task")
    assert task["code"] == "confirm_notification"
    assert "It says Thursday 17 December 2026 (the mail)." in task["text"]
    assert of_type(rows, "event") == []
