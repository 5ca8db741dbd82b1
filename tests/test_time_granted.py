"""More time for one agency, read from the mail of somebody who may grant it."""

from datetime import UTC, date, datetime

import pytest

from agent.caseclocks import until_of
from agent.model.case import CaseEvent, CaseFile
from agent.requests import requests_of
from tests.notices import CHAIR, PASSED, SNAPSHOT, desk_of, event, events_of, notice, written


@pytest.mark.parametrize(
    ("body", "until"),
    [
        ("We grant the ICB more time until Friday 8 January 2027.\n", "2027-01-08"),
        ("The ICB can have until 5pm on Fri 8 January.\n", "2027-01-08T17:00"),
        ("Extension approved for Northshire ICB to 08/01/2027, noon.\n", "2027-01-08T12:00"),
        ("Give them until the end of 8 January 2027.\n", "2027-01-08"),
        ("The ICB can have until Friday.\n", None),
        ("The ICB and the police can have until 8 January 2027.\n", None),
        ("The school can have until 8 January 2027.\n", None),
        ("The ICB cannot have more time until 8 January 2027.\n", None),
        ("The ICB asked for more time until 8 January 2027.\n", None),
    ],
)
def test_more_time_is_read_only_where_agency_and_day_are_sure(body: str, until: str | None) -> None:
    letters = [event("scoping_sent", agency=one) for one in ("icb", "police")]
    asked = event("extension_asked", agency="icb")

    found = events_of(
        notice(written(CHAIR, body, headers=PASSED), desk_of("auto"), *letters, asked)
    )

    granted = [(one.detail["agency"], one.detail["until"]) for one in found]
    assert granted == ([] if until is None else [("icb", until)])
    assert all(one.anchor == "extension_granted" for one in found)


def test_an_extension_that_is_only_proposed_moves_no_reminder() -> None:
    sent = event("scoping_sent", agency="icb")
    granted = event("extension_granted", agency="icb", until="2027-01-08", proposed="yes")

    [before] = requests_of(CaseFile(SNAPSHOT, (sent,)), ())
    [after] = requests_of(CaseFile(SNAPSHOT, (sent, granted)), ())

    assert after == before


def test_an_hour_granted_in_summer_is_londons_whatever_the_machine_takes_for_its_own():
    """A mail's "until 8 July at 5 pm" is kept without an offset."""
    detail = {"agency": "police", "until": "2026-07-08T17:00"}
    granted = CaseEvent("extension_granted", date(2026, 7, 1), "x", datetime.now(UTC), None, detail)
    assert until_of(granted) == datetime(2026, 7, 8, 16, 0, tzinfo=UTC)
