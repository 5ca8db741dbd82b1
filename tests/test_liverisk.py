"""A child in danger now must be seen, whatever else the mail is, without crying wolf all day."""

import pytest

from agent.area import load_area
from agent.liverisk import load_live_risk
from agent.pipeline import read_mail
from tests.desk import SITE, Desk
from tests.mails import mail
from tests.measure_liverisk import RULES, Judged, counts, judge, load_texts

FRESH = "A Year 2 boy told me just now that his dad burns him. Dad is picking him up at half 3."


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    return judge(load_texts(), load_live_risk(RULES / "live_risk.toml"))


# What is reached today, a little below what was printed; the aim is 99 % caught.
@pytest.mark.parametrize(("half", "recall", "alarms"), [("tune", 0.9, 0.05), ("held", 0.65, 0.15)])
def test_texts_nobody_tuned_on_are_told_nearly_as_well(
    judged: list[Judged], half: str, recall: float, alarms: float
) -> None:
    caught, risks, false, others = counts(judged, half)

    assert caught / risks >= recall
    assert false / others <= alarms


def test_a_live_concern_is_before_a_person_at_once(desk: Desk) -> None:
    row = desk.row(desk.receives(mail(subject="Safeguarding", body=FRESH)))

    assert row["kind"] == "immediate_risk"
    assert row["live_risk"] is True
    assert row["review_reasons"] == ["live_risk"]


def test_a_line_about_999_below_a_mail_is_no_danger() -> None:
    office, _ = load_area("northshire", SITE)
    footer = "If you think a child is in immediate danger call 999."

    found = read_mail(office, mail(subject="Room", body=f"Room 3 is free.\n\n{footer}\n"))

    assert found.classification.live_risk is False
