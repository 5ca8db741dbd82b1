"""The first administrator comes from the command line, and corrections leave by it."""

import json

import pytest
from typer.testing import CliRunner

from agent.cli import app
from agent.errors import RefusedAct
from agent.people import change_password, invite
from agent.store import accounts, actionlog
from tests.webdesk import ANNA, Site

RUN = CliRunner()


def _run(site: Site, *words: str) -> str:
    done = RUN.invoke(app, ["-c", str(site.folder / "agent.toml"), *words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


def test_the_first_administrator_signs_in_with_the_password_that_is_printed(site):
    email = "first@northshirescp.example"
    told = _run(
        site,
        *("people", "add", email.upper(), "--role", "administrator", "--name", "First"),
        *("--partnership", "northshire"),
    )
    password = told.split("First password: ")[1].split()[0]
    with site.visitor() as visitor:
        visitor.sign_in(email, password)
        assert visitor.path == "/northshire"
        again = _run(site, "people", "password", email, "--partnership", "northshire")
        assert visitor.get("/northshire").path == "/sign-in", "the old visit ended"
        visitor.sign_in(email, again.split("New password: ")[1].strip())
        assert visitor.path == "/northshire"
    assert f"{email}: administrator" in _run(site, "people", "list", "--partnership", "northshire")


def test_a_person_known_already_gets_roles_and_keeps_the_password(site):
    told = _run(site, "people", "add", ANNA, "--role", "auditor", "--partnership", "lewisham")
    assert "First password" not in told
    with site.database.read() as session:
        account = accounts.find_account(session, ANNA)
    assert account is not None
    assert account.roles["lewisham"] == {"auditor"}
    assert account.roles["northshire"] == {"approver", "administrator"}


@pytest.mark.parametrize("email", ["", "no address", "a@b@c", "a b@c.example"])
def test_what_is_no_address_gets_no_account(site, email):
    with pytest.raises(RefusedAct, match="Write an e-mail address"):
        invite(site.line(), email, "x", None, "the test", site.moments.now)


@pytest.mark.parametrize("password", ["short", "x" * 201])
def test_a_password_too_short_or_too_long_is_refused(site, password):
    with pytest.raises(RefusedAct, match="12 to 200"):
        change_password(site.line(), ANNA, password, "the test", site.moments.now)


def test_passwords_are_kept_as_argon2_and_stand_in_no_log(site):
    change_password(site.line(), ANNA, "a password to be hidden", "the test", site.moments.now)
    with site.database.read() as session:
        account = accounts.find_account(session, ANNA)
        lines = actionlog.show(session, limit=5)
    assert account is not None
    assert (account.password_hash or "").startswith("$argon2id$")
    assert "hidden" not in repr(lines)
    assert "argon2" not in repr(account)


def test_corrections_leave_with_the_mails_they_are_about(site, tmp_path):
    with site.visitor(ANNA) as anna:
        anna.get("/northshire/mails/25").post("/northshire/mails/25/kind", kind="enquiry")
    folder = tmp_path / "examples"
    told = _run(site, "review", "export", str(folder), "--partnership", "northshire")
    assert "1 corrections of 1 mails" in told
    (line,) = (folder / "corrections.jsonl").read_text().splitlines()
    kept = json.loads(line)
    assert (kept["sort"], kept["becomes"], kept["by"]) == ("kind", "enquiry", ANNA)
    assert (folder / f"{kept['mail']}.eml").stat().st_size > 0
