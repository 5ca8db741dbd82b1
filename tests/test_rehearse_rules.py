"""Trying rules on stored mail before they are in force; looking at what would have been sent."""

import email
import email.policy
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from agent.config import shipped
from tests.desk import referral
from tests.mails import mail

LANTERN = mail(
    "Lee Brook <lee.brook@icb.northshire.example>",
    "Lantern",
    "Lantern is lit. Seven sleeps.\n",
    message_id="<lantern@icb.northshire.example>",
)
OWN_WORDS = """
[lantern]
why = "The area's word for a question to its helpdesk."
phrases = ["lantern is lit"]
[sleeps]
why = "The area's word for days."
phrases = ["seven sleeps"]
"""
OWN_RULES = """
[[rule]]
id = "own-lantern"
kind = "enquiry"
why = "Somebody asks the helpdesk, as this area says it."
when = { says = ["lantern"] }
[[also]]
kind = "extension_request"
beside = ["enquiry"]
when = { says = ["sleeps"] }
"""


@pytest.fixture
def mails(tmp_path: Path) -> Path:
    """A folder with a referral and a mail in words that only the area itself understands."""
    folder = tmp_path / "mails"
    folder.mkdir()
    (folder / "a.eml").write_bytes(referral())
    (folder / "b.eml").write_bytes(LANTERN)
    return folder


def area(rules: Path, slug: str, **files: str) -> Path:
    """Write these files of an area into a folder of rules and return the folder."""
    folder = rules / "partnerships" / slug
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return rules


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "agent", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"COLUMNS": "300"},
    )


def rehearse(
    mails: Path, *more: object, partnership: str = "northshire"
) -> subprocess.CompletedProcess[str]:
    return command("rehearse", mails, "--partnership", partnership, *more)


