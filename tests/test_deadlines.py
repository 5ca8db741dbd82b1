"""Due dates of every area, worked out by hand in the comments, over the days that go wrong."""

import pytest

from tests.clocks import clocks, due, happened, readings, rule, rules_of


@pytest.mark.parametrize("slug", ["lewisham", "northshire", "lambeth"])
@pytest.mark.parametrize(
    ("notified", "letters", "returns", "opens", "meeting", "report"),
    [
        # Easter: 3 and 6 April are holidays, and the clocks go forward on 29 March.
        # 27=1 30=2 31=3 1=4 2=5 7=6 8=7 9=8 10=9 13=10 14=11 15=12 16=13 17=14 20=15
        (
            "2026-03-26",
            "2026-03-30T17:00:00+01:00",
            "2026-04-08T17:00:00+01:00",
            "2026-04-10",
            "2026-04-14T17:00:00+01:00",
            "2026-04-20T17:00:00+01:00",
        ),
        # May: 4 and 25 May are holidays.
        # 5=1 6=2 7=3 8=4 11=5 12=6 13=7 14=8 15=9 18=10 19=11 20=12 21=13 22=14 26=15
        (
            "2026-05-01",
            "2026-05-06T17:00:00+01:00",
            "2026-05-13T17:00:00+01:00",
            "2026-05-15",
            "2026-05-19T17:00:00+01:00",
            "2026-05-26T17:00:00+01:00",
        ),
        # Christmas: 25 and 28 December and 1 January are holidays.
        # 18=1 21=2 22=3 23=4 24=5 29=6 30=7 31=8 4=9 5=10 6=11 7=12 8=13 11=14 12=15
        (
            "2026-12-17",
            "2026-12-21T17:00:00+00:00",
            "2026-12-30T17:00:00+00:00",
            "2027-01-04",
            "2027-01-06T17:00:00+00:00",
            "2027-01-12T17:00:00+00:00",
        ),
    ],
)
def test_the_timetable_after_the_panel_is_notified(
    slug: str, notified: str, letters: str, returns: str, opens: str, meeting: str, report: str
) -> None:
    found = clocks(
        rules_of(slug),
        happened("panel_notified", notified),
        happened("scoping_sent", letters[:10], "school"),
        now=f"{notified}T18:00",
    )

    assert due(found["scoping_out"]) == letters
    assert due(found["return:school"]) == returns
    assert (str(found["meeting"].opens), due(found["meeting"])) == (opens, meeting)
    assert due(found["report"]) == report


def test_a_lewisham_case_over_christmas() -> None:
    """Working days after Thursday 17 December as above."""
    rules = rules_of("lewisham")
    story = [happened("referral_received", "2026-12-17T10:05")]
    story.append(happened("partners_alerted", "2026-12-17T10:05"))
    found = clocks(rules, *story, now="2026-12-17T10:05")
    assert due(found["partner_alert"]) == "2026-12-18T17:00:00+00:00"
    assert found["partner_alert"].state == "met"
    assert due(found["decision"]) == "2026-12-24T17:00:00+00:00"
    assert due(found["recommendation"]) == "2026-12-24T17:00:00+00:00"
    assert found["decision"].state == "running"
    assert found["scoping_out"].state == found["la_notification"].state == "not_started"

    story.append(happened("criteria_decided", "2026-12-17T14:00", outcome="met"))
    story.append(happened("panel_notified", "2026-12-17"))
    found = clocks(rules, *story, now="2026-12-17T15:00")
    assert found["decision"].state == found["recommendation"].state == "met"
    assert due(found["scoping_out"]) == "2026-12-21T17:00:00+00:00"
    assert str(found["meeting"].opens) == "2027-01-04"
    assert due(found["meeting"]) == "2027-01-06T17:00:00+00:00"
    assert str(found["report"].opens) == "2027-01-07"
    assert due(found["report"]) == "2027-01-12T17:00:00+00:00"
    assert str(found["papers_out"].opens) == "2026-12-22"
    assert due(found["papers_out"]) == "2027-01-04T17:00:00+00:00"

    story += [happened("scoping_sent", "2026-12-21T10:00", one) for one in ("police", "icb")]
    story.append(happened("nil_received", "2026-12-22T09:12", "icb"))
    found = clocks(rules, *story, now="2026-12-30T17:00")
    assert due(found["return:police"]) == "2026-12-30T17:00:00+00:00"
    assert found["return:police"].state == "running"
    assert readings(found["return:police"]) == ["2027-01-04"]
    assert found["return:icb"].state == "met"
    assert clocks(rules, *story, now="2026-12-30T17:01")["return:police"].state == "late"

    # Held on 5 January: 6=1 7=2. Sent on 7 January: 8=1 11-15=6 18-22=11 25-28=15.
    story.append(happened("meeting_held", "2027-01-05", kind="rapid_review"))
    story.append(happened("report_sent", "2027-01-07"))
    story.append(happened("review_started", "2027-01-07"))
    found = clocks(rules, *story, now="2027-01-07T18:00")
    assert due(found["sign_off"]) == "2027-01-07T17:00:00+00:00"
    assert found["sign_off"].state == "late"
    assert due(found["panel_reply"]) == "2027-01-28T17:00:00+00:00"
    assert due(found["review_6_months"]) == "2027-07-07T17:00:00+01:00"


