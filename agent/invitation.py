"""Writes the invitation to a meeting as an iCalendar file. Pure; says nothing about a child."""

from datetime import UTC, datetime

from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from agent.london import LONDON

# British time since 1996 (Summer Time Order 2002; the same days before it): the clocks change at
# 01:00 UTC on the last Sundays of March and October.
_LONDON_TIME = """\
BEGIN:VTIMEZONE\r
TZID:Europe/London\r
BEGIN:DAYLIGHT\r
DTSTART:19960331T010000\r
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r
TZNAME:BST\r
TZOFFSETFROM:+0000\r
TZOFFSETTO:+0100\r
END:DAYLIGHT\r
BEGIN:STANDARD\r
DTSTART:19961027T020000\r
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r
TZNAME:GMT\r
TZOFFSETFROM:+0100\r
TZOFFSETTO:+0000\r
END:STANDARD\r
END:VTIMEZONE\r
"""


def render_invitation(
    uid: str,
    sequence: int,
    summary: str,
    start: datetime,
    end: datetime,
    place: str,
    organizer: str,
    attendee: str,
    now: datetime,
) -> bytes:
    """Return a request to come to one meeting, for one attendee who is asked to answer.

    A meeting that is moved keeps its `uid` and has a higher `sequence`. `organizer` and `attendee`
    are mail addresses; the answer goes to the organizer.

    Source: RFC 5546, 3.2.2 (METHOD:REQUEST).
    """
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Safeguarding Mailbox Agent//EN")
    calendar.add("method", "REQUEST")
    calendar.add_component(Timezone.from_ical(_LONDON_TIME))
    event = Event()
    event.add("uid", uid)
    event.add("sequence", sequence)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", start.astimezone(LONDON))
    event.add("dtend", end.astimezone(LONDON))
    event.add("summary", summary)
    if place:
        event.add("location", place)
    event.add("organizer", vCalAddress(f"mailto:{organizer}"))
    asked = vCalAddress(f"mailto:{attendee}")
    asked.params["ROLE"] = vText("REQ-PARTICIPANT")
    asked.params["PARTSTAT"] = vText("NEEDS-ACTION")
    asked.params["RSVP"] = vText("TRUE")
    event.add("attendee", asked)
    event.add("class", "CONFIDENTIAL")
    event.add("status", "CONFIRMED")
    event.add("transp", "OPAQUE")
    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written
