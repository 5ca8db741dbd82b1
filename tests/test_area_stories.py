"""Each area's procedure played from the referral to the close, three times, every date by hand."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.desk import referral
from tests.stories import Row, detail, event_step, head, mail_step, of_type, play

# The days of a case by the working days after its day 0, which is their first. The other days
# are closed: weekends, Good Friday and Easter Monday (3 and 6 April 2026), the May bank holidays (4
# and 25 May 2026), Christmas (25 and 28 December 2026, 1 January 2027).
EASTER = """2026-03-26 2026-03-27 2026-03-30 2026-03-31 2026-04-01 2026-04-02 2026-04-07 2026-04-08
    2026-04-09 2026-04-10 2026-04-13 2026-04-14 2026-04-15 2026-04-16 2026-04-17 2026-04-20"""
MAY = """2026-05-01 2026-05-05 2026-05-06 2026-05-07 2026-05-08 2026-05-11 2026-05-12 2026-05-13
    2026-05-14 2026-05-15 2026-05-18 2026-05-19 2026-05-20 2026-05-21 2026-05-22 2026-05-26"""
CHRISTMAS = """2026-12-17 2026-12-18 2026-12-21 2026-12-22 2026-12-23 2026-12-24 2026-12-29
    2026-12-30 2026-12-31 2027-01-04 2027-01-05 2027-01-06 2027-01-07 2027-01-08 2027-01-11
    2027-01-12"""
# The Panel's answer: 15 working days after the report. 21 Apr = 1, 24 = 4, 1 May = 9, 5 = 10, 8 =
# 13, 12 = 15; 27 May = 1, 29 = 3, 5 Jun = 8, 12 = 13, 16 = 15; 13 Jan = 1, 15 = 3, 22 = 8, 29 = 13,
# 2 Feb = 15. The review: six months after it was started, on the day of the report.
ANSWERED = {EASTER: "2026-05-12", MAY: "2026-06-16", CHRISTMAS: "2027-02-02"}
REVIEWED = {EASTER: "2026-10-20", MAY: "2026-11-26", CHRISTMAS: "2027-07-12"}

# By area: on which working day after receipt, or after the Panel was notified on the same day, each
# clock is due. Letters leave on working day 2 and give 5 working days; the meeting is held on 10.
SHARED = {
    "decision": 5,
    "la_notification": 5,
    "scoping_out": 2,
    "return:police": 7,
    "return:icb": 7,
    "meeting": 11,
    "sign_off": 12,
    "report": 15,
}
AREAS: dict[str, dict[str, int]] = {
    "lambeth": SHARED,
    "lewisham": SHARED | {"partner_alert": 1, "recommendation": 5, "papers_out": 9},
    "lancashire": SHARED | {"case_consideration": 2},
    "leeds": SHARED,
    "kscp": SHARED | {"triage": 1, "decision": 1, "papers_out": 8, "meeting": 10},
}
# When the referral arrives: on the Friday, a minute before and after the office's hour. Day 0 is
# that day all the same.
ARRIVALS = [(EASTER, "10:00"), (MAY, "16:59"), (MAY, "17:01"), (CHRISTMAS, "10:00")]


def days_of(window: str) -> list[str]:
    return window.split()


def life(area: str, window: str, arrives: str, returned: str) -> str:
    """Return a script of a case in which everything is done on its day."""
    day = days_of(window)
    kind = detail(kind="rapid_review")
    both = detail(agencies=["police", "icb"])

    def on(number: int, event: str, more: str = "", hour: str = "12:00") -> str:
        return event_step(f"{day[number]}T{hour}:00", event, "somebody", more)

    closed = date.fromisoformat(day[15]) + timedelta(days=60)
    return (
        head(f"{day[0]}T09:00:00", f"{closed}T18:00:00", area)
        + mail_step(f"{day[0]}T{arrives}:00", "referral.eml")
        + on(0, "partners_alerted", hour="18:00")
        + on(0, "criteria_decided", detail(outcome="met"), "18:05")
        + on(0, "aware", hour="18:10")
        + on(0, "panel_notified", hour="18:15")
        + on(1, "rapid_review_agreed", both)
        + on(2, "scoping_sent", both)
        + on(3, "meeting_set", f"on = {day[10]}\n{detail(kind='rapid_review', time='10:00')}")
        + on(3, "nil_received", detail(agency="icb"))
        + on(7, "return_received", detail(agency="police"), returned)
        + on(8, "agenda_set", kind)
        + on(10, "meeting_held", kind)
        + on(12, "recommendation_approved")
        + on(15, "report_sent")
        + on(15, "review_started", hour="12:30")
        + event_step(f"{closed}T10:00:00", "panel_responded", "somebody", f"on = {day[15]}")
        + event_step(f"{closed}T11:00:00", "outcome_shared", "somebody")
        + event_step(f"{closed}T12:00:00", "closed", "somebody")
    )


def last_of(rows: list[Row]) -> dict[str, tuple[str | None, str]]:
    """Return how each clock stood in the end, and its day."""
    return {
        row["clock"]: (row["due"] and row["due"][:10], row["state"])
        for row in of_type(rows, "clock")
    }


def a_referral(window: str) -> bytes:
    on = date.fromisoformat(days_of(window)[0])
    return referral({"incident_date": f"{on:%d/%m/%Y} serious incident", "referral_date": ""})


@pytest.mark.parametrize(("window", "arrives"), ARRIVALS)
@pytest.mark.parametrize("area", AREAS)
def test_a_case_done_in_time_meets_every_clock_of_its_area(
    tmp_path: Path, area: str, window: str, arrives: str
) -> None:
    text = life(area, window, arrives, "16:59")
    rows, warnings = play(tmp_path, text, {"referral.eml": a_referral(window)})

    assert warnings == []
    day = days_of(window)
    expected = {clock: (day[number], "met") for clock, number in AREAS[area].items()}
    expected["panel_reply"] = (ANSWERED[window], "met")
    expected["review_6_months"] = (REVIEWED[window], "met")
    found = last_of(rows)
    assert found == expected
    late = {row["clock"] for row in of_type(rows, "clock") if row["state"] == "late"}
    assert late == ({"panel_reply"} if ANSWERED[window] < rows[-1]["at"][:10] else set())
    assert all(row["due"][11:16] == "17:00" for row in of_type(rows, "clock") if row["due"])
    # This office writes its own letters: the agent has told it what ours would still need.
    codes = {row["code"] for row in of_type(rows, "task", "review")}
    assert codes <= {"complete_prefill", "nobody_to_tell"}


@pytest.mark.parametrize("area", AREAS)
def test_a_return_a_minute_after_its_hour_is_late(tmp_path: Path, area: str) -> None:
    text = life(area, EASTER, "10:00", "17:01")
    rows, _ = play(tmp_path, text, {"referral.eml": a_referral(EASTER)})

    due = "2026-04-08T17:00:00+01:00"
    states = [
        (row["at"], row["state"])
        for row in of_type(rows, "clock")
        if row["clock"] == "return:police"
    ]
    assert states[:3] == [
        ("2026-03-30T12:00:00+01:00", "running"),
        (due, "late"),
        ("2026-04-08T17:01:00+01:00", "met"),
    ]


@pytest.mark.parametrize("area", AREAS)
def test_criteria_that_are_not_met_leave_nothing_due(tmp_path: Path, area: str) -> None:
    text = (
        head("2026-12-17T09:00:00", "2027-01-29T18:00:00", area)
        + mail_step("2026-12-17T10:00:00", "referral.eml")
        + event_step("2026-12-17T11:00:00", "partners_alerted", "somebody")
        + event_step("2026-12-17T12:00:00", "panel_notified", "somebody")
        + event_step("2026-12-18T12:00:00", "criteria_decided", more=detail(outcome="not_met"))
        + event_step("2026-12-18T13:00:00", "closed", "somebody")
    )

    rows, warnings = play(tmp_path, text, {"referral.eml": a_referral(CHRISTMAS)})

    assert warnings == []
    assert {state for _, state in last_of(rows).values()} <= {"met", "not_started"}
    assert last_of(rows)["report"] == (None, "not_started")