def test_the_readings_of_lewisham_stand_beside_its_dates() -> None:
    """Aware on 15 December: 16=1 17=2 18=3 21=4 22=5 23=6 24=7 29=8 30=9 31=10 4=11 5=12 6=13 7=14
    8=15. Referral on 16 December: 17=1 ... 30=8 31=9 4=10 5=11."""
    found = clocks(
        rules_of("lewisham"),
        happened("aware", "2026-12-15"),
        happened("referral_received", "2026-12-16"),
        happened("panel_notified", "2026-12-17"),
    )

    assert due(found["la_notification"]) == "2026-12-22T17:00:00+00:00"
    assert readings(found["la_notification"]) == ["2026-12-21"]
    assert readings(found["decision"]) == ["2026-12-22"]
    assert readings(found["meeting"]) == ["2027-01-05"]
    assert readings(found["report"]) == ["2027-01-08", "2027-01-11"]


@pytest.mark.parametrize(
    ("received", "after_hours"),
    [
        ("2026-11-20T16:59", []),
        ("2026-11-20T17:01", ["2026-11-24"]),  # the Monday is day 0, the Tuesday 1
        ("2026-11-21T10:00", ["2026-11-24"]),  # a Saturday
    ],
)
def test_a_mail_late_on_a_friday_has_the_friday_as_day_0(
    received: str, after_hours: list[str]
) -> None:
    found = clocks(rules_of("lewisham"), happened("referral_received", received))

    assert due(found["partner_alert"]) == "2026-11-23T17:00:00+00:00"
    assert due(found["decision"]) == "2026-11-27T17:00:00+00:00"
    assert readings(found["partner_alert"]) == after_hours


def test_lambeth_has_this_projects_dates_and_no_steps_of_other_areas() -> None:
    """Received on Thursday 24 December: 29=1 30=2 31=3 4=4 5=5."""
    found = clocks(rules_of("lambeth"), happened("referral_received", "2026-12-24T16:59"))

    assert due(found["decision"]) == "2027-01-05T17:00:00+00:00"
    assert not {"partner_alert", "recommendation", "papers_out", "triage"} & set(found)


def test_a_lancashire_case_over_the_may_bank_holiday() -> None:
    """Aware on Wednesday 29 April: 30=1 1=2 5=3 6=4 7=5 8=6 11-15=11 18=12 19=13 20=14 21=15; the
    fifth calendar day is Monday 4 May. Referral on Thursday 30 April: 1=1 5=2 6=3 7=4 8=5.
    Notified on Friday 1 May: as in the table above."""
    found = clocks(
        rules_of("lancashire"),
        happened("aware", "2026-04-29"),
        happened("referral_received", "2026-04-30T09:00"),
        happened("considered", "2026-05-01"),
        happened("panel_notified", "2026-05-01"),
        happened("scoping_sent", "2026-05-05", "icb"),
        now="2026-05-08T17:01",
    )

    assert due(found["case_consideration"]) == "2026-05-05T17:00:00+01:00"
    assert found["case_consideration"].state == "met"
    assert due(found["decision"]) == "2026-05-08T17:00:00+01:00"
    assert due(found["la_notification"]) == "2026-05-07T17:00:00+01:00"
    assert readings(found["la_notification"]) == ["2026-05-04", "2026-05-06"]
    # Sent on Tuesday 5 May: 6=1 7=2 8=3 11=4 12=5.
    assert due(found["return:icb"]) == "2026-05-12T17:00:00+01:00"
    assert due(found["report"]) == "2026-05-26T17:00:00+01:00"
    assert readings(found["report"]) == ["2026-05-21", "2026-05-22"]


