"""The figures of a period, counted by hand beside: weekends, a bank holiday, more time, a nil."""

from datetime import UTC, date, datetime, timedelta

import pytest

from agent.figurerows import rows_of
from agent.model.case import CaseEvent, CaseType
from agent.model.decision import EventFact
from agent.statistics import (
    AgencyFigures,
    Recorded,
    Statistics,
    compute_statistics,
)
from agent.store import cases, inbox, outbox
from agent.store.casefiles import load_files
from agent.store.db import Session
from agent.store.figures import load_recorded
from tests.clocks import ENGLAND, rules_of
from tests.mails import MONDAY_9AM
from tests.stored import MAILBOX, PARTNERSHIP, a_case, a_letter, a_mail

NOW = datetime(2027, 1, 29, 12, tzinfo=UTC)
RULES = {one.name: one for one in rules_of("lewisham", CaseType.SERIOUS_INCIDENT)}
REPORT, RETURNS = RULES["report"], RULES["return"]


def _event(anchor: str, on: str, **detail: str) -> CaseEvent:
    day = date.fromisoformat(on)
    return CaseEvent(anchor, day, "somebody", NOW, None, detail)


def _figures(
    *cases: list[CaseEvent],
    sent: dict[tuple[str, str], int] | None = None,
    about: str = "serious_incident",
) -> Statistics:
    recorded = Recorded(
        [(about, events) for events in cases],
        {"scoping_return": (4, 1)},
        sent or {},
        {"kind": 2},
        {"sent": 3, "held": 1},
    )
    return compute_statistics(recorded, REPORT, ENGLAND, NOW, RETURNS)


def _agency(*events: CaseEvent) -> AgencyFigures:
    """Return the figures of the one agency that a case has."""
    (found,) = _figures(list(events)).agencies
    return found


def test_the_days_to_a_decision_leave_out_weekends_and_christmas():
    """Wednesday 23 December to Tuesday 29th: the 24th and 29th count, as the 25th and the 28th are
    bank holidays and the 26th and 27th a weekend."""
    slow = [_event("referral_received", "2026-12-23"), _event("criteria_decided", "2026-12-29")]
    same_day = [_event("referral_received", "2026-12-14"), _event("criteria_decided", "2026-12-14")]
    waiting = [_event("referral_received", "2026-12-14")]
    given_up = [_event("referral_received", "2026-12-14"), _event("withdrawn", "2026-12-15")]
    decision = _figures(slow, same_day, waiting, given_up).took[0]
    assert (decision.measured, decision.waiting) == (2, 1)
    assert (decision.median_wd, decision.longest_wd) == (1.0, 2)


def test_letters_are_measured_to_the_first_and_a_corrected_day_counts_as_corrected():
    events = [
        _event("panel_notified", "2026-12-01"),
        _event("panel_notified", "2026-12-02"),
        _event("scoping_sent", "2026-12-04", agency="police"),
        _event("scoping_sent", "2026-12-09", agency="icb"),
    ]
    assert _figures(events).took[1].longest_wd == 2


def test_a_return_counts_by_the_time_granted_and_beside_it_by_the_letter():
    due = "2026-12-08T17:00:00+00:00"
    letters = [_event("scoping_sent", "2026-12-01", agency=one, until=due) for one in "abcde"]
    events = [
        *letters,
        _event("return_received", "2026-12-08", agency="a", time="16:59"),
        _event("return_received", "2026-12-08", agency="b", time="17:01"),
        _event("extension_granted", "2026-12-07", agency="c", until="2026-12-11T17:00:00+00:00"),
        _event("return_received", "2026-12-10", agency="c", time="09:00"),
        _event("nil_received", "2026-12-02", agency="d", time="09:00"),
    ]
    sent = {("reminder", "e"): 1, ("chaser", "e"): 3, ("ack-return", "a"): 1}
    found = {one.agency: one for one in _figures(events, sent=sent).agencies}
    told = {
        name: (one.on_time, one.late, one.late_by_letter, one.nil, one.outstanding)
        for name, one in found.items()
    }
    assert told == {
        "a": (1, 0, 0, 0, 0),
        "b": (0, 1, 1, 0, 0),
        "c": (1, 0, 1, 0, 0),
        "d": (1, 0, 0, 1, 0),
        "e": (0, 0, 0, 0, 1),
    }
    assert (found["e"].reminders, found["e"].chasers) == (1, 3)
    assert [found[one].share for one in "abe"] == [100, 0, 0], "to stay silent is not in time"


