"""The database as a whole: its transactions, its schema, its types, and what it says in trouble."""

import os
import signal
import subprocess
import sys
import traceback
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, insert, select, text
from sqlalchemy.exc import StatementError

from agent.errors import ConfigError, DataError, SchemaError, StoreError
from agent.store import inbox, numbering
from agent.store.db import Database
from agent.store.tables import CASES, LOG_HEAD, MESSAGES, REVISIONS, SETTINGS, Base
from tests.mails import MONDAY_9AM
from tests.stored import MAILBOX, PARTNERSHIP, a_mail

MIGRATIONS = Path(inbox.__file__).parent / "migrations"


def test_the_migrations_make_exactly_the_tables_of_the_program(empty_url):
    database = Database(empty_url)
    database.migrate()
    database.close()
    engine = create_engine(empty_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_the_program_knows_every_revision_by_name():
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    newest_first = [script.revision for script in scripts.walk_revisions()]
    assert newest_first[::-1] == list(REVISIONS)


def test_migrating_twice_keeps_the_key_of_the_references(empty_url):
    database = Database(empty_url)
    database.migrate()
    with database.read() as session:
        key = numbering.get_reference_key(session)
    database.migrate()
    with database.read() as session:
        assert numbering.get_reference_key(session) == key
    database.close()
    assert len(key) == 32


def test_a_database_never_migrated_is_refused_with_what_to_do(empty_url):
    database = Database(empty_url)
    with pytest.raises(SchemaError, match="run `mailbox-agent migrate`"):
        database.check_schema()
    database.close()
    assert "sqlite" not in empty_url or not Path(empty_url.removeprefix("sqlite:///")).exists()


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("DELETE FROM alembic_version", "older than this program: run `mailbox-agent migrate`"),
        ("UPDATE alembic_version SET version_num = '9999'", "This program is older"),
    ],
)
def test_a_schema_of_another_time_is_refused(database, statement, says):
    database.check_schema()
    with database.write() as session:
        session.execute(text(statement))
    with pytest.raises(SchemaError, match=says):
        database.check_schema()


def test_a_newer_database_is_left_alone_by_migrate(database):
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaError, match="This program is older"):
        database.migrate()


@pytest.mark.parametrize(
    "url",
    ["", "agent.db", "sqlite://", "sqlite:///:memory:", "mysql://u:hunter2@h/d", "x:hunter2@y"],
)
def test_a_database_url_that_keeps_nothing_is_refused_without_its_password(url):
    with pytest.raises(ConfigError) as caught:
        Database(url)
    assert "hunter2" not in str(caught.value)


def test_the_database_file_is_readable_by_its_owner_alone(tmp_path):
    path = tmp_path / "state" / "agent.db"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    with database.write() as session:
        session.execute(insert(SETTINGS), {"name": "a", "value": "b"})
        modes = {file.name: oct(file.stat().st_mode & 0o777) for file in path.parent.iterdir()}
    database.close()
    assert set(modes.values()) == {"0o600"}
    assert "agent.db-wal" in modes
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_an_sqlite_commit_waits_for_the_disk_unless_it_is_a_rehearsal(tmp_path):
    found = {}
    for durable in (True, False):
        database = Database(f"sqlite:///{tmp_path}/{durable}.db", durable=durable)
        with database.read() as session:
            names = ("synchronous", "journal_mode", "foreign_keys")
            found[durable] = [session.scalar(text(f"PRAGMA {name}")) for name in names]
        database.close()
    assert found == {True: [2, "wal", 1], False: [0, "wal", 1]}


def test_a_failed_step_leaves_nothing(database):
    def fail():
        with database.write() as session:
            inbox.add_message(session, a_mail())
            raise RuntimeError("the step failed")

    with pytest.raises(RuntimeError, match="the step failed"):
        fail()
    with database.read() as session:
        assert inbox.find_message(session, MAILBOX, "ab" * 32) is None


def test_a_reader_sees_one_moment_while_another_writes(database):
    with database.read() as reader:
        before = reader.scalars(select(MESSAGES.c.id)).all()
        with database.write() as writer:
            inbox.add_message(writer, a_mail())
        assert reader.scalars(select(MESSAGES.c.id)).all() == before == []


