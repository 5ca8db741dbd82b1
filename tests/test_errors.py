"""What a person sees when something is wrong: one line saying what to do, and nothing half-done."""

import hashlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from agent.store import inbox, work
from tests.boundaries import break_on
from tests.desk import referral
from tests.mails import mail
from tests.office import Office, letters, section
from tests.servers import Dovecot, SmtpSink, free_port, needs_dovecot

RULE = '[[rule]]\nid = "a-guess"\nkind = "unknown"\nwhy = "A guess."\nwhen = { guess = 1 }\n'


@pytest.fixture
def office(tmp_path: Path, sink: SmtpSink) -> Office:
    made = Office(tmp_path, sink.port)
    made.migrate()
    return made


def no_file(office: Office) -> str:
    office.config.unlink()
    return f"{office.config}: there is no such file."


def no_toml(office: Office) -> str:
    office.change('mode = "live"', "mode = live")
    return f"{office.config}: not valid TOML"


def unknown_key(office: Office) -> str:
    office.change('mode = "live"', 'mod = "live"')
    return "unknown key `mailbox.reviews.mod`: did you mean `mode`?"


def plain_to_another_machine(office: Office) -> str:
    office.change('"localhost"', '"smtp.northshirescp.example"')
    return 'set "tls" or "starttls"'


def no_site_facts(office: Office) -> str:
    (office.folder / "site.toml").write_text('mailbox = "reviews@northshirescp.example"\n')
    return "does not say: phone, mash_phone, out_of_hours_phone."


def no_maildir(office: Office) -> str:
    (office.folder / "in").rename(office.folder / "elsewhere")
    return "is not a Maildir"


def no_such_partnership(office: Office) -> str:
    office.change('"northshire"', '"northshore"')
    return "There is no partnership `northshore`; known: "


def unknown_predicate(office: Office) -> str:
    rules = office.own / "rules/mail.toml"
    rules.parent.mkdir()
    rules.write_text(RULE)
    return f"{rules}: rule `a-guess` asks for `guess`, which does not exist"


def unknown_letter(office: Office) -> str:
    shipped = Path(__file__).parent.parent / "rules/partnerships/northshire/profile.toml"
    profile = office.own / "rules/partnerships/northshire/profile.toml"
    profile.parent.mkdir(parents=True)
    profile.write_text(shipped.read_text("utf-8") + '\n[letters]\nthank-you = "auto"\n', "utf-8")
    return "profile.toml: letters: Value error, there is no letter `thank-you`"


def broken_template(office: Office) -> str:
    body = office.own / "templates/mail/ack-referral/body.txt"
    body.parent.mkdir(parents=True)
    body.write_text("We have {{ reference \n")
    return "templates/mail/ack-referral/body.txt"


def no_database(office: Office) -> str:
    (office.folder / "state/agent.db").unlink()
    return "run `mailbox-agent migrate`."


def old_database(office: Office) -> str:
    set_revision(office, "DELETE FROM alembic_version")
    return "The database is older than this program: run `mailbox-agent migrate`."


def new_database(office: Office) -> str:
    set_revision(office, "UPDATE alembic_version SET version_num = '9999'")
    return "This program is older than the database"


def set_revision(office: Office, statement: str) -> None:
    connection = sqlite3.connect(office.folder / "state/agent.db")
    connection.execute(statement)
    connection.commit()
    connection.close()


IN_CONFIGURATION = [
    *(no_file, no_toml, unknown_key, plain_to_another_machine, no_site_facts, no_maildir),
    *(no_such_partnership, unknown_predicate, unknown_letter, broken_template),
    *(no_database, old_database, new_database),
]


@pytest.mark.parametrize("spoil", IN_CONFIGURATION, ids=lambda spoil: spoil.__name__)
@pytest.mark.parametrize("command", ["once", "run"])
def test_what_is_wrong_at_the_start_is_one_line_and_exit_code_78(
    office: Office, spoil: Callable[[Office], str], command: str
) -> None:
    office.deliver(referral())
    said = spoil(office)
    before = contents(office)
    ended = office.does(command)

    assert ended.code == 78
    [line] = ended.err.splitlines()
    assert line.startswith("mailbox-agent: ")
    assert said in line
    assert ended.out == ""
    assert contents(office) == before


