"""What a played script shows as time passes: mails, events, clocks to the second, work."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.desk import referral
from tests.mails import mail
from tests.stories import clock_rows, detail, event_step, head, mail_step, of_type, play

ANNA_AT = "2026-12-17T10:05:00"
HEAD = head("2026-12-17T09:00:00", "2027-01-20T18:00:00")
ARRIVES = mail_step(ANNA_AT, "referral.eml")
LEE = "Lee Brook <lee.brook@icb.northshire.example>"


def a_referral(received: str = "2026-12-01T08:00:00") -> bytes:
    """Return the referral of the worked example's child, dated otherwise than it arrives."""
    day = datetime.fromisoformat(received).replace(tzinfo=UTC)
    return referral(received=day, sender="Morgan Quill <morgan.quill@police.northshire.example>")


def test_a_mail_is_received_when_its_step_says(tmp_path: Path) -> None:
    rows, warnings = play(tmp_path, HEAD + ARRIVES, {"referral.eml": a_referral()})

    [row] = of_type(rows, "mail")
    assert row["received"] == "2026-12-17T10:05:00+00:00"
    events = of_type(rows, "event")
    assert [(one["event"], one["on"]) for one in events] == [
        ("incident", "2026-12-15"),
        ("referral_received", "2026-12-17"),
        ("partners_alerted", "2026-12-17"),
    ]
    [sent] = [one for one in of_type(rows, "sent") if one["template"] == "ack-referral"]
    assert row["case"] in sent["text"]
    assert sent["key"] == row["sent"][0]["key"]
    assert warnings == []


def test_mails_beside_the_script_join_by_time_and_none_is_taken_twice(tmp_path: Path) -> None:
    early = datetime(2026, 12, 17, 9, 30, tzinfo=UTC)
    late = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
    mails = {
        "referral.eml": a_referral(),
        "early.eml": mail(subject="zzz", body="zzz\n", received=early),
        "late.eml": mail(subject="yyy", body="yyy\n", received=late, message_id="<9@x.example>"),
    }

    rows, warnings = play(tmp_path, HEAD + ARRIVES, mails, path=tmp_path)

    assert [row["file"] for row in of_type(rows, "mail")] == ["early.eml", "referral.eml"]
    assert warnings == ["late.eml: it was received after `until` and is passed over."]


def test_an_answer_names_what_the_rehearsal_made(tmp_path: Path) -> None:
    body = "About @@REF@@, which you also know as @@REF:referral.eml@@.\n"
    answer = mail(
        "Morgan Quill <morgan.quill@police.northshire.example>",
        "Re: @@SUBJECT:ack-referral:sender@@",
        body,
        message_id="<2@police.northshire.example>",
        in_reply_to="@@MESSAGE-ID:ack-referral:police@@",
    )
    text = HEAD + ARRIVES + mail_step("2026-12-18T10:00:00", "answer.eml")

    rows, warnings = play(tmp_path, text, {"referral.eml": a_referral(), "answer.eml": answer})

    first, second = of_type(rows, "mail")
    assert second["case"] == first["case"]
    assert "wrong_reference" not in second["review_reasons"]
    assert warnings == []


def test_a_mark_that_stands_for_nothing_is_told(tmp_path: Path) -> None:
    answer = mail(LEE, "Re: @@SUBJECT:scoping-letter:icb@@", "Thanks.\n")
    text = HEAD + mail_step(ANNA_AT, "answer.eml")

    rows, warnings = play(tmp_path, text, {"answer.eml": answer})

    assert len(of_type(rows, "mail")) == 1
    assert warnings == ["step 1: nothing stands for @@SUBJECT:scoping-letter:icb@@ yet."]