def test_a_letter_without_a_date_is_due_as_its_clock_counts_it():
    """From Tuesday 22 December five working days are the 23rd, 24th, 29th, 30th and 31st."""
    letter = _event("scoping_sent", "2026-12-22", agency="a")
    in_time = _event("return_received", "2026-12-31", agency="a", time="17:00")
    late = _event("return_received", "2026-12-31", agency="a", time="17:01")
    assert (_agency(letter, in_time).on_time, _agency(letter, in_time).late) == (1, 0)
    assert (_agency(letter, late).on_time, _agency(letter, late).late) == (0, 1)
    recorded = Recorded([("serious_incident", [letter, late])], {}, {}, {})
    (unknown,) = compute_statistics(recorded, REPORT, ENGLAND, NOW).agencies
    assert (unknown.on_time, unknown.late, unknown.share) == (0, 0, None), "no clock, no date"


def test_more_time_that_is_only_proposed_makes_no_late_return_timely():
    until = "2027-01-08T17:00"
    letter = _event("scoping_sent", "2026-12-01", agency="a", until="2026-12-08T17:00:00+00:00")
    answer = _event("return_received", "2026-12-10", agency="a", time="09:00")
    proposed = _event("extension_granted", "2026-12-07", agency="a", until=until, proposed="yes")
    granted = _event("extension_granted", "2026-12-07", agency="a", until=until)
    assert _agency(letter, proposed, answer).late == 1
    assert _agency(letter, granted, answer).late == 0


def test_a_further_letter_is_answered_by_what_came_after_it():
    first = _event("scoping_sent", "2026-12-01", agency="a")
    second = _event("scoping_sent", "2027-01-26", agency="a")
    answer = _event("return_received", "2026-12-02", agency="a")
    found = _agency(first, answer, second)
    assert (found.asked, found.on_time, found.outstanding, found.overdue) == (1, 0, 1, 0)


def test_who_answers_nil_and_then_sends_a_return_has_not_answered_nil():
    letter = _event("scoping_sent", "2026-12-01", agency="a")
    nil = _event("nil_received", "2026-12-02", agency="a")
    found = _agency(letter, nil, _event("return_received", "2026-12-21", agency="a"))
    assert (found.nil, found.on_time, found.late) == (0, 1, 0), "what was awaited came in time"


@pytest.mark.parametrize(
    ("ended", "outstanding"),
    [
        ([], 1),
        ([_event("scoping_bounced", "2026-12-02", agency="a")], 0),
        ([_event("withdrawn", "2026-12-02", agency="a")], 0),
        ([_event("closed", "2026-12-02"), _event("meeting_held", "2026-12-03")], 0),
        ([_event("closed", "2026-12-02"), _event("reopened", "2026-12-03")], 1),
        ([_event("criteria_decided", "2026-12-02", outcome="not_met")], 0),
    ],
)
def test_nothing_is_outstanding_where_nothing_is_awaited_any_more(ended, outstanding):
    found = _agency(_event("scoping_sent", "2026-12-01", agency="a"), *ended)
    assert (found.asked, found.outstanding, found.overdue) == (1, outstanding, outstanding)


def test_a_case_waits_for_its_letters_until_it_ends_not_until_one_agency_is_let_off():
    notified = _event("panel_notified", "2026-12-01")
    let_off = _event("withdrawn", "2026-12-02", agency="a")
    not_met = _event("criteria_decided", "2026-12-02", outcome="not_met")
    assert _figures([notified, let_off]).took[1].waiting == 1
    assert _figures([notified, not_met]).took[1].waiting == 0


def test_a_decision_that_the_go_took_for_granted_is_neither_measured_nor_awaited():
    events = [_event("referral_received", "2026-12-14"), _event("panel_notified", "2026-12-16")]
    decision = _figures(events).took[0]
    assert (decision.measured, decision.median_wd, decision.waiting) == (0, None, 0)


def test_a_learning_referral_waits_for_no_decision_and_owes_the_panel_no_report():
    events = [_event("referral_received", "2026-12-14"), _event("panel_notified", "2026-12-14")]
    found = _figures(events, about="practice_learning")
    assert found.referrals == {"practice_learning": 1}
    assert [one.waiting for one in found.took] == [0, 0, 0]
    assert found.reports == {}


def test_the_report_is_measured_against_its_fifteen_working_days():
    """The rapid review's clock of Lewisham counts from the Panel's notification."""
    notified = _event("panel_notified", "2026-12-01")
    in_time = [notified, _event("report_sent", "2026-12-22", time="17:00")]
    too_late = [notified, _event("report_sent", "2026-12-23")]
    missing = [notified]
    running = [_event("panel_notified", "2027-01-28")]
    assert _figures(in_time, too_late, missing, running).reports == {
        "sent in time": 1,
        "sent late": 1,
        "late, not sent": 1,
        "running": 1,
    }


