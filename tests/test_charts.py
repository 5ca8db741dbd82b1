"""Bars with their figures, and that both pictures can be read on a telephone and on a desk."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from lxml import etree
from markupsafe import Markup
from playwright.sync_api import Browser

from agent.charts import draw_bars
from agent.clockpicture import draw_clocks
from agent.deadlines import ClockState, State
from tests.browser import opened

NS = "{http://www.w3.org/2000/svg}"
# What the page's own style says of pictures.
PAGE = (
    "<!doctype html><style>body {{ margin: 15px }} "
    "svg {{ max-width: 100%; height: auto; display: block }}</style>{}"
)
# How large every word is, and which reach out of their picture.
MEASURE = """() => [...document.querySelectorAll("svg > text")].map(one => {
    const own = one.getBoundingClientRect();
    const whole = one.ownerSVGElement.getBoundingClientRect();
    const isOut = own.left < whole.left - 1 || own.right > whole.right + 1
        || own.top < whole.top - 1 || own.bottom > whole.bottom + 1;
    return [own.height, isOut ? one.textContent : ""];
})"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests here."""
    with opened() as browser:
        yield browser


def _texts(svg: Markup) -> list[str]:
    return [one.text or "" for one in etree.fromstring(svg).iter(f"{NS}text")]


def _widths(svg: Markup) -> list[str]:
    rects = etree.fromstring(svg).iter(f"{NS}rect")
    return [one.get("width") for one in rects if one.get("fill") == "#1d3b4f"]


def test_every_bar_says_its_figure():
    svg = draw_bars("Mails", [("Enquiry", 1), ("Return", 2.25), ("Nil", 1234567)], "mails", "m")
    assert [one for one in _texts(svg) if "mail" in one] == [
        "1 mail",
        "2.2 mails",
        "1,234,567 mails",
    ]


def test_the_longest_bar_has_its_whole_room_and_the_others_their_share_of_it():
    assert _widths(draw_bars("Mails", [("a", 4), ("b", 8), ("c", 0)], "mails", "m")) == [
        "27.5%",
        "55.0%",
        "0.0%",
    ]


def test_a_share_of_a_hundred_is_measured_against_a_hundred():
    assert _widths(draw_bars("In time", [("police", 50)], "%", "m")) == ["27.5%"]


def test_where_nothing_is_known_there_is_no_picture_and_noughts_have_no_bar():
    assert draw_bars("Nothing", [], "mails", "m") == ""
    assert _widths(draw_bars("Noughts", [("a", 0), ("b", 0)], "mails", "m")) == ["0.0%", "0.0%"]


def test_a_long_label_is_wrapped_and_what_is_longer_still_is_cut():
    label = "A very long name of a kind of mail that goes on"
    assert " ".join(_texts(draw_bars("Mails", [(label, 3)], "mails", "m"))[:2]) == label
    *lines, figure = _texts(draw_bars("Mails", [(label * 4, 3)], "mails", "m"))
    assert (len(lines), figure) == (2, "3 mails")
    assert lines[-1].endswith("\N{HORIZONTAL ELLIPSIS}")


def test_a_chart_names_itself_and_escapes_what_it_is_given():
    svg = draw_bars("<b>", [('<script>"x"</script>', 1)], "<i>s", "mine")
    root = etree.fromstring(svg)
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "mine-title mine-desc")
    assert [one.text for one in root.iter(f"{NS}desc")] == ['<script>"x"</script>: 1 <i>.']
    assert "<script>" not in svg
    assert "style" not in svg


@pytest.mark.parametrize("width", [320, 900])
def test_both_pictures_can_be_read_on_a_telephone_and_on_a_desk(chromium, width):
    due = datetime(2026, 12, 8, 17, tzinfo=UTC)
    states = [
        ("Alert the partners", ClockState("a", State.MET, date(2026, 11, 2), due)),
        (
            "Return of the Southwood University Hospitals NHS Foundation Trust",
            ClockState("b", State.LATE, date(2025, 12, 1), datetime(2026, 11, 2, 17, tzinfo=UTC)),
        ),
        ("Sign-off", ClockState("c", State.NOT_STARTED, None, datetime(2027, 9, 1, tzinfo=UTC))),
        ("Papers out", ClockState("d", State.NOT_STARTED)),
    ]
    clocks = draw_clocks(states, datetime(2026, 12, 1, 10, tzinfo=UTC)).svg
    kinds = [
        ("Correspondence on a case", 1234567),
        ("Meetings, minutes and memoranda of other boards", 3),
        ("Unknown", 0),
    ]
    page = chromium.new_page(viewport={"width": width, "height": 800})
    page.set_content(PAGE.format(clocks + draw_bars("Mails", kinds, "mails", "m")))
    found = page.evaluate(MEASURE)
    page.close()
    assert len(found) > 15
    assert min(height for height, _ in found) >= 13, "no word shrinks with the picture"
    assert [text for _, text in found if text] == [], "no word is cut at the edge"