def test_clocks_run_are_met_and_become_late_as_time_passes(tmp_path: Path) -> None:
    # Working days after Thu 17 Dec 2026: 18 = 1, 21 = 2, 22 = 3, 23 = 4, 24 = 5.
    text = (
        HEAD
        + ARRIVES
        + event_step("2026-12-22T12:00:00", "recommended")
        + event_step("2026-12-29T09:00:00", "panel_notified", more="on = 2026-12-24")
    )

    rows, _ = play(tmp_path, text, {"referral.eml": a_referral()})

    due = "2026-12-24T17:00:00+00:00"
    assert clock_rows(rows, "recommendation") == [
        ("2026-12-17T10:05:00+00:00", due, "running"),
        ("2026-12-22T12:00:00+00:00", due, "met"),
    ]
    assert clock_rows(rows, "decision") == [
        ("2026-12-17T10:05:00+00:00", due, "running"),
        ("2026-12-24T17:00:00+00:00", due, "late"),
    ]
    # 2 working days after Thu 24 Dec: 29 = 1, 30 = 2 (25 and 28 are bank holidays).
    scoping = "2026-12-30T17:00:00+00:00"
    assert clock_rows(rows, "scoping_out") == [
        ("2026-12-17T10:05:00+00:00", None, "not_started"),
        ("2026-12-29T09:00:00+00:00", scoping, "running"),
        (scoping, scoping, "late"),
    ]
    times = [row.get("at") or row["received"] for row in rows]
    assert times == sorted(times)


def test_a_return_is_in_time_until_its_hour_and_not_after(tmp_path: Path) -> None:
    sent = event_step(
        "2026-12-21T10:00:00", "scoping_sent", more=detail(agencies=["icb", "police"])
    )
    text = (
        HEAD
        + ARRIVES
        + sent
        + event_step("2026-12-30T16:59:00", "nil_received", more=detail(agency="icb"))
        + event_step("2026-12-30T17:01:00", "return_received", more=detail(agency="police"))
    )

    rows, _ = play(tmp_path, text, {"referral.eml": a_referral()})

    # 5 working days after Mon 21 Dec: 22, 23, 24, 29, 30.
    due = "2026-12-30T17:00:00+00:00"
    assert [state for _, _, state in clock_rows(rows, "return:icb")] == ["running", "met"]
    assert clock_rows(rows, "return:police") == [
        ("2026-12-21T10:00:00+00:00", due, "running"),
        (due, due, "late"),
        ("2026-12-30T17:01:00+00:00", due, "met"),
    ]
    answers = {
        row["agency"]: row["in_time"]
        for row in of_type(rows, "event")
        if "received" in row["event"]
    }
    assert answers == {None: None, "icb": True, "police": False}


def test_an_extension_moves_that_agencys_date_alone(tmp_path: Path) -> None:
    more = detail(agencies=["icb"], until="2027-01-04T12:00:00")
    text = (
        HEAD
        + ARRIVES
        + event_step("2026-12-21T10:00:00", "scoping_sent", more=detail(agencies=["icb", "police"]))
        + event_step("2026-12-29T10:00:00", "extension_granted", "business.manager", more)
    )

    rows, _ = play(tmp_path, text, {"referral.eml": a_referral()})

    assert clock_rows(rows, "return:icb")[1][1] == "2027-01-04T12:00:00+00:00"
    assert clock_rows(rows, "return:police")[-1][1] == "2026-12-30T17:00:00+00:00"
    [granted] = [row for row in of_type(rows, "event") if row["event"] == "extension_granted"]
    assert granted["until"] == "2027-01-04T12:00:00+00:00"


def test_a_correction_counts_again_and_is_put_before_a_person(tmp_path: Path) -> None:
    text = (
        HEAD
        + ARRIVES
        + event_step("2026-12-18T09:00:00", "panel_notified", "Anna", "on = 2026-12-17")
        + event_step("2026-12-18T10:00:00", "panel_notified", "Lee", "on = 2026-12-18")
    )

    rows, _ = play(tmp_path, text, {"referral.eml": a_referral()})

    assert [due for _, due, _ in clock_rows(rows, "report")[1:3]] == [
        "2027-01-12T17:00:00+00:00",
        "2027-01-13T17:00:00+00:00",
    ]
    [task] = of_type(rows, "task")
    assert task["code"] == "dates_differ"
    assert "Thursday 17 December 2026 (recorded by Anna)" in task["text"]


def test_times_keep_londons_offset_through_a_clock_change(tmp_path: Path) -> None:
    # Summer time begins on Sunday 28 March 2027; Good Friday is the 26th, Easter Monday the 29th.
    text = (
        head("2027-03-24T09:00:00", "2027-04-10T09:00:00")
        + mail_step("2027-03-24T10:00:00", "referral.eml")
        + event_step("2027-03-25T10:00:00", "panel_notified")
    )

    rows, _ = play(tmp_path, text, {"referral.eml": a_referral()})

    # Working days after Thu 25 March: Tue 30 = 1, Wed 31 = 2.
    assert clock_rows(rows, "scoping_out")[1:] == [
        ("2027-03-25T10:00:00+00:00", "2027-03-31T17:00:00+01:00", "running"),
        ("2027-03-31T17:00:00+01:00", "2027-03-31T17:00:00+01:00", "late"),
    ]