def test_where_nothing_can_be_measured_it_is_said_and_never_nought():
    rows = rows_of(_figures())
    assert (
        "From the referral to the decision",
        "median working days",
        "nothing to measure",
    ) in rows
    assert ("mails that needed review", "scoping_return", "1") in rows
    assert ("corrections", "kind", "2") in rows
    assert ("mails out by state", "held", "1") in rows


def _opened(session: Session, number: int, opened_at: datetime, *events: EventFact) -> None:
    case = a_case(number, keys=(), events=events)
    cases.open_case(session, PARTNERSHIP, case, None, opened_at)


def test_the_store_gives_of_each_case_what_its_whole_file_would(database):
    """On SQLite and on PostgreSQL, which read the details of an event in their own ways."""
    day, early = date(2026, 12, 21), date(2026, 12, 18)
    until = "2027-01-04T17:00:00+00:00"
    told = [
        ("panel_notified", early, {"time": "09:30", "message_id": "<1@southwood.example>"}),
        ("panel_notified", day, {"time": "09:30", "proposed": "yes"}),
        ("criteria_decided", day, {"outcome": "met"}),
        ("scoping_sent", day, {"agency": "icb", "until": until, "to": "jo@southwood.example"}),
        ("scoping_sent", early, {"agency": "police", "day_unknown": "yes", "until": until}),
        ("nil_received", day, {"agency": "police", "time": "12:00"}),
    ]
    facts = [
        EventFact(anchor, on, "anna@northshire.example", detail) for anchor, on, detail in told
    ]
    with database.write() as session:
        _opened(session, 1, MONDAY_9AM, *facts)
        _opened(session, 2, MONDAY_9AM, EventFact("referral_received", day, "anna"))
    with database.read() as session:
        found = load_recorded(session, PARTNERSHIP, MONDAY_9AM, NOW)
        files = load_files(session, PARTNERSHIP)
    whole = Recorded([(one.case.type, one.events) for one in files], {}, {}, {})
    (icb, police), (_, to_letters, _) = _of(found).agencies, _of(found).took
    assert _of(found) == _of(whole)
    assert (icb.outstanding, police.nil, police.on_time) == (1, 1, 1)
    assert (to_letters.measured, to_letters.longest_wd) == (1, 1)
    texts = [text for _, events in found.cases for one in events for text in one.detail.values()]
    assert not any("@" in text for text in texts), "no address leaves the store for a figure"


def _of(recorded: Recorded) -> Statistics:
    return compute_statistics(recorded, REPORT, ENGLAND, NOW, RETURNS)


def test_a_period_has_its_own_cases_and_mails_and_no_other_partnerships(database):
    before, after = MONDAY_9AM - timedelta(seconds=1), MONDAY_9AM + timedelta(days=1)
    received = EventFact("referral_received", date(2026, 12, 21), "anna")
    with database.write() as session:
        for number, opened_at in enumerate((before, MONDAY_9AM, after), start=1):
            _opened(session, number, opened_at, received)
        for number, needs_review in enumerate((True, False)):
            inbox.add_message(
                session,
                a_mail(f"{number:064}", kind="enquiry", needs_review=needs_review),
            )
        for key, at in (("old", before), ("new", MONDAY_9AM), ("chased", MONDAY_9AM)):
            draft = {"template": "chaser", "agency": "icb"} if key == "chased" else {}
            whose = {"partnership": PARTNERSHIP, "mailbox": MAILBOX, "answers": None}
            outbox.queue(session, a_letter(key, **draft), **whose, case_id=None, now=at)
        claimed = outbox.claim_due(session, MONDAY_9AM)
        while claimed is not None:
            if claimed.key == "chased":
                outbox.settle(session, claimed.id, outbox.State.SENT, MONDAY_9AM)
            claimed = outbox.claim_due(session, MONDAY_9AM)
    with database.read() as session:
        found = load_recorded(session, PARTNERSHIP, MONDAY_9AM, after)
        elsewhere = load_recorded(session, "lewisham", before, NOW)
    assert [type_ for type_, _ in found.cases] == ["serious_incident"]
    assert found.kinds == {"enquiry": (2, 1)}
    assert found.sent == {("chaser", "icb"): 1}
    assert found.outbox == {"sent": 1, "sending": 1}
    assert elsewhere == Recorded([], {}, {}, {})
