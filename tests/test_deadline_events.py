"""What happens on a case and what it does to its clocks: corrections, letters, ends, closures."""

from datetime import date

import pytest

from agent.clockrules import ClockRule
from agent.countwords import explain_clock
from agent.model.case import CaseType
from agent.workdays import Calendar
from tests.clocks import ENGLAND, clocks, due, happened, readings, rule, rules_of

LEWISHAM = rules_of("lewisham")
LETTER = happened("scoping_sent", "2026-12-21T10:00", "police")
MOVING = {date(2026, 12, 29): "the office is moving"}


def test_without_an_event_no_clock_has_started() -> None:
    found = clocks(LEWISHAM)

    assert {clock.state for clock in found.values()} == {"not_started"}
    assert {clock.due for clock in found.values()} == {None}
    assert not [name for name in found if name.startswith("return")]


def test_a_correction_moves_every_date_that_hangs_on_it() -> None:
    first = happened("panel_notified", "2026-12-17")
    corrected = happened("panel_notified", "2026-12-16")

    assert due(clocks(LEWISHAM, first)["report"]) == "2027-01-12T17:00:00+00:00"
    assert due(clocks(LEWISHAM, first, corrected)["report"]) == "2027-01-11T17:00:00+00:00"
    assert due(clocks(LEWISHAM, corrected, first)["report"]) == "2027-01-12T17:00:00+00:00"


def test_a_corrected_outcome_counts_and_the_first_does_not() -> None:
    aware = happened("aware", "2026-12-15")
    no = happened("criteria_decided", "2026-12-16", outcome="not_met")
    yes = happened("criteria_decided", "2026-12-17", outcome="met")

    assert due(clocks(LEWISHAM, aware, no, yes)["la_notification"]) == "2026-12-22T17:00:00+00:00"
    lapsed = clocks(LEWISHAM, aware, yes, no)["la_notification"]
    assert (lapsed.state, lapsed.due, lapsed.anchor) == ("not_started", None, "aware")


def test_only_the_meeting_of_its_kind_meets_a_clock() -> None:
    notified = happened("panel_notified", "2026-12-17")
    other = happened("meeting_held", "2026-12-18", kind="learning_group")
    theirs = happened("meeting_held", "2027-01-05", kind="rapid_review")
    now = "2026-12-19T12:00"

    assert clocks(LEWISHAM, notified, other, now=now)["meeting"].state == "running"
    assert clocks(LEWISHAM, notified, theirs, other, now=now)["meeting"].state == "met"


def test_a_day_that_nobody_confirmed_starts_no_clock_but_is_shown() -> None:
    stated = happened("aware", "2026-12-15", proposed=True)
    confirmed = happened("aware", "2026-12-16")
    received = happened("referral_received", "2026-12-17")

    shown = clocks(LEWISHAM, received, stated, now="2027-02-01T12:00")
    assert shown["la_notification"].state == "not_started"
    assert shown["la_notification"].provisional
    assert due(shown["la_notification"]) == "2026-12-22T17:00:00+00:00"
    assert readings(shown["decision"]) == []

    sure = clocks(LEWISHAM, received, confirmed, stated, now="2026-12-18T12:00")
    assert sure["la_notification"].state == "running"
    assert not sure["la_notification"].provisional
    assert due(sure["la_notification"]) == "2026-12-23T17:00:00+00:00"


def test_a_letters_own_due_date_is_the_one_that_counts() -> None:
    counted = clocks(LEWISHAM, LETTER)["return:police"]
    printed = happened("scoping_sent", "2026-12-21", "police", until=date(2026, 12, 31))
    undated = printed._replace(on=None)

    assert due(counted) == "2026-12-30T17:00:00+00:00"
    assert due(clocks(LEWISHAM, printed)["return:police"]) == "2026-12-31T17:00:00+00:00"
    assert due(clocks(LEWISHAM, undated)["return:police"]) == "2026-12-31T17:00:00+00:00"


