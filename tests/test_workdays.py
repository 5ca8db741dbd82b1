"""Working days in England: the published bank holidays, and what holds for every count."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.workdays import FIRST_YEAR, LAST_YEAR, Calendar, DayLine, bank_holidays

ENGLAND = Calendar()
OFFICE = Calendar(closures={date(2026, 12, 29): "the office is moving"})

# The days GOV.UK publishes for England and Wales, as the package govuk-bank-holidays 0.19 holds
# them; a later table is checked by taking its days over here.
PUBLISHED = {
    2019: "01-01 04-19 04-22 05-06 05-27 08-26 12-25 12-26",
    2020: "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28",
    2021: "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28",
    2022: "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27",
    2023: "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26",
    2024: "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
    2025: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
    2028: "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26",
}

days = st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))
working_days = days.filter(ENGLAND.is_working_day)
counts = st.integers(0, 120)
calendars = st.sampled_from([ENGLAND, OFFICE])


@pytest.mark.parametrize(("year", "published"), PUBLISHED.items())
def test_the_weekdays_off_are_those_gov_uk_publishes(year: int, published: str) -> None:
    off = [day for day in bank_holidays() if day.year == year and day.weekday() < 5]

    assert sorted(off) == [date.fromisoformat(f"{year}-{day}") for day in published.split()]


@pytest.mark.parametrize(
    ("day", "n", "due"),
    [
        ("2026-11-20", 1, "2026-11-23"),  # a Friday: the Monday
        ("2026-11-21", 1, "2026-11-23"),  # a Saturday: the same Monday
        ("2026-11-22", 1, "2026-11-23"),  # a Sunday
        ("2026-11-21", 0, "2026-11-21"),
        ("2026-04-02", 1, "2026-04-07"),  # Good Friday to Easter Monday lie between
        ("2026-04-03", 1, "2026-04-07"),  # from Good Friday itself
        ("2026-05-01", 1, "2026-05-05"),  # the early May bank holiday
        ("2026-12-24", 1, "2026-12-29"),  # 28 December stands for Boxing Day
        ("2027-12-24", 1, "2027-12-29"),  # two substitute days
        ("2026-11-23", -1, "2026-11-20"),
        ("2026-11-22", -1, "2026-11-20"),
        ("2026-12-29", -2, "2026-12-23"),
    ],
)
def test_a_count_starts_on_the_next_working_day(day: str, n: int, due: str) -> None:
    assert ENGLAND.add_working_days(date.fromisoformat(day), n) == date.fromisoformat(due)


def test_every_day_of_a_count_has_its_number_or_why_it_has_none() -> None:
    assert OFFICE.explain(date(2026, 12, 24), 2) == (
        DayLine(date(2026, 12, 24), 0),
        DayLine(date(2026, 12, 25), None, "Christmas Day"),
        DayLine(date(2026, 12, 26), None, "Saturday"),
        DayLine(date(2026, 12, 27), None, "Sunday"),
        DayLine(date(2026, 12, 28), None, "Boxing Day (substitute)"),
        DayLine(date(2026, 12, 29), None, "the office is moving (local closure)"),
        DayLine(date(2026, 12, 30), 1),
        DayLine(date(2026, 12, 31), 2),
    )


def test_the_offices_own_closures_are_no_closures_of_the_country() -> None:
    assert not OFFICE.is_working_day(date(2026, 12, 29))
    assert OFFICE.national.is_working_day(date(2026, 12, 29))
    assert OFFICE.national.version == ENGLAND.version


def test_a_newly_proclaimed_bank_holiday_counts_and_shows_in_the_version() -> None:
    crowned = Calendar(added={date(2027, 6, 11): "Extra bank holiday"})

    assert crowned.add_working_days(date(2027, 6, 10), 1) == date(2027, 6, 14)
    assert ENGLAND.add_working_days(date(2027, 6, 10), 1) == date(2027, 6, 11)
    assert crowned.version != ENGLAND.version
    assert Calendar(added={date(2027, 6, 11): "By another name"}).version == crowned.version


@pytest.mark.parametrize("day", [date(1926, 12, 17), date(2126, 12, 17)])
def test_a_year_that_must_be_a_slip_is_not_counted_from(day: date) -> None:
    assert not ENGLAND.covers(day)
    with pytest.raises(ValueError, match="lies outside the years 2015 to 2045"):
        ENGLAND.add_working_days(day, 5)


@pytest.mark.parametrize("day", [date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)])
def test_a_year_of_working_days_can_be_counted_from_the_last_day_covered(day: date) -> None:
    assert ENGLAND.count(day, ENGLAND.add_working_days(day, 250)) == 250
    assert ENGLAND.explain(day, 250)[-1].number == 250


def test_a_count_never_leads_off_the_calendar_unnoticed() -> None:
    with pytest.raises(ValueError, match="outside the calendar"):
        ENGLAND.add_working_days(date(LAST_YEAR, 12, 31), 1000)
    with pytest.raises(ValueError, match="onward"):
        ENGLAND.explain(date(2026, 11, 20), -1)


@given(calendars, working_days, counts, counts)
def test_two_counts_in_turn_lead_where_one_count_of_both_does(
    calendar: Calendar, day: date, a: int, b: int
) -> None:
    first = calendar.add_working_days(day, a)
    if calendar.is_working_day(day):
        assert calendar.add_working_days(first, b) == calendar.add_working_days(day, a + b)


@given(calendars, days, st.integers(-120, 120).filter(bool))
def test_a_count_never_ends_on_a_closed_day(calendar: Calendar, day: date, n: int) -> None:
    assert calendar.is_working_day(calendar.add_working_days(day, n))


@given(calendars, days, days, counts, counts)
def test_a_later_start_or_a_longer_count_never_ends_earlier(
    calendar: Calendar, one: date, two: date, a: int, b: int
) -> None:
    earlier, later = sorted((one, two))
    shorter, longer = sorted((a, b))

    assert calendar.add_working_days(earlier, a) <= calendar.add_working_days(later, a)
    assert calendar.add_working_days(one, shorter) <= calendar.add_working_days(one, longer)


@given(calendars, days, counts)
def test_the_explanation_ends_with_the_number_and_on_the_date(
    calendar: Calendar, day: date, n: int
) -> None:
    lines = calendar.explain(day, n)
    due = calendar.add_working_days(day, n)

    assert lines[-1].on == due
    assert [line.number for line in lines if line.number is not None] == list(range(n + 1))
    assert calendar.count(day, due) == n
    assert all(bool(line.why) == (line.number is None) for line in lines[1:])
    assert [line.on for line in lines] == [day + timedelta(i) for i in range(len(lines))]


@given(days, counts)
def test_a_count_is_what_stepping_day_by_day_gives(day: date, n: int) -> None:
    on, left = day, n
    while left:
        on += timedelta(days=1)
        left -= on.weekday() < 5 and on not in bank_holidays()

    assert ENGLAND.add_working_days(day, n) == on


@given(working_days, counts)
def test_counting_back_undoes_counting_on(day: date, n: int) -> None:
    assert ENGLAND.add_working_days(ENGLAND.add_working_days(day, n), -n) == day