def rows_of(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_mail_that_the_tried_rules_treat_otherwise_has_a_second_row(
    tmp_path: Path, mails: Path
) -> None:
    rules = area(tmp_path / "try", "northshire", mail=OWN_RULES, words=OWN_WORDS)

    first, second, difference = rows_of(rehearse(mails, "--rules", rules, "--json"))

    assert [row["type"] for row in (first, second, difference)] == ["mail", "mail", "difference"]
    assert (second["kind"], second["rule"]) == ("enquiry", "own-lantern")
    assert second["also"] == ["extension_request"]
    assert list(difference) == ["type", "file", "sha256", "before", "after"]
    assert (difference["file"], difference["sha256"]) == ("b.eml", second["sha256"])
    assert difference["after"] == {key: second[key] for key in difference["before"]}
    assert difference["before"] == {
        "kind": "unknown",
        "also": [],
        "live_risk": False,
        "review_reasons": ["unknown_kind"],
        "tasks": [],
        "replied": False,
        "rule": "nothing-known",
    }


def test_a_person_sees_a_line_a_mail_with_old_and_new_and_how_many(
    tmp_path: Path, mails: Path
) -> None:
    rules = area(tmp_path / "try", "northshire", mail=OWN_RULES, words=OWN_WORDS)

    done = rehearse(mails, "--rules", rules)

    assert done.returncode == 0
    assert "kind: unknown -> enquiry" in done.stdout
    assert "also: none -> extension_request" in done.stdout
    assert "review_reasons: unknown_kind -> none" in done.stdout
    assert "nothing-known -> own-lantern" in done.stdout
    assert "1 of 2 mails would be treated otherwise: kind 1, also 1" in done.stdout


def test_rules_that_change_nothing_are_said_to(tmp_path: Path, mails: Path) -> None:
    rules = area(tmp_path / "try", "northshire", words=OWN_WORDS)

    assert "Nothing would change." in rehearse(mails, "--rules", rules).stdout
    assert len(rows_of(rehearse(mails, "--rules", rules, "--json"))) == 2


def test_one_shared_file_can_be_tried_alone(tmp_path: Path, mails: Path) -> None:
    text = (shipped("rules") / "limits.toml").read_text(encoding="utf-8")
    sure_from = tomllib.loads(text)["classify"]["sure_from"]["value"]
    (tmp_path / "limits.toml").write_text(text.replace(f"value = {sure_from}", "value = 1.1"))

    found = rows_of(rehearse(mails, "--rules", tmp_path, "--json"))

    [difference] = [row for row in found if row["type"] == "difference"]
    assert difference["file"] == "a.eml"
    assert difference["before"]["review_reasons"] == []
    assert difference["after"]["review_reasons"] == ["low_confidence"]
    assert difference["after"]["rule"] == difference["before"]["rule"] == "referral-form"


def test_the_offices_own_rules_are_those_in_force(tmp_path: Path, mails: Path) -> None:
    own = area(tmp_path / "own/rules", "northshire", mail=OWN_RULES, words=OWN_WORDS)
    config = tmp_path / "agent.toml"
    mailbox = '[mailbox.a]\npartnership = "northshire"\n[mailbox.a.maildir]\npath = "in"\n'
    config.write_text('overrides = "own"\n' + mailbox, encoding="utf-8")
    asked = ("-c", config, "rehearse", mails, "--partnership", "northshire", "--json")

    assert [row["rule"] for row in rows_of(command(*asked))] == ["referral-form", "own-lantern"]
    found = rows_of(command(*asked, "--rules", own))
    assert [row["type"] for row in found] == ["mail", "mail"]


def test_a_new_area_puts_its_words_and_rules_before_the_shared_ones(
    tmp_path: Path, mails: Path
) -> None:
    northshire = shipped("rules") / "partnerships/northshire/profile.toml"
    profile = northshire.read_text(encoding="utf-8")
    profile = profile.replace('"northshire"', '"eastmere"').replace('"NOR"', '"EAS"')
    rules = area(tmp_path / "try", "eastmere", profile=profile, mail=OWN_RULES, words=OWN_WORDS)

    checked = command("rules", "check", "--partnership", "eastmere", "--rules", rules)
    assert checked.returncode == 0, checked.stdout
    assert "eastmere" not in checked.stdout

    done = rehearse(mails, "--rules", rules, "--json", partnership="eastmere")
    by_form, by_words = rows_of(done)
    assert by_form["case"].startswith("EAS-2026-0001-")
    assert (by_words["rule"], by_words["also"]) == ("own-lantern", ["extension_request"])
    assert "eastmere is new: there is nothing to compare" in done.stderr


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (OWN_RULES.replace("says =", "sayz =", 1), "rule `own-lantern` asks for `sayz`"),
        (OWN_RULES.replace("sleeps", "sheep"), "the phrases `sheep`"),
        (OWN_RULES.replace("id = ", "id = ="), "not valid TOML"),
    ],
)
def test_rules_that_cannot_be_used_are_named_and_nothing_is_rehearsed(
    tmp_path: Path, mails: Path, text: str, named: str
) -> None:
    rules = area(tmp_path / "try", "northshire", mail=text, words=OWN_WORDS)

    done = rehearse(mails, "--rules", rules, "--json")

    assert (done.returncode, done.stdout) == (78, "")
    assert f"{rules}/partnerships/northshire/mail.toml" in done.stderr
    assert named in done.stderr


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path, mails: Path) -> None:
    done = rehearse(mails, "--rules", tmp_path / "nowhere")

    assert (done.returncode, done.stdout) == (78, "")
    assert f"{tmp_path}/nowhere: there is no such folder of rules." in done.stderr


def test_what_would_have_been_sent_can_be_opened_in_a_mail_program(
    tmp_path: Path, mails: Path
) -> None:
    out = tmp_path / "deep/out"
    done = rehearse(mails, "--out", out, "--json")
    [opened, _] = rows_of(done)

    [sent] = out.glob("*.eml")
    name = f"0001-{opened['case']}-ack-{opened['sha256']}.eml"
    assert sent.name == name
    letter = email.message_from_bytes(sent.read_bytes(), policy=email.policy.default)
    assert letter["To"] == "anna.marsh@police.northshire.example"
    assert opened["case"] in letter["Subject"]
    assert (out / "rows.jsonl").read_text(encoding="utf-8") == done.stdout
    assert not any("alder" in path.name.lower() for path in out.iterdir())
    assert out.stat().st_mode & 0o077 == 0


def test_the_letters_of_an_earlier_rehearsal_are_not_mixed_with_new_ones(
    tmp_path: Path, mails: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/old.eml").touch()

    done = rehearse(mails, "--out", tmp_path / "out")

    assert (done.returncode, done.stdout) == (78, "")
    assert "it is not empty; name a new folder" in done.stderr


def test_a_rehearsal_ends_with_how_many_of_each_kind(mails: Path) -> None:
    (mails / "c.eml").write_bytes(LANTERN.replace(b"<lantern@", b"<lantern-2@"))

    done = rehearse(mails)

    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["unknown", "2", "2", "0", "0"] in lines
    assert ["serious_incident_referral", "1", "0", "1", "1"] in lines
    assert lines[-1] == ["all", "3", "2", "1", "1"]
