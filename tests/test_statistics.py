"""The figures of a period, counted by hand beside: weekends, a bank holiday, more time, a nil."""

from datetime import UTC, date, datetime

from agent.model.case import CaseEvent, CaseType
from agent.statistics import Recorded, Statistics, compute_statistics, rows_of
from agent.store.figures import load_recorded
from tests.clocks import ENGLAND, rules_of
from tests.desk import MONDAY_9AM, Desk, referral
from tests.mails import mail

NOW = datetime(2027, 1, 29, 12, tzinfo=UTC)
REPORT = next(
    one for one in rules_of("lewisham", CaseType.SERIOUS_INCIDENT) if one.name == "report"
)


def _event(anchor: str, on: str, **detail: str) -> CaseEvent:
    day = date.fromisoformat(on)
    return CaseEvent(anchor, day, "somebody", NOW, None, detail)


def _figures(*cases: list[CaseEvent], sent: dict[tuple[str, str], int] | None = None) -> Statistics:
    recorded = Recorded(
        [("serious_incident", events) for events in cases],
        {"scoping_return": (4, 1)},
        sent or {},
        {"kind": 2},
    )
    return compute_statistics(recorded, REPORT, ENGLAND, NOW)


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
    assert found["e"].share is None, "where nothing was answered there is no share"


def test_the_report_is_measured_against_its_fifteen_working_days():
    """The rapid review's clock of Lewisham counts from the Panel's notification."""
    notified = _event("panel_notified", "2026-12-01")
    in_time = [notified, _event("report_sent", "2026-12-22")]
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


def test_the_figures_come_from_what_the_store_has_of_the_period(tmp_path):
    with Desk(tmp_path) as desk:
        desk.receives(referral())
        desk.receives(mail(message_id="<2@x.example>", subject="hello", body="hello\n"))
        since, until = datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
        with desk.database.read() as session:
            found = load_recorded(session, "northshire", since, until)
            nothing = load_recorded(session, "northshire", until, NOW)
            elsewhere = load_recorded(session, "lewisham", since, until)
    ((type_, events),) = found.cases
    assert type_ == "serious_incident"
    assert "referral_received" in [one.anchor for one in events]
    assert sum(count for count, _ in found.kinds.values()) == 2
    assert sum(found.sent.values()) >= 1
    assert since <= MONDAY_9AM
    assert (nothing.cases, elsewhere.cases) == ([], [])
