"""The picture of a case's clocks: what it says, where today stands, and that it is in words too."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from lxml import etree

from agent.clockpicture import Picture, draw_clocks, find_met
from agent.deadlines import ClockState, State, compute_clocks
from tests.clocks import ENGLAND, happened, rules_of

NOW = datetime(2026, 12, 1, 10, tzinfo=UTC)
NS = "{http://www.w3.org/2000/svg}"


def _clock(state: State, due: date | None = None, opens: date | None = None) -> ClockState:
    moment = None if due is None else datetime(due.year, due.month, due.day, 17, tzinfo=UTC)
    return ClockState("x", state, opens=opens, due=moment, anchor_on=opens)


def _drawn(*clocks: ClockState) -> Picture:
    return draw_clocks([(f"Clock {n}", one) for n, one in enumerate(clocks, start=1)], NOW)


@pytest.mark.parametrize(
    ("clock", "words"),
    [
        (_clock(State.MET, date(2026, 11, 20)), "met; was due 20 Nov"),
        (_clock(State.LATE, date(2026, 11, 20)), "late by 11 days"),
        (_clock(State.LATE, date(2026, 11, 30)), "late by 1 day"),
        (_clock(State.LATE, date(2026, 12, 1)), "late today"),
        (_clock(State.RUNNING, date(2026, 12, 1)), "due today"),
        (_clock(State.RUNNING, date(2026, 12, 2)), "due 2 Dec, in 1 day"),
        (_clock(State.RUNNING, date(2026, 12, 8)), "due 8 Dec, in 7 days"),
        (_clock(State.RUNNING, date(2027, 6, 1)), "due 1 Jun 2027, in 182 days"),
        (_clock(State.NOT_STARTED), "not started"),
        (ClockState("x", State.NOT_STARTED, anchor="scoping_sent"), "nothing is due"),
        (_clock(State.NOT_STARTED, date(2026, 12, 8)), "proposed, would be due 8 Dec"),
        (_clock(State.MET), "nothing is due"),
    ],
)
def test_every_state_is_said_in_words_in_the_table_and_the_picture(clock, words):
    drawn = _drawn(clock)
    assert [row.words for row in drawn.rows] == [words]
    assert (words in drawn.svg) == (clock.due is not None)


def test_the_day_on_which_a_clock_was_met_is_said_and_how_late_that_was():
    clock = _clock(State.MET, date(2026, 11, 20), date(2026, 11, 16))
    told = [
        draw_clocks([("Triage", clock)], NOW, met={"x": day}).rows[0].words
        for day in (date(2026, 11, 18), date(2026, 11, 20), date(2026, 11, 23))
    ]
    assert told == ["met 18 Nov", "met 20 Nov", "met 23 Nov, 3 days late"]
    early, late = (
        draw_clocks([("Triage", clock)], NOW, met={"x": date(2026, 11, day)}) for day in (18, 23)
    )
    ((_, ended, _),), (thin,) = _bars(early), _lines(early, "#0f7a52")
    assert thin == pytest.approx(ended), "what was done early is tied to when it was due"
    assert _lines(late, "#0f7a52") == []
    assert _bars(late)[0][1] > _lines(late, "#0b0c0c")[0]


def test_the_day_a_clock_was_met_is_the_first_letters_or_answers_and_the_corrected_ones():
    rules = rules_of("lewisham")
    events = (
        happened("panel_notified", "2026-11-16"),
        happened("criteria_decided", "2026-11-17", outcome="met"),
        happened("criteria_decided", "2026-11-18", outcome="met"),
        happened("scoping_sent", "2026-11-18", "icb"),
        happened("scoping_sent", "2026-11-19", "police"),
        happened("return_received", "2026-11-18", "police"),
        happened("return_received", "2026-11-23", "police"),
        happened("nil_received", "2026-11-25", "police"),
        happened("report_sent", "2026-11-30", proposed=True),
    )
    found = find_met(compute_clocks(events, rules, ENGLAND, NOW), rules, events)
    assert found["scoping_out"] == date(2026, 11, 18)
    assert found["return:police"] == date(2026, 11, 23), "the 18th belonged to an earlier letter"
    assert "return:icb" not in found
    assert "report" not in found
    of_decision = next(one for one in rules if one.name == "decision")
    met = ClockState("decision", State.MET)
    assert find_met([met], [of_decision], events[1:]) == {"decision": date(2026, 11, 18)}


def test_a_clock_that_has_not_started_stands_in_the_picture_by_its_words():
    drawn = _drawn(_clock(State.NOT_STARTED), _clock(State.RUNNING, date(2026, 12, 8)))
    texts = [one.text for one in etree.fromstring(drawn.svg).iter(f"{NS}text")]
    assert texts[-4:] == ["Clock 1", "not started", "Clock 2", "due 8 Dec, in 7 days"]


def _bars(drawn: Picture) -> list[tuple[float, float, dict[str, Any]]]:
    """Return where each bar begins and ends, in per cent of the width, and what it looks like."""
    found = []
    for one in etree.fromstring(drawn.svg).iter(f"{NS}rect"):
        if one.get("stroke"):
            begin, width = (float(one.get(key).removesuffix("%")) for key in ("x", "width"))
            found.append((begin, begin + width, dict(one.attrib)))
    return found


def _lines(drawn: Picture, stroke: str) -> list[float]:
    """Return where the lines of a colour stand, in per cent of the width."""
    lines = etree.fromstring(drawn.svg).iter(f"{NS}line")
    return [float(one.get("x1").removesuffix("%")) for one in lines if one.get("stroke") == stroke]


def test_the_four_states_differ_by_more_than_a_colour():
    day, begun = date(2026, 11, 26), date(2026, 11, 19)
    drawn = _drawn(*(_clock(state, day, begun) for state in State))
    proposed, running, met, late, overdue = (look for _, _, look in _bars(drawn))
    assert proposed["stroke-dasharray"], "a proposed clock is dashed"
    assert running["fill"] == late["fill"] == "#ffffff", "what runs is outlined"
    assert met["fill"] == "#0f7a52", "what is met is solid"
    assert overdue["fill"] == "url(#clocks-late)", "what is overdue is hatched"
    assert len(_lines(drawn, "#0b0c0c")) == 4, "each has a tick where it is due"


def test_what_is_overdue_reaches_from_when_it_was_due_to_today():
    drawn = _drawn(
        _clock(State.LATE, date(2026, 11, 24), date(2026, 11, 17)),
        _clock(State.RUNNING, date(2026, 12, 8), date(2026, 12, 2)),
    )
    (today,) = _lines(drawn, "#1d3b4f")
    (_, due, _), (overdue_from, overdue_to, _), (coming, _, _) = _bars(drawn)
    assert due == pytest.approx(overdue_from)
    assert overdue_to == pytest.approx(today)
    assert today < coming


def test_a_clock_of_months_does_not_squash_those_of_days():
    drawn = _drawn(
        _clock(State.RUNNING, date(2026, 12, 8), date(2026, 12, 1)),
        _clock(State.RUNNING, date(2027, 6, 1), date(2026, 12, 1)),
    )
    (begun, due, _), (_, end, _) = _bars(drawn)
    assert due - begun > 40, "a week has nearly half of the line"
    assert end == 95
    paths = list(etree.fromstring(drawn.svg).iter(f"{NS}path"))
    assert len(paths) == 1, "an arrow says that it goes on"
    assert len(_lines(drawn, "#0b0c0c")) == 1, "and it has no tick where it is not due"


def test_a_case_without_any_date_has_rows_and_no_picture():
    drawn = _drawn(_clock(State.NOT_STARTED))
    assert drawn.svg == ""
    assert len(drawn.rows) == 1


def test_a_picture_names_itself_and_escapes_what_it_is_given():
    state = _clock(State.RUNNING, date(2026, 12, 8), date(2026, 12, 1))
    svg = draw_clocks([('<script>"x"</script>', state)], NOW, "mine").svg
    root = etree.fromstring(svg)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "mine-title mine-desc"
    assert "<script>" not in svg
    assert "style=" not in svg


def test_a_picture_of_many_weeks_keeps_its_dates_apart():
    old = NOW.date() - timedelta(days=400)
    drawn = _drawn(
        _clock(State.LATE, old, old),
        _clock(State.LATE, date(2026, 10, 21)),
        _clock(State.RUNNING, date(2027, 1, 8)),
    )
    assert len(_lines(drawn, "#cecece")) > 10, "every Monday has its line"
    dated = [
        float(one.get("x").removesuffix("%"))
        for one in etree.fromstring(drawn.svg).iter(f"{NS}text")
        if one.get("fill") == "#484949"
    ]
    assert all(two - one > 15 for one, two in pairwise(dated)), "48 pixels on a telephone"
    assert len(list(etree.fromstring(drawn.svg).iter(f"{NS}path"))) == 1, "and 2025 lies further"