OFFICE: list[dict[str, Any]] = [
    {
        "ref": "SCP/26/014",
        "child_name": "Kit Elm",
        "child_dob": "2020-01-01",
        "events": {
            "incident": "2026-12-01",
            "referral_received": "2026-12-02",
            "criteria_decided:met": "2026-12-18",
        },
        "letters": [
            {
                "agency": "icb",
                "to": "lee.brook@icb.northshire.example",
                "message_id": "<l1@lscp.example>",
                "sent_on": "2026-12-14",
                "due": "2026-12-18T12:00:00",
            },
            {"agency": "school", "message_id": "<l2@lscp.example>"},
            {"agency": "police", "sent_on": "2026-12-21"},
        ],
    }
]


def test_the_offices_cases_have_their_rows_at_the_start_and_go_on(tmp_path: Path) -> None:
    rows, _ = play(tmp_path, HEAD, cases=OFFICE)

    assert {row["case"] for row in rows} == {"SCP/26/014"}
    start = "2026-12-17T09:00:00+00:00"
    due = "2026-12-18T12:00:00+00:00"
    assert clock_rows(rows, "return:icb") == [(start, due, "running"), (due, due, "late")]
    assert clock_rows(rows, "return:school") == []
    # 5 working days after Mon 21 Dec: 22, 23, 24, 29, 30.
    later, sent = "2026-12-30T17:00:00+00:00", "2026-12-21T00:00:00+00:00"
    assert clock_rows(rows, "return:police") == [(sent, later, "running"), (later, later, "late")]
    late = "2026-12-09T17:00:00+00:00"
    assert clock_rows(rows, "decision") == [
        (start, late, "late"),
        ("2026-12-18T00:00:00+00:00", late, "met"),
    ]


def test_an_event_may_name_the_case_by_the_mail_that_opened_it(tmp_path: Path) -> None:
    named = 'case = "referral.eml"'
    text = HEAD + ARRIVES + event_step("2026-12-18T09:00:00", "paused", more=named)
    office = 'case = "SCP/26/014"'
    text += event_step("2026-12-18T10:00:00", "paused", more=office)

    rows, _ = play(tmp_path, text, {"referral.eml": a_referral()}, OFFICE)

    paused = [row["case"] for row in of_type(rows, "event") if row["event"] == "paused"]
    assert paused == [of_type(rows, "mail")[0]["case"], "SCP/26/014"]


def test_a_step_that_cannot_be_is_told_and_the_story_goes_on(tmp_path: Path) -> None:
    text = (
        HEAD
        + event_step("2026-12-17T09:30:00", "aware")
        + ARRIVES
        + event_step("2026-12-18T09:00:00", "panel_notified", more="on = 2026-12-01")
        + event_step("2026-12-18T10:00:00", "panel_notified")
        + event_step("2027-02-18T10:00:00", "closed")
    )

    rows, warnings = play(tmp_path, text, {"referral.eml": a_referral()})

    notified = [row["on"] for row in of_type(rows, "event") if row["event"] == "panel_notified"]
    assert notified == ["2026-12-18"]
    [task] = of_type(rows, "task")
    assert (task["code"], task["at"]) == ("event_refused", "2026-12-18T09:00:00+00:00")
    assert "before the incident" in task["text"]
    assert [warning.partition(":")[0] for warning in warnings] == ["step 5", "step 1", "step 3"]


def test_a_story_is_told_in_a_table(tmp_path: Path) -> None:
    (tmp_path / "referral.eml").write_bytes(a_referral())
    (tmp_path / "story.toml").write_text(HEAD + ARRIVES, encoding="utf-8")
    command = [sys.executable, "-m", "agent", "rehearse", "--script", str(tmp_path / "story.toml")]
    out = ["--out", str(tmp_path / "out")]
    done = subprocess.run([*command, *out], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    for words in (
        "mail referral.eml",
        "clock decision",
        "running, due 2026-12-24 17:00",
        "sent ack",
    ):
        assert words in done.stdout
    assert len(list((tmp_path / "out").glob("*.eml"))) == 1
    other = [*command, "--partnership", "leeds"]
    assert subprocess.run(other, capture_output=True, check=False).returncode == 78
