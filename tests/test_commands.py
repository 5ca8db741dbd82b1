"""What a person sees on the terminal: cases, what waits, the log, one mail explained."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from agent.store import outbox
from agent.store.db import Database
from tests.desk import Desk, referral
from tests.mails import mail

CONFIG = """
database = "sqlite:///agent.db"
files = "files"
[mailbox.reviews]
partnership = "northshire"
[mailbox.reviews.maildir]
path = "incoming"
"""


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder with a configuration, and a database in which a morning has happened."""
    (tmp_path / "agent.toml").write_text(CONFIG, encoding="utf-8")
    with Desk(tmp_path) as desk:
        desk.receives(referral())
        desk.receives(mail(subject="zzz", body="zzz", message_id="<2@x.example>"))
    return tmp_path


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "agent", "-c", str(folder / "agent.toml"), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"COLUMNS": "200"},
    )


def test_cases_are_listed_by_reference_without_a_name(office: Path) -> None:
    done = command(office, "case", "list")

    assert done.returncode == 0
    assert "NOR-2026-0001-" in done.stdout
    assert "Alder" not in done.stdout


def test_a_case_shows_its_child_events_and_what_was_done(office: Path) -> None:
    listed = command(office, "case", "list").stdout
    ref = next(word for word in listed.split() if word.startswith("NOR-"))

    shown = command(office, "case", "show", ref).stdout

    for words in ("Robin Alder", "referral_received", "incident", "case opened", "mail queued"):
        assert words in shown


def test_what_waits_is_said_in_plain_words(office: Path) -> None:
    done = command(office, "review", "list")

    assert "The agent cannot tell what this mail is." in done.stdout


def test_the_outbox_shows_what_left(office: Path) -> None:
    done = command(office, "outbox", "list")

    assert "ack-referral" in done.stdout
    assert "sent" in done.stdout


def test_a_mail_is_explained_rule_by_rule(office: Path) -> None:
    done = command(office, "explain", "<1@police.northshire.example>")

    assert "A filled serious incident referral form is attached." in done.stdout
    assert "passed over: own-mail, delivery-report" in done.stdout
    assert "RA referral.docx, table 3 row 2 cell 2" in done.stdout


def test_an_unknown_mail_is_said_to_be_unknown(office: Path) -> None:
    done = command(office, "explain", "<nobody@x.example>")

    assert done.returncode == 65
    assert done.stderr == "mailbox-agent: No stored mail is called <nobody@x.example>.\n"


def test_the_log_verifies_and_a_change_is_seen(office: Path) -> None:
    good = command(office, "log", "verify")
    assert good.returncode == 0
    head = good.stdout.split()[-1]

    database = Database(f"sqlite:///{office}/agent.db")
    with database.write() as session:
        raw = session
        raw.exec_driver_sql("DROP TRIGGER action_log_no_update")
        raw.exec_driver_sql("UPDATE action_log SET reason = 'nothing to see' WHERE seq = 2")
    database.close()

    bad = command(office, "log", "verify", "--head", head)
    assert bad.returncode == 65
    assert "2" in bad.stdout


def test_check_says_what_a_live_mailbox_still_needs(office: Path) -> None:
    done = command(office, "check")

    assert done.returncode == 0
    assert "Northshire Safeguarding Children Partnership, mode intake" in done.stdout
    assert "Needed in site.toml before `live`: mailbox, phone, mash_phone" in done.stdout


def test_a_demo_runs_and_tells_what_happened(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    for _ in range(2):  # an earlier demo makes room for the next
        done = subprocess.run(
            [sys.executable, "-m", "agent", "demo", "--folder", str(folder)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    told = " ".join(done.stdout.split())
    for words in ("What happened", "Which mails went out", "What waits for a person", "Where"):
        assert words in told
    for deed in ("scoping-letter to 4", "reminder to 3", "sent chaser", "drafted escalation"):
        assert deed in told
    database = Database(f"sqlite:///{folder}/state/agent.db")
    with database.read() as session:
        made = Counter((one.template, one.state) for one in outbox.list_outbox(session))
    database.close()
    assert made["ack-referral", "sent"] == 6
    assert made["safety-reply", "sent"] == made["ack-nil", "sent"] == 1
    left = sum(times for (_, state), times in made.items() if state == "sent")
    assert len(list((folder / "outgoing/new").iterdir())) == left
    verified = command(folder, "log", "verify")
    assert verified.returncode == 0


def test_a_demo_never_removes_what_is_not_a_demo(tmp_path: Path) -> None:
    (tmp_path / "precious").touch()
    done = subprocess.run(
        [sys.executable, "-m", "agent", "demo", "--folder", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 78
    assert (tmp_path / "precious").exists()