def test_more_time_moves_that_agencys_clock_only() -> None:
    longer = happened(
        "extension_granted", "2026-12-29", "police", until=happened("x", "2027-01-06T12:00").at
    )
    found = clocks(LEWISHAM, LETTER, LETTER._replace(agency="icb"), longer, now="2027-01-05T12:00")

    assert due(found["return:police"]) == "2027-01-06T12:00:00+00:00"
    assert found["return:police"].state == "running"
    assert found["return:icb"].state == "late"


def test_a_letter_that_came_back_has_no_clock_until_it_is_sent_again() -> None:
    bounced = happened("scoping_bounced", "2026-12-21", "police")
    again = happened("scoping_sent", "2026-12-21T15:00", "police")
    later = happened("scoping_sent", "2026-12-23T15:00", "police")

    back = clocks(LEWISHAM, LETTER, bounced, now="2027-02-01T12:00")["return:police"]
    assert (back.state, back.due) == ("not_started", None)
    assert due(clocks(LEWISHAM, LETTER, bounced, again)["return:police"]) == (
        "2026-12-30T17:00:00+00:00"
    )
    # 24=1 29=2 30=3 31=4 4=5
    assert due(clocks(LEWISHAM, LETTER, bounced, later)["return:police"]) == (
        "2027-01-04T17:00:00+00:00"
    )


def test_an_answer_from_before_the_letter_does_not_meet_its_clock() -> None:
    answer = happened("return_received", "2026-12-22", "police")
    later = happened("scoping_sent", "2026-12-23", "police")
    earlier = happened("scoping_sent", "2026-12-18", "police")
    now = "2026-12-23T12:00"

    assert clocks(LEWISHAM, LETTER, answer, later, now=now)["return:police"].state == "running"
    # The same letter's day, corrected after the answer was there.
    assert clocks(LEWISHAM, LETTER, answer, earlier, now=now)["return:police"].state == "met"


@pytest.mark.parametrize("end", ["withdrawn", "closed"])
def test_nothing_is_due_on_a_case_that_ended_until_it_is_reopened(end: str) -> None:
    story = [
        happened("panel_notified", "2026-12-17"),
        LETTER,
        happened("report_sent", "2026-12-22"),
    ]
    ended = [*story, happened(end, "2026-12-23")]

    over = clocks(LEWISHAM, *ended, now="2027-02-01T12:00")
    assert (over["meeting"].state, over["meeting"].due) == ("not_started", None)
    assert over["return:police"].due is None
    assert over["report"].state == "met"
    reopened = clocks(LEWISHAM, *ended, happened("reopened", "2027-01-04"), now="2027-02-01T12:00")
    assert reopened["meeting"].state == reopened["return:police"].state == "late"


def test_an_agency_that_is_stood_down_owes_no_return() -> None:
    stood_down = happened("withdrawn", "2026-12-22", "police")
    found = clocks(LEWISHAM, LETTER, LETTER._replace(agency="icb"), stood_down)

    assert found["return:police"].due is None
    assert due(found["return:icb"]) == "2026-12-30T17:00:00+00:00"


def test_a_clock_is_late_only_after_its_minute() -> None:
    received = happened("referral_received", "2026-12-17T10:05")

    assert clocks(LEWISHAM, received, now="2026-12-18T17:00")["partner_alert"].state == "running"
    assert clocks(LEWISHAM, received, now="2026-12-18T17:01")["partner_alert"].state == "late"


def test_a_practice_learning_case_has_the_clock_of_its_review_only() -> None:
    rules = rules_of("lewisham", CaseType.PRACTICE_LEARNING)
    found = clocks(rules, happened("referral_received", "2026-12-17"))

    assert list(found) == ["review_6_months"]


def test_a_cut_off_hour_moves_day_0_to_the_next_working_day() -> None:
    late = rule(after={"working_days": 1}, cut_off="16:00")

    def day(received: str, rules: ClockRule = late) -> str | None:
        return due(clocks([rules], happened("referral_received", received))["own_clock"])

    assert day("2026-10-22T15:59") == "2026-10-23T17:00:00+01:00"
    assert day("2026-10-22T16:01") == "2026-10-26T17:00:00+00:00"
    assert day("2026-10-24T09:00") == "2026-10-27T17:00:00+00:00"
    assert day("2026-10-22") == "2026-10-23T17:00:00+01:00"


