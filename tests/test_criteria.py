"""What an area takes for a serious incident: shown to whoever decides, and what it leaves out."""

import tomllib
from pathlib import Path

import pytest

from agent.area import load_area
from agent.config import shipped
from agent.errors import RuleError
from agent.rulecheck import check_rules, find_sources
from agent.show import open_console
from agent.showcriteria import print_criteria
from tests.desk import SITE, referral
from tests.stories import head, mail_step, of_type, play

SUDI = "Kit died suddenly in his cot. The cause is not known and abuse is not suspected."
LIFE = "Kit took his own life. No concerns of abuse or neglect were held by any agency."


def asked(tmp_path: Path, area: str, summary: str, reason: str = "A child has died.") -> list[str]:
    """Play a referral in these words in an area; return the exclusions a person is asked about."""
    answers = {"summary": summary, "reason_for_referral": reason}
    mails = {"referral.eml": referral(answers)}
    text = head("2026-12-21T09:00:00", "2026-12-21T18:00:00", area)
    rows, _ = play(tmp_path, text + mail_step("2026-12-21T10:00:00", "referral.eml"), mails)
    tasks = of_type(rows, "task")
    return [row["text"] for row in tasks if row["code"] == "exclusion_may_apply"]


@pytest.mark.parametrize(("summary", "process"), [(SUDI, "infancy"), (LIFE, "suicide")])
def test_lancashire_asks_whether_a_sudden_death_or_suicide_needs_a_review(
    tmp_path: Path, summary: str, process: str
) -> None:
    [text] = asked(tmp_path, "lancashire", summary)

    assert process in text
    assert "002_0edf20aa1add33f4.txt, box 4" in text


@pytest.mark.parametrize(
    ("summary", "reason"),
    [
        (SUDI, "Neglect is suspected: he was co-sleeping with intoxicated parents."),
        (LIFE, "He had disclosed sexual abuse by a coach."),
        ("Kit was found with fractures.", "A child was hurt."),
        ("Kit survived; this was an attempted suicide.", "Serious harm."),
    ],
)
def test_lancashire_asks_nothing_where_abuse_is_suspected_or_nobody_died_so(
    tmp_path: Path, summary: str, reason: str
) -> None:
    assert asked(tmp_path, "lancashire", summary, reason) == []


@pytest.mark.parametrize("area", ["lewisham", "leeds", "lambeth", "kscp"])
def test_no_other_area_has_that_rule(tmp_path: Path, area: str) -> None:
    assert asked(tmp_path, area, SUDI) == []


@pytest.mark.parametrize(
    ("area", "says"),
    [
        ("lewisham", "how agencies worked together"),
        ("lancashire", "goes through the child death review"),
        ("kscp", "a child in a regulated setting or service has died"),
        ("leeds", "outside England"),
        ("lambeth", "Children Act 2004, section 16C"),
    ],
)
def test_whoever_decides_is_shown_what_the_areas_document_says(
    capsys: pytest.CaptureFixture[str], area: str, says: str
) -> None:
    office, _ = load_area(area, SITE)

    print_criteria(office, open_console())

    assert says in " ".join(capsys.readouterr().out.split())


def test_every_sentence_has_its_source() -> None:
    for path in (shipped("rules") / "partnerships").glob("*/profile.toml"):
        criteria = tomllib.loads(path.read_text(encoding="utf-8")).get("criteria")
        for one in (*criteria["met_when"], *criteria.get("excluded", ())) if criteria else ():
            assert one["source"]


def own_area(tmp_path: Path, unless: str) -> Path:
    """Write Lancashire anew with other phrases for what takes its exclusions back."""
    folder = tmp_path / "rules" / "partnerships" / "lancashire"
    folder.mkdir(parents=True)
    text = (shipped("rules") / "partnerships/lancashire/profile.toml").read_text(encoding="utf-8")
    text = text.replace('"abuse_suspected"', f'"{unless}"')
    (folder / "profile.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_an_exclusion_that_asks_for_words_nobody_wrote_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="asks for the phrases `harm_told`"):
        load_area("lancashire", SITE, own_area(tmp_path, "harm_told"))


def test_phrases_that_only_an_areas_criteria_ask_for_are_not_called_unused() -> None:
    found = check_rules(find_sources(None))

    unused = [one.where for one in found if one.wrong == "No rule asks for these phrases."]
    assert unused == []
