"""The picture of a case's clocks: what it says, where today stands, and that it is in words too."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from lxml import etree

from agent.charts import draw_bars
from agent.clockpicture import Picture, draw_clocks
from agent.deadlines import ClockState, State

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
        (_clock(State.LATE, date(2026, 11, 30)), "late by a day"),
        (_clock(State.LATE, date(2026, 12, 1)), "late today"),
        (_clock(State.RUNNING, date(2026, 12, 1)), "due today"),
        (_clock(State.RUNNING, date(2026, 12, 2)), "due 2 Dec, in 1 day"),
        (_clock(State.RUNNING, date(2026, 12, 8)), "due 8 Dec, in 7 days"),
        (_clock(State.NOT_STARTED), "not started"),
        (_clock(State.NOT_STARTED, date(2026, 12, 8)), "proposed, would be due 8 Dec"),
        (_clock(State.MET), "nothing is due"),
    ],
)
def test_every_state_is_said_in_words_in_the_table_and_the_picture(clock, words):
    drawn = _drawn(clock)
    assert [row.words for row in drawn.rows] == [words]
    assert (words in drawn.svg) == (clock.due is not None)


def test_late_and_met_differ_by_more_than_a_colour():
    drawn = _drawn(_clock(State.LATE, date(2026, 11, 20)), _clock(State.MET, date(2026, 11, 20)))
    fills = [one.get("fill") for one in etree.fromstring(drawn.svg).iter(f"{NS}rect")]
    assert "url(#clocks-late)" in fills, "late is hatched"


def test_today_stands_between_what_is_past_and_what_comes():
    drawn = _drawn(
        _clock(State.LATE, date(2026, 11, 24), date(2026, 11, 17)),
        _clock(State.RUNNING, date(2026, 12, 8), date(2026, 12, 2)),
    )
    root = etree.fromstring(drawn.svg)
    today = next(one for one in root.iter(f"{NS}line") if one.get("stroke-width") == "3")
    bars = [one for one in root.iter(f"{NS}rect") if one.get("stroke") == "#0b0c0c"]
    past, coming = (float(one.get("x")) for one in bars)
    assert past + float(bars[0].get("width")) < float(today.get("x1")) < coming


def test_a_clock_of_months_does_not_squash_those_of_days():
    drawn = _drawn(
        _clock(State.RUNNING, date(2026, 12, 8), date(2026, 12, 1)),
        _clock(State.RUNNING, date(2027, 6, 1), date(2026, 12, 1)),
    )
    root = etree.fromstring(drawn.svg)
    bars = [one for one in root.iter(f"{NS}rect") if one.get("stroke") == "#0b0c0c"]
    assert float(bars[0].get("width")) > 50
    assert len(list(root.iter(f"{NS}path"))) == 1, "an arrow says that it goes on"


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


def test_bars_say_their_figures_and_fit_whatever_they_are():
    rows = [("Enquiry", 1), ("A very long name of a kind of mail " * 3, 900)]
    svg = draw_bars("Mails", rows, "mails", "m")
    texts = [one.text for one in etree.fromstring(svg).iter(f"{NS}text")]
    assert "1 mail" in texts
    assert "900 mails" in texts
    assert max(map(len, texts)) <= 30
    assert draw_bars("Nothing", [], "mails", "m") == ""
    zeros = etree.fromstring(draw_bars("Zeros", [("a", 0)], "mails", "m"))
    assert [one.get("width") for one in zeros.iter(f"{NS}rect")] == ["0.0"]


def test_a_picture_of_many_weeks_keeps_its_dates_apart():
    old = NOW.date() - timedelta(days=400)
    svg = _drawn(_clock(State.LATE, old, old), _clock(State.RUNNING, date(2027, 1, 8))).svg
    xs = [
        float(one.get("x1"))
        for one in etree.fromstring(svg).iter(f"{NS}line")
        if one.get("stroke") == "#cecece"
    ]
    assert all(two - one > 40 for one, two in pairwise(xs))