def contents(office: Office) -> dict[str, bytes]:
    """Return every file of the deployment but what the command printed, and SQLite's own two."""
    found = (path for path in office.folder.rglob("*") if path.is_file())
    return {
        str(path): path.read_bytes()
        for path in found
        if path.suffix not in (".out", ".err") and path.name not in ("agent.db-wal", "agent.db-shm")
    }


def test_without_any_configuration_a_person_is_told_how_to_write_one(tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if "MAILBOX_AGENT" not in name}
    command = [sys.executable, "-m", "agent", "once"]
    done = subprocess.run(
        command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
    )

    assert done.returncode == 78
    assert done.stderr.startswith("mailbox-agent: There is no configuration: write agent.toml here")
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_secret_that_cannot_be_read_is_named(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "MAILBOX_AGENT_MAILBOX__REVIEWS__SMTP__PASSWORD_FILE"
    monkeypatch.setenv(name, "/nowhere/smtp-password")
    with office.start("once") as agent:
        ended = agent.ended()

    assert ended.code == 78
    assert ended.err.startswith(f"mailbox-agent: {name}: the file it names cannot be read")
    assert ended.err.count("\n") == 1


@needs_dovecot
def test_a_wrong_password_is_exit_code_77_and_nothing_is_recorded(
    tmp_path: Path, sink: SmtpSink
) -> None:
    with Dovecot({"anna": "open sesame"}) as server:
        server.deliver(referral())
        who = 'user = "anna"\npassword = "sesame open"\n'
        office = Office(tmp_path, sink.port, section("imap", server.port, who))
        office.migrate()
        ended = office.does("once")

    assert ended.code == 77
    assert "refuses the user name or password configured for the mailbox" in ended.last_words
    assert "sesame" not in ended.err
    nothing_happened(office)


def test_a_server_out_of_reach_is_exit_code_69_and_nothing_is_recorded(
    tmp_path: Path, sink: SmtpSink
) -> None:
    port = free_port()
    office = Office(tmp_path, sink.port, section("imap", port))
    office.migrate()
    ended = office.does("once")

    assert ended.code == 69
    assert f"The IMAP server localhost, port {port}, cannot be reached" in ended.last_words
    nothing_happened(office)


def nothing_happened(office: Office) -> None:
    assert (office.children, office.outbox, office.waiting) == ([], (), [])
    with office.read() as session:
        assert inbox.find_position(session, "reviews", "INBOX") is None


def test_an_answer_that_cannot_leave_now_is_kept_and_says_why(
    office: Office, sink: SmtpSink
) -> None:
    assert office.does("once").code == 0
    office.deliver(referral())
    sink.halt()
    ended = office.does("once")
    sink.start()

    assert ended.code == 0
    assert "Traceback" not in ended.err
    [row] = office.outbox
    assert row.state == "retry"
    assert f"The SMTP server localhost, port {sink.port}, cannot be reached" in str(row.last_error)


def test_one_mail_that_breaks_the_code_is_set_aside_and_the_next_hundred_are_taken(
    office: Office, sink: SmtpSink
) -> None:
    assert office.does("once").code == 0
    culprit = mail(body="The one that breaks it.\n")
    others = [mail(body=f"Mail {number}.\n", message_id=f"<{number}@x>") for number in range(99)]
    for raw in (culprit, *others, referral()):
        office.deliver(raw)
    ended = office.does("once", fault=partial(break_on, culprit))

    assert ended.code == 0
    assert "Traceback" not in ended.err
    assert office.done("mail classified") == 100
    assert len(letters(sink)) == 1
    with office.read() as session:
        stored = inbox.find_message(session, "reviews", hashlib.sha256(culprit).hexdigest())
        waiting = [note for note in work.list_open(session) if note.code == "quarantined"]
    assert stored is not None
    assert stored.state == inbox.QUARANTINED
    assert "ZeroDivisionError: a fault of our own" in str(stored.trouble)
    assert [note.message_row for note in waiting] == [stored.id]
