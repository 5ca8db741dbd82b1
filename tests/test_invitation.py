"""The invitation to a meeting, as calendars read it."""

from datetime import UTC, datetime

import pytest
from icalendar import Calendar

from agent.invitation import render_invitation
from agent.london import LONDON

SUMMARY = "Rapid review meeting, reference NOR-2026-0001-7MX"
NOW = datetime(2026, 12, 21, 10, 0, tzinfo=UTC)


def invitation(start: datetime, place: str = "Room 2, Civic Centre; or by Teams") -> bytes:
    return render_invitation(
        "scoping:NOR-2026-0001-7MX:police@northshirescp.example",
        1,
        SUMMARY,
        start,
        start.replace(hour=start.hour + 2),
        place,
        "reviews@northshirescp.example",
        "morgan.quill@police.northshire.example",
        NOW,
    )


def test_it_asks_the_agency_to_answer_the_office() -> None:
    calendar = Calendar.from_ical(invitation(datetime(2027, 1, 6, 10, 0, tzinfo=LONDON)))
    (event,) = calendar.walk("VEVENT")

    assert calendar["method"] == "REQUEST"
    assert event["organizer"] == "mailto:reviews@northshirescp.example"
    assert event["attendee"] == "mailto:morgan.quill@police.northshire.example"
    assert event["attendee"].params["RSVP"] == "TRUE"
    assert (event["sequence"], event["summary"]) == (1, SUMMARY)
    assert event["location"] == "Room 2, Civic Centre; or by Teams"
    assert event["uid"] == "scoping:NOR-2026-0001-7MX:police@northshirescp.example"


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [
        (datetime(2027, 1, 6, 10, 0, tzinfo=LONDON), 10),
        (datetime(2027, 6, 2, 10, 0, tzinfo=LONDON), 9),
        # The Sundays on which the clocks change, after they have.
        (datetime(2027, 3, 28, 10, 0, tzinfo=LONDON), 9),
        (datetime(2027, 10, 31, 10, 0, tzinfo=LONDON), 10),
    ],
)
def test_the_hour_is_londons_in_summer_and_winter(day: datetime, utc_hour: int) -> None:
    raw = invitation(day)
    calendar = Calendar.from_ical(raw)
    (zone,) = calendar.walk("VTIMEZONE")
    (event,) = calendar.walk("VEVENT")

    assert b"DTSTART;TZID=Europe/London:" in raw
    # What its own rules for the clocks make of it, as a program without a list of zones would.
    wall = event["dtstart"].dt.replace(tzinfo=None)
    assert wall.replace(tzinfo=zone.to_tz(lookup_tzid=False)).astimezone(UTC).hour == utc_hour
    assert event["dtend"].dt - event["dtstart"].dt == day.replace(hour=12) - day


def test_no_text_of_ours_adds_a_line_to_it() -> None:
    start = datetime(2027, 1, 6, 10, 0, tzinfo=LONDON)
    raw = invitation(start, "Room 2\r\nATTENDEE:mailto:thief@y.example\nBEGIN:VALARM")

    (event,) = Calendar.from_ical(raw).walk("VEVENT")

    assert raw.count(b"\r\nATTENDEE") == 1
    assert b"\r\nBEGIN:VALARM" not in raw
    assert event["attendee"] == "mailto:morgan.quill@police.northshire.example"


def test_lines_are_folded_as_the_standard_wants_and_the_same_again() -> None:
    start = datetime(2027, 1, 6, 10, 0, tzinfo=LONDON)
    raw = invitation(start, "Neuadd y Dref, Ŵyth Ŷd " * 8)

    assert max(map(len, raw.split(b"\r\n"))) <= 75
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert raw == invitation(start, "Neuadd y Dref, Ŵyth Ŷd " * 8)
    assert b"LOCATION" not in invitation(start, "")