def test_a_local_closure_stops_local_clocks_and_warns_of_national_ones() -> None:
    office = Calendar(closures=MOVING)
    story = [happened("panel_notified", "2026-12-17"), LETTER]
    found = clocks(LEWISHAM, *story, calendar=office)

    assert due(found["return:police"]) == "2026-12-31T17:00:00+00:00"
    assert due(found["report"]) == "2027-01-12T17:00:00+00:00"
    assert found["report"].calendar == ENGLAND.version != found["return:police"].calendar
    explained = explain_clock(found["report"], LEWISHAM, office)
    assert "The office is closed on Tuesday 29 December 2026 (the office is moving); " in (
        " ".join(explained.sentences)
    )
    assert not any(
        "is closed on" in one
        for one in explain_clock(found["return:police"], LEWISHAM, office).sentences
    )


def test_a_slip_in_a_year_leaves_the_clock_not_started() -> None:
    found = clocks(LEWISHAM, happened("panel_notified", "2206-12-17"))

    assert (found["report"].state, found["report"].due) == ("not_started", None)


def test_a_clock_is_explained_in_sentences_and_day_by_day() -> None:
    found = clocks(
        LEWISHAM, LETTER, happened("panel_notified", "2026-12-17"), now="2026-12-31T09:00"
    )
    explained = explain_clock(found["return:police"], LEWISHAM, ENGLAND)

    assert explained.sentences[:3] == (
        "Due Wednesday 30 December 2026 at 5.00 pm: 5 working days after the scoping letter was "
        "sent on Monday 21 December 2026, day 0.",
        "It is late.",
        "Another reading: Monday 4 January 2027 at 5.00 pm (the timeline's last day for returns).",
    )
    assert explained.sentences[3].startswith("Source: 001_ef00117a1c29e64a.txt, Initial Scoping")
    assert [(line.on.day, line.number, line.why) for line in explained.days] == [
        (21, 0, ""),
        (22, 1, ""),
        (23, 2, ""),
        (24, 3, ""),
        (25, None, "Christmas Day"),
        (26, None, "Saturday"),
        (27, None, "Sunday"),
        (28, None, "Boxing Day (substitute)"),
        (29, 4, ""),
        (30, 5, ""),
    ]


def test_the_explanation_says_why_there_is_no_date_or_no_count() -> None:
    longer = happened("extension_granted", "2026-12-29", "police", until=date(2027, 1, 6))
    stated = happened("aware", "2026-12-15", proposed=True)
    started = happened("review_started", "2026-12-17")
    found = clocks(LEWISHAM, LETTER, longer, stated, started)
    told = {name: explain_clock(clock, LEWISHAM, ENGLAND) for name, clock in found.items()}

    assert told["report"].sentences[0] == (
        "Not started: it is not recorded, with a day that can be counted from, that the national "
        "Panel was notified."
    )
    assert told["return:police"].sentences[0].endswith(": more time was granted until then.")
    assert "only proposed: somebody has to confirm it" in told["la_notification"].sentences[1]
    assert "6 months after the review was started" in told["review_6_months"].sentences[0]
    assert told["report"].days == told["return:police"].days == told["review_6_months"].days == ()
    back = clocks(LEWISHAM, LETTER, happened("scoping_bounced", "2026-12-21", "police"))
    assert (
        explain_clock(back["return:police"], LEWISHAM, ENGLAND)
        .sentences[0]
        .startswith("Nothing is due")
    )
    days = rule(after={"days": 2})
    counted = clocks([days], happened("referral_received", "2026-12-25"))["own_clock"]
    assert [line.number for line in explain_clock(counted, [days], ENGLAND).days] == [0, 1, 2]
