"""The declared files: shipped ones are whole, wrong ones stop the program naming file and place."""

from pathlib import Path

import pytest

from agent.area import load_area
from agent.classify import PREDICATES, classify
from agent.config import shipped
from agent.errors import RuleError
from agent.model.decision import REVIEW_MEANING, TASK_MEANING, Review, Task
from agent.pipeline import read_mail
from agent.ruleset import load_limits, load_mail_rules
from tests.desk import SITE, referral
from tests.mails import bounce_of, mail, out_of_office

RECEIPT = mail(
    body="read",
    headers={"Content-Type": "multipart/report; report-type=disposition-notification; boundary=b"},
)
ANSWER = b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR\r\n"
CALENDAR = mail(attachments=[("invite.ics", ANSWER, "text/calendar")])
OWN = mail(headers={"X-Safeguarding-Mailbox-Agent": "NOR-2026-0001-7MX"})

EXAMPLES = {
    "own-mail": OWN,
    "delivery-report": bounce_of(b"Subject: x\r\n\r\nx", "a@b.example"),
    "referral-form-from-a-machine": referral(headers={"Auto-Submitted": "auto-generated"}),
    "referral-form": referral(),
    "read-receipt": RECEIPT,
    "calendar-reply": CALENDAR,
    "automatic-reply": out_of_office(),
    "nothing-known": mail(body="Could somebody ring me about training?"),
}


def test_every_rule_has_an_example() -> None:
    office, _ = load_area("northshire", SITE)

    assert [rule.id for rule in office.rules] == list(EXAMPLES)


@pytest.mark.parametrize("rule", EXAMPLES)
def test_a_rule_matches_its_example_and_those_before_it_are_named(rule: str) -> None:
    office, _ = load_area("northshire", SITE)

    found = read_mail(office, EXAMPLES[rule]).classification

    assert found.rule == rule
    assert list(found.passed_over) == list(EXAMPLES)[: list(EXAMPLES).index(rule)]


def test_without_any_rule_a_mail_is_unknown() -> None:
    office, _ = load_area("northshire", SITE)
    reading = read_mail(office, mail()).reading

    assert classify(reading, ()).classification.kind == "unknown"


def test_every_shipped_area_loads_with_its_forms_and_letters() -> None:
    areas = [path.name for path in (shipped("rules") / "partnerships").iterdir() if path.is_dir()]

    assert {"lewisham", "northshire"} <= set(areas)
    for area in areas:
        office, _ = load_area(area, SITE)
        assert office.profile.slug == area
        assert {layout.id for layout in office.layouts} == set(office.profile.forms)


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        (
            'id = "a"\nkind = "bounce"\nwhy = "x"\nwhen = { nothing = 1 }',
            "rule `a` asks for `nothing`",
        ),
        ('id = "a"\nkind = "bounc"\nwhy = "x"\nwhen = { always = true }', "rule.0.kind"),
        ('id = "a"\nkind = "bounce"\nwhy = "x"\nwhn = { always = true }', "did you mean `when`"),
        ('id = "a"\nkind = "bounce"\nwhy = "x"\nwhen = {}', "rule.0.when"),
        ('id = "a"\nkind = ', "not valid TOML"),
    ],
)
def test_a_wrong_rule_is_named_with_its_file(tmp_path: Path, rule: str, complaint: str) -> None:
    path = tmp_path / "mail.toml"
    path.write_text(f"[[rule]]\n{rule}\n")

    with pytest.raises(RuleError) as refused:
        load_mail_rules([path], PREDICATES)

    assert str(path) in str(refused.value)
    assert complaint in str(refused.value)


def test_two_rules_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "mail.toml"
    rule = '[[rule]]\nid = "a"\nkind = "bounce"\nwhy = "x"\nwhen = { always = true }\n'
    path.write_text(rule * 2)

    with pytest.raises(RuleError, match="two rules are called `a`"):
        load_mail_rules([path], PREDICATES)


def test_a_figure_without_its_source_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "limits.toml"
    path.write_text("[mail]\nmax_bytes = { value = 1 }\n")

    with pytest.raises(RuleError, match=r"mail\.max_bytes\.source"):
        load_limits(path)


def test_an_unknown_area_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(RuleError, match=r"no partnership `atlantis`; known: .*lewisham"):
        load_area("atlantis", SITE)


def test_a_new_area_needs_only_files(tmp_path: Path) -> None:
    area = tmp_path / "rules/partnerships/eastmere"
    area.mkdir(parents=True)
    shipped_profile = shipped("rules") / "partnerships/northshire/profile.toml"
    text = shipped_profile.read_text(encoding="utf-8")
    (area / "profile.toml").write_text(
        text.replace('"northshire"', '"eastmere"').replace('"NOR"', '"EAS"'), encoding="utf-8"
    )

    office, _ = load_area("eastmere", SITE, tmp_path)

    assert office.profile.prefix == "EAS"
    assert read_mail(office, referral()).classification.kind == "serious_incident_referral"


def test_the_readme_names_every_predicate_and_every_code() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")

    for name in PREDICATES:
        assert f"| `{name}" in readme
    for code in (*Review, *Task):
        meaning = REVIEW_MEANING[code] if isinstance(code, Review) else TASK_MEANING[code]
        assert f"| `{code}` | {meaning} |" in readme
