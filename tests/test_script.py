"""Rehearsal scripts: how they are loaded, and what a played story shows as time passes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from agent.errors import ConfigError
from agent.script import load_script
from tests.stories import (
    EXAMPLE,
    event_step,
    head,
    mail_step,
)
from tests.storybook import find_missing

ANNA_AT = "2026-12-17T10:05:00"
HEAD = head("2026-12-17T09:00:00", "2027-01-20T18:00:00")
ARRIVES = mail_step(ANNA_AT, "referral.eml")
LEE = "Lee Brook <lee.brook@icb.northshire.example>"


def test_the_command_prints_the_rows_of_the_worked_example() -> None:
    command = [sys.executable, "-m", "agent", "rehearse", "--partnership", "lewisham", "--json"]
    world = ["--register", "register.csv", "--cases", "open.json", "--site", "site.toml"]
    done = subprocess.run(
        [*command, *world, "--script", "story.toml"],
        capture_output=True,
        text=True,
        check=False,
        cwd=EXAMPLE,
    )
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]

    assert find_missing(rows, EXAMPLE) == []
    assert done.stderr == ""


def test_without_json_the_story_is_one_table_to_read(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "agent", "rehearse", "--script", "story.toml"]
    world = ["--register", "register.csv", "--cases", "open.json", "--site", "site.toml"]
    done = subprocess.run(
        [*command, *world, "--out", str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=False,
        cwd=EXAMPLE,
    )

    assert done.returncode == 0, done.stderr
    assert "request police" in done.stdout
    assert "sent, due 2026-12-30 17:00" in done.stdout
    left = [file.name for file in (tmp_path / "out").glob("*.eml")]
    assert any("scoping" in name and "police" in name for name in left)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ('evnt = "closed"', "step 2: unknown key `evnt`: did you mean `event`?"),
        ('event = "closed"\nby = "a"\nmial = "x"', "step 2: unknown key `mial`"),
        ('event = "closed"', "step 2: the file: Value error, say who records the event"),
        ('event = "closed"\nby = "a"\nact = "open"', "step 2: the file: Value error, a step needs"),
        ('act = "dance"\nby = "a"', "step 2: act: Input should be 'release'"),
        ('mail = "gone.eml"', "step 2: there is no mail"),
        ('event = "closed"\nby = "a"\non = "soon"', "step 2: on: Input should be a valid date"),
    ],
)
def test_a_wrong_step_is_told_by_its_number(tmp_path: Path, step: str, said: str) -> None:
    first = event_step(ANNA_AT, "aware")
    text = f"{HEAD}{first}[[step]]\nat = {ANNA_AT}\n{step}\n"
    (tmp_path / "story.toml").write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError) as refused:
        load_script(tmp_path / "story.toml")

    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (head("2026-12-17T09:00:00", "2026-12-16T09:00:00"), "`until` is before `start`"),
        ('partnership = "lewisham"\nstart = 2026-12-17T09:00:00\n', "until: Field required"),
        (HEAD + event_step("2026-12-16T09:00:00", "aware"), "step 1: `at` is before"),
        (HEAD + 'speed = "fast"\n', "unknown key `speed`"),
        (HEAD + "[step]\nat = 2026-12-17T09:00:00\n", "under its own [[step]]"),
    ],
)
def test_a_wrong_script_is_told(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "story.toml").write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError) as refused:
        load_script(tmp_path / "story.toml")

    assert said in str(refused.value)
