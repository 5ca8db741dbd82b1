"""The stored register: an address counts once two different people stand for it."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.area import load_area
from agent.errors import NotAuthorised, RefusedAct
from agent.profile import Office
from agent.register import COLUMNS, load_register
from agent.registering import import_register
from agent.store import actionlog, work
from agent.store.contacts import load_stored
from agent.store.db import Database
from tests.stories import SITE

NOW = datetime(2026, 12, 17, 9, 0, tzinfo=UTC)
LEAD, MANAGER = "lead@lscp.example", "manager@lscp.example"
ICB = "icb,Northshire ICB,statutory_partner,Lee Brook,Nurse,{},,icb.northshire.example,tls"
POLICE = "police,Northshire Police,statutory_partner,M. Quill,DI,mq@police.northshire.example,,,tls"
OLD, NEW = "lee.brook@icb.northshire.example", "lee.brook@icb2.northshire.example"


@pytest.fixture(scope="module")
def office() -> Office:
    return load_area("lewisham", SITE)[0]


class Shelf:
    """A register in a database, and files to import into it."""

    def __init__(self, folder: Path, office: Office) -> None:
        self.folder, self.office = folder, office
        self.database = Database(f"sqlite:///{folder}/agent.db", durable=False)
        self.database.migrate()

    def imports(self, by: str, *lines: str) -> int:
        """Import a file of these lines; return how many contacts wait for a second person."""
        file = self.folder / "register.csv"
        file.write_text("\n".join([",".join(COLUMNS), *lines]), encoding="utf-8")
        done = import_register(self.database, self.office, load_register(file), by, NOW)
        return len(done.waiting)

    def is_verified(self, email: str) -> bool:
        with self.database.read() as session:
            return load_stored(session, "lewisham").is_verified(email)

    @property
    def log(self) -> list[str]:
        with self.database.read() as session:
            assert actionlog.verify(session).ok
            return [line.action for line in actionlog.show(session)]

    @property
    def tasks(self) -> list[str]:
        with self.database.read() as session:
            return [note.code for note in work.list_open(session)]


@pytest.fixture
def shelf(tmp_path: Path, office: Office):  # type: ignore[no-untyped-def]
    shelf = Shelf(tmp_path, office)
    yield shelf
    shelf.database.close()


def test_an_address_counts_once_a_second_person_imports_it(shelf: Shelf) -> None:
    assert shelf.imports(LEAD, ICB.format(OLD)) == 1
    assert not shelf.is_verified(OLD)
    assert shelf.tasks == ["confirm_contacts"]

    assert shelf.imports(MANAGER, ICB.format(OLD)) == 0
    assert shelf.is_verified(OLD)
    assert shelf.log == ["contact proposed", "contact confirmed"]


def test_one_person_twice_is_one_person(shelf: Shelf) -> None:
    shelf.imports(LEAD, ICB.format(OLD))

    assert shelf.imports(LEAD.upper(), ICB.format(OLD)) == 1
    assert not shelf.is_verified(OLD)


def test_a_changed_address_waits_and_the_old_one_is_written_to_no_more(shelf: Shelf) -> None:
    for person in (LEAD, MANAGER):
        shelf.imports(person, ICB.format(OLD), POLICE)

    assert shelf.imports(MANAGER, ICB.format(NEW), POLICE) == 1

    assert not shelf.is_verified(NEW)
    assert not shelf.is_verified(OLD)
    assert shelf.is_verified("mq@police.northshire.example")
    assert shelf.log[-2:] == ["contact proposed", "contact removed"]
    assert shelf.imports(LEAD, ICB.format(NEW), POLICE) == 0
    assert shelf.is_verified(NEW)


def test_a_changed_name_or_title_needs_no_second_person(shelf: Shelf) -> None:
    for person in (LEAD, MANAGER):
        shelf.imports(person, ICB.format(OLD))

    assert shelf.imports(LEAD, ICB.format(OLD).replace("Nurse", "Designated Nurse")) == 0
    assert shelf.is_verified(OLD)


def test_another_agencys_confirmed_address_is_new_to_this_one(shelf: Shelf) -> None:
    for person in (LEAD, MANAGER):
        shelf.imports(person, ICB.format(OLD))

    moved = POLICE.replace("mq@police.northshire.example", OLD)
    assert shelf.imports(LEAD, moved) == 1
    assert not shelf.is_verified(OLD)


def test_nobody_without_a_role_changes_the_register(shelf: Shelf) -> None:
    with pytest.raises(NotAuthorised):
        shelf.imports("sam.pike@elsewhere.example", ICB.format(OLD))
    with pytest.raises(RefusedAct, match="by your address"):
        shelf.imports("strategic_lead", ICB.format(OLD))
    assert shelf.log == []


def test_the_command_imports_lists_and_the_agent_writes_by_it(tmp_path: Path) -> None:
    (tmp_path / "agent.toml").write_text(
        'database = "sqlite:///agent.db"\nfiles = "files"\n[mailbox.reviews]\n'
        'partnership = "lewisham"\nsite = "site.toml"\n[mailbox.reviews.maildir]\npath = "in"\n',
        encoding="utf-8",
    )
    (tmp_path / "site.toml").write_text(
        f'mailbox = "reviews@lscp.example"\n[roles]\nlead = "{LEAD}"\nmanager = "{MANAGER}"\n',
        encoding="utf-8",
    )
    file = tmp_path / "register.csv"
    file.write_text(",".join(COLUMNS) + "\n" + ICB.format(OLD) + "\n", encoding="utf-8")

    def command(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "agent", "-c", str(tmp_path / "agent.toml"), *arguments],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"COLUMNS": "200"},
        )

    assert command("migrate").returncode == 0
    first = command("register", "import", str(file), "--by", LEAD)
    assert (first.returncode, first.stderr) == (0, "")
    assert "1 contacts; 1 wait for a second person." in first.stdout
    assert "waits for a second person" in command("register", "list").stdout
    assert command("register", "import", str(file), "--by", "sam@x.example").returncode == 77
    second = command("register", "import", str(file), "--by", MANAGER)
    assert f"icb: contact confirmed ({OLD})." in second.stdout
