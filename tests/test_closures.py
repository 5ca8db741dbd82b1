"""Days on which an office itself is closed: its own clocks wait for it, the country's do not."""

from datetime import date
from pathlib import Path

import pytest

from agent.area import load_area
from agent.caseclocks import calendar_of
from agent.clockrules import Closure
from agent.config import shipped
from agent.errors import ConfigError, RuleError
from agent.model.case import CaseFile
from agent.profile import load_site
from agent.show import open_console
from agent.showclocks import print_clocks
from tests.desk import MONDAY_9AM, referral
from tests.notices import SNAPSHOT, event
from tests.stories import SITE, Row, clock_rows, detail, event_step, head, mail_step, of_type, play

MOVING = Closure(on=date(2026, 12, 29), name="the office is moving")
YEARS_END = Closure(on=date(2026, 12, 29), until=date(2026, 12, 31), name="between the years")


def told(tmp_path: Path, *closures: Closure) -> list[Row]:
    """Play a case whose letter leaves on Monday 21 December and is not answered."""
    site = SITE.model_copy(update={"closures": closures})
    said = detail(summary="A child was hurt.", period="2024 to 2026", family="nobody known")
    text = (
        head("2026-12-21T09:00:00", "2027-01-15T18:00:00")
        + mail_step("2026-12-21T10:00:00", "referral.eml")
        + event_step("2026-12-21T11:00:00", "panel_notified")
        + '[[step]]\nat = 2026-12-21T11:30:00\nact = "complete"\nby = "strategic_lead"\n'
        + f"{said}\n"
        + event_step("2026-12-21T12:00:00", "rapid_review_agreed", more=detail(agencies=["icb"]))
    )
    return play(tmp_path, text, {"referral.eml": referral()}, site=site)[0]


def test_an_offices_own_clocks_do_not_count_its_closures_and_national_ones_do(
    tmp_path: Path,
) -> None:
    # Tue 22=1 Wed 23=2 Thu 24=3 (25, 28 bank holidays; 29 to 31 closed; 1 January) Mon 4=4 Tue 5=5.
    rows = told(tmp_path, YEARS_END)

    assert clock_rows(rows, "return:icb")[0][1] == "2027-01-05T17:00:00+00:00"
    # 22=1 23=2 24=3 29=4 30=5 31=6 4=7 5=8 6=9 7=10 8=11 11=12 12=13 13=14 14=15.
    assert clock_rows(rows, "report")[-1][1] == "2027-01-14T17:00:00+00:00"


def test_no_reminder_leaves_while_the_office_is_closed(
    tmp_path: Path,
) -> None:
    rows = told(tmp_path, YEARS_END)

    days = {row["at"][:10] for row in of_type(rows, "sent") if row["template"] == "reminder"}
    assert days == {"2027-01-04"}


def test_without_closures_the_same_letter_is_due_earlier(tmp_path: Path) -> None:
    rows = told(tmp_path)

    assert clock_rows(rows, "return:icb")[0][1] == "2026-12-30T17:00:00+00:00"


def test_deadline_warns_of_a_closure_that_a_national_clock_runs_through(
    capsys: pytest.CaptureFixture[str],
) -> None:
    site = SITE.model_copy(update={"closures": (MOVING,)})
    office, _ = load_area("lewisham", site)
    file = CaseFile(SNAPSHOT, (event("panel_notified"),))

    print_clocks(file, office, MONDAY_9AM, open_console())

    shown = " ".join(capsys.readouterr().out.split())
    assert "The office is closed on Tuesday 29 December 2026 (the office is moving)" in shown
    assert "the office is moving (local closure)" in shown


def test_closures_stand_in_site_toml_or_in_the_areas_own_profile(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text(
        'closures = [{ on = 2026-12-29, until = 2026-12-30, name = "the office is moving" }]\n',
        encoding="utf-8",
    )
    folder = tmp_path / "rules" / "partnerships" / "leeds"
    folder.mkdir(parents=True)
    text = (shipped("rules") / "partnerships/leeds/profile.toml").read_text(encoding="utf-8")
    own = '[[closures]]\non = 2027-04-01\nname = "a day of training"\nsource = "our own"\n'
    (folder / "profile.toml").write_text(f"{text}\n{own}checked_on = 2026-11-25\n", "utf-8")

    office, _ = load_area("leeds", load_site(tmp_path / "site.toml"), tmp_path)

    assert [str(one) for one in calendar_of(office).closures] == [
        "2027-04-01",
        "2026-12-29",
        "2026-12-30",
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        'on = 2026-12-29, until = 2026-12-28, name = "backwards"',
        'on = 2026-12-29, until = 2027-12-29, name = "a year"',
        'on = 2026-12-29, name = ""',
    ],
)
def test_a_closure_that_cannot_be_stops_the_start(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "site.toml").write_text(f"closures = [{{ {wrong} }}]\n", encoding="utf-8")

    with pytest.raises(ConfigError, match=r"site\.toml"):
        load_site(tmp_path / "site.toml")


def test_a_closure_in_a_profile_says_which_document_has_it(tmp_path: Path) -> None:
    folder = tmp_path / "rules" / "partnerships" / "leeds"
    folder.mkdir(parents=True)
    text = (shipped("rules") / "partnerships/leeds/profile.toml").read_text(encoding="utf-8")
    own = '[[closures]]\non = 2027-04-01\nname = "a day of training"\n'
    (folder / "profile.toml").write_text(f"{text}\n{own}", encoding="utf-8")

    with pytest.raises(RuleError, match="source"):
        load_area("leeds", SITE, tmp_path)