def test_a_moment_comes_back_in_utc_whatever_its_zone_was(database):
    tokyo = MONDAY_9AM.astimezone(timezone(timedelta(hours=9))) + timedelta(microseconds=7)
    with database.write() as session:
        inbox.add_message(session, a_mail(received_at=tokyo))
    with database.read() as session:
        stored = inbox.find_message(session, MAILBOX, "ab" * 32)
    assert stored.received_at == tokyo
    assert stored.received_at.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(database):
    naive = datetime(2026, 11, 23, 9, 0)  # noqa: DTZ001
    with pytest.raises(StatementError, match="naive"), database.write() as session:
        inbox.add_message(session, a_mail(received_at=naive))


def test_what_a_sender_wrote_can_always_be_stored_and_found(database):
    odd = "<a\0b\ud800@" + "é" * 5000 + ".example>"
    words = {"note": odd, "list": ["\0", "\ud83d"]}
    with database.write() as session:
        inbox.add_message(session, a_mail(message_id=odd, trouble=odd, reading=words))
    with database.read() as session:
        assert inbox.has_message_id(session, MAILBOX, odd)
        assert not inbox.has_message_id(session, MAILBOX, odd + "x")
        assert inbox.find_message(session, MAILBOX, "ab" * 32).reading == words


def test_a_refused_row_is_told_without_its_words(database):
    case = {
        "partnership": PARTNERSHIP,
        "ref": "Robin Redbreast",
        "type": "serious_incident",
        "state": "open",
        "version": 1,
        "number": 1,
        "opened_at": MONDAY_9AM,
    }
    with pytest.raises(DataError) as caught, database.write() as session:
        session.execute(insert(CASES), [case, case])
    shown = "".join(traceback.format_exception(caught.value))
    assert "The database refused a statement" in shown
    assert "Robin" not in shown


def test_a_writer_that_waits_too_long_is_told_who_is_in_the_way(tmp_path):
    url = f"sqlite:///{tmp_path}/agent.db"
    first, second = Database(url), Database(f"{url}?timeout=0.01")
    first.migrate()
    with first.write() as session:
        inbox.add_message(session, a_mail())
        with pytest.raises(StoreError, match="Another process holds"), second.write() as other:
            inbox.add_message(other, a_mail())
    # The connection that was turned away is good again.
    with second.write() as session:
        inbox.add_message(session, a_mail(digest="cd" * 32))
    first.close()
    second.close()


def test_a_server_that_is_not_there_is_one_sentence():
    database = Database("postgresql+psycopg://agent:hunter2@127.0.0.1:1/agent")
    with pytest.raises(StoreError) as caught:
        database.check_schema()
    assert "cannot be reached" in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_connection_cut_by_the_server_is_made_anew_for_the_next_step(database):
    cut = text("SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(StoreError, match="connection broke"), database.write() as session:
        session.execute(cut)
    with database.write() as session:
        inbox.add_message(session, a_mail())


def test_a_full_disk_keeps_nothing_and_the_store_goes_on_once_there_is_room(small_disk):
    database = Database(f"sqlite:///{small_disk}/agent.db")
    database.migrate()
    bulky = {"words": "x" * 4_000_000}
    with pytest.raises(StoreError, match="The disk is full"), database.write() as session:
        inbox.add_message(session, a_mail(reading=bulky))
    with database.write() as session:
        assert inbox.find_message(session, MAILBOX, "ab" * 32) is None
        inbox.add_message(session, a_mail())
    database.close()


@pytest.fixture
def small_disk(tmp_path):
    """A file system of two megabytes."""
    if os.geteuid() != 0:
        pytest.skip("Only root may mount the small file system this test fills.")
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m,mode=700", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("This machine does not let the test mount the small file system it fills.")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


_DIES = """
import os, signal, sys
sys.path.insert(0, sys.argv[2])
from tests.stored import a_mail
from agent.store import inbox
from agent.store.db import Database
with Database(sys.argv[1]).write() as session:
    inbox.add_message(session, a_mail())
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_process_killed_in_the_middle_of_a_step_leaves_nothing_of_it(empty_url):
    database = Database(empty_url)
    database.migrate()
    words = [sys.executable, "-c", _DIES, empty_url, str(Path(__file__).parents[1])]
    died = subprocess.run(words, check=False, capture_output=True)
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()
    with database.write() as session:
        assert session.scalars(select(MESSAGES.c.id)).all() == []
        assert session.scalar(select(LOG_HEAD.c.seq)) == 0
        inbox.add_message(session, a_mail())
    database.close()
