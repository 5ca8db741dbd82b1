"""A day that counts as closed from now on: a person is told once which dates it moved."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from agent.clock import system_clock
from agent.clockrules import AddedHoliday, Closure
from agent.london import london_day
from agent.recount import recount
from agent.store import work
from tests.desk import MONDAY_9AM, Desk, referral
from tests.office import Office
from tests.servers import SmtpSink

# A referral of Monday 21 December 2026: the partners decide within 5 working days, on the 31st.
WEDNESDAY = date(2026, 12, 23)
PROCLAIMED = AddedHoliday(
    on=WEDNESDAY, name="Extra bank holiday", source="GOV.UK", checked_on=date(2026, 12, 1)
)
LATER = MONDAY_9AM + timedelta(hours=2)


def proclaim(desk: Desk, *added: AddedHoliday) -> None:
    """Load the office anew, with these bank holidays beside those of the table."""
    office = desk.line.office
    clocks = office.limits.clocks.model_copy(update={"bank_holiday": added})
    limits = office.limits.model_copy(update={"clocks": clocks})
    desk.line = replace(desk.line, office=replace(office, limits=limits))


def told(desk: Desk) -> list[str]:
    with desk.database.read() as session:
        return [note.text for note in work.list_open(session) if note.code == "dates_moved"]


def test_a_proclaimed_holiday_is_told_with_old_and_new_dates_once(desk: Desk) -> None:
    desk.receives(referral())
    assert recount(desk.line, MONDAY_9AM) == 0

    proclaim(desk, PROCLAIMED)

    assert recount(desk.line, LATER) == 1
    assert recount(desk.line, LATER) == 0
    (text,) = told(desk)
    assert (
        "decision: Wednesday 30 December 2026 at 5.00 pm, "
        "now Thursday 31 December 2026 at 5.00 pm" in text
    )
    assert "partner_alert" not in text
    assert "dates moved" in desk.log


def test_a_holiday_that_was_a_slip_is_told_too_when_it_is_taken_back(desk: Desk) -> None:
    desk.receives(referral())
    proclaim(desk, PROCLAIMED)
    assert recount(desk.line, MONDAY_9AM) == 0

    proclaim(desk)

    assert recount(desk.line, LATER) == 1
    assert "decision: Thursday 31 December 2026 at 5.00 pm, now Wednesday 30" in told(desk)[0]


def test_a_day_that_moves_no_date_is_told_of_no_case(desk: Desk) -> None:
    desk.receives(referral())
    recount(desk.line, MONDAY_9AM)

    proclaim(desk, PROCLAIMED.model_copy(update={"on": date(2028, 6, 1)}))

    assert recount(desk.line, LATER) == 0
    assert told(desk) == []


def test_a_closed_office_moves_its_own_dates_and_no_national_one(desk: Desk) -> None:
    desk.receives(referral())
    recount(desk.line, MONDAY_9AM)
    closed = Closure(on=WEDNESDAY, name="a burst pipe")
    site = desk.line.office.site.model_copy(update={"closures": (closed,)})
    desk.line = replace(desk.line, office=replace(desk.line.office, site=site))

    assert recount(desk.line, LATER) == 1
    assert "decision" in told(desk)[0]
    assert "la_notification" not in told(desk)[0]


def test_the_agent_looks_at_every_start(tmp_path: Path) -> None:
    with SmtpSink() as sink:
        office = Office(tmp_path, sink.port)
        office.migrate()
        assert office.does("once").code == 0
        long_ago = {"incident_date": "3/11/2025", "referral_date": "4/11/2025"}
        office.deliver(referral(long_ago))
        assert office.does("once").code == 0
        days = [f"{london_day(system_clock()) + timedelta(days=ahead)}" for ahead in range(1, 8)]
        closed = ", ".join(f'{{ on = {day}, name = "a strike" }}' for day in days)
        site = tmp_path / "site.toml"
        site.write_text(f"{site.read_text(encoding='utf-8')}\nclosures = [{closed}]\n", "utf-8")

        assert office.does("once").code == 0

        assert "dates_moved" in dict(office.waiting)