def test_a_leeds_case_over_the_end_of_summer_time() -> None:
    """The clocks go back on Sunday 25 October. Notified on Friday 9 October: 12-16=5 19-23=10
    26-30=15; the statutory partners on Monday 12 October: 13-16=4 19-23=9 26-30=14 2=15."""
    found = clocks(
        rules_of("leeds"),
        happened("panel_notified", "2026-10-09"),
        happened("partnership_notified", "2026-10-12"),
        happened("scoping_sent", "2026-10-19T11:00", "police"),
        now="2026-10-26T16:59",
    )

    assert due(found["scoping_out"]) == "2026-10-13T17:00:00+01:00"
    assert str(found["meeting"].opens) == "2026-10-22"
    assert due(found["meeting"]) == "2026-10-26T17:00:00+00:00"
    assert found["meeting"].state == "running"
    # Sent on Monday 19 October: 20=1 21=2 22=3 23=4 26=5.
    assert due(found["return:police"]) == "2026-10-26T17:00:00+00:00"
    assert due(found["report"]) == "2026-10-30T17:00:00+00:00"
    assert readings(found["report"]) == ["2026-11-02", "2026-10-29"]


def test_a_knowsley_case_over_christmas() -> None:
    """Received on Monday 14 December: 15=1 16=2 17=3 18=4 21=5 22=6 23=7 24=8 29=9 30=10 31=11 4=12
    5=13 6=14 7=15. The Panel on 16 December: 17=1 18=2 21-24=6 29-31=9 4-8=14 11=15."""
    found = clocks(
        rules_of("kscp"),
        happened("aware", "2026-12-11"),
        happened("partnership_notified", "2026-12-14"),
        happened("referral_received", "2026-12-14T08:00"),
        happened("scoping_sent", "2026-12-16", "school"),
        happened("panel_notified", "2026-12-16"),
    )
    one_day = {name: (due(clock) or "")[:10] for name, clock in found.items()}

    assert one_day == {
        "triage": "2026-12-15",
        "decision": "2026-12-15",
        "la_notification": "2026-12-18",
        "scoping_out": "2026-12-16",
        "return:school": "2026-12-23",  # 17=1 18=2 21=3 22=4 23=5, which is Day 7
        "papers_out": "2026-12-24",
        "meeting": "2026-12-30",
        "sign_off": "2027-01-04",
        "report": "2027-01-07",
        "panel_reply": "",
        "review_6_months": "",
    }
    assert readings(found["triage"]) == ["2026-12-14"]
    assert readings(found["meeting"]) == ["2026-12-29"]
    assert readings(found["return:school"]) == ["2026-12-21"]
    assert readings(found["report"]) == ["2027-01-11", "2027-01-06"]


def test_knowsley_counts_from_the_authoritys_notification_where_there_is_no_referral() -> None:
    """Friday 27 March 2026, before Easter: 30=1 31=2 1=3 2=4 7=5 8=6 9=7 10=8 13=9 14=10."""
    found = clocks(rules_of("kscp"), happened("partnership_notified", "2026-03-27"))

    assert due(found["triage"]) == "2026-03-30T17:00:00+01:00"
    assert due(found["meeting"]) == "2026-04-14T17:00:00+01:00"


@pytest.mark.parametrize(
    ("started", "ends"),
    [
        ("2026-08-31", "2027-02-28T17:00:00+00:00"),
        ("2027-08-31", "2028-02-29T17:00:00+00:00"),
        ("2026-10-31", "2027-04-30T17:00:00+01:00"),
        ("2026-09-29", "2027-03-29T17:00:00+01:00"),  # Easter Monday: a month is not a working day
    ],
)
def test_six_months_end_on_the_same_day_or_the_last_of_the_month(started: str, ends: str) -> None:
    found = clocks(rules_of("leeds"), happened("review_started", started))

    assert due(found["review_6_months"]) == ends


@pytest.mark.parametrize(
    ("received", "ends"),
    [
        ("2026-10-24T12:00", "2026-10-25T11:00:00+00:00"),
        ("2026-03-28T12:00", "2026-03-29T13:00:00+01:00"),
        ("2026-10-24T02:30", "2026-10-25T01:30:00+00:00"),  # the second half past one
        ("2026-11-25", "2026-11-26T00:00:00+00:00"),  # no hour is known: from the day's start
    ],
)
def test_hours_run_on_through_a_change_of_the_clocks(received: str, ends: str) -> None:
    found = clocks([rule(after={"hours": 24})], happened("referral_received", received))

    assert due(found["own_clock"]) == ends
