"""When the disk, the database or the way out fails at work: nothing is lost, and it is said."""

import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from agent.errors import StoreError, TransientSendError
from agent.send import Route, Sender
from agent.store.db import Database
from tests.desk import MONDAY_9AM, SITE, Desk, KeptMail, referral
from tests.office import Office, letters
from tests.servers import SmtpSink

LATER = MONDAY_9AM + timedelta(minutes=5)


class SmallDisk:
    """A disk of two megabytes, mounted for one test, that can be filled to the last byte."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._ballast = folder, folder / "ballast"

    def fill(self) -> None:
        """Leave no room."""
        with self._ballast.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(bytes(512)):
                pass

    def make_room(self) -> None:
        """Give the room back."""
        self._ballast.unlink()


@pytest.fixture(params=["state", "state/files"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SmallDisk]:
    """Give a small disk under everything the agent keeps, or under the mails alone."""
    folder = tmp_path / request.param
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    refused = not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False)
    if refused is True or refused.returncode != 0:
        pytest.skip("A disk can be filled only where a small one may be mounted, usually as root")
    yield SmallDisk(folder)
    subprocess.run(["umount", str(folder)], check=True)


def test_a_mail_that_the_full_disk_did_not_take_is_taken_once_there_is_room(
    disk: SmallDisk, tmp_path: Path, sink: SmtpSink
) -> None:
    office = Office(tmp_path, sink.port)
    office.migrate()
    assert office.does("once").code == 0
    office.deliver(referral())
    disk.fill()
    ended = office.does("once")

    assert ended.code == 75
    assert ended.last_words.startswith("mailbox-agent: The disk ")
    disk.make_room()
    assert (office.children, office.outbox) == ([], ())
    assert office.does("once").code == 0
    assert office.children == ["Robin Alder"]
    assert len(letters(sink)) == 1


def test_a_daemon_on_a_full_disk_waits_and_goes_on_by_itself(
    disk: SmallDisk, tmp_path: Path, sink: SmtpSink
) -> None:
    office = Office(tmp_path, sink.port)
    office.migrate()
    assert office.does("once").code == 0
    with office.start("run") as agent:
        agent.wait_for("started")
        disk.fill()
        office.deliver(referral())
        agent.wait_for("mailbox out of reach")
        assert "The disk is full" in agent.said("mailbox out of reach")[0]["why"]
        disk.make_room()
        agent.wait_for("mail handed over")
        agent.send_signal(signal.SIGTERM)
        assert agent.ended().code == 0

    assert office.children == ["Robin Alder"]
    assert len(letters(sink)) == 1


def test_a_daemon_whose_database_is_damaged_ends_and_says_so(
    tmp_path: Path, sink: SmtpSink
) -> None:
    """It must not look alive while nobody reads the mailbox."""
    office = Office(tmp_path, sink.port)
    office.migrate()
    with office.start("run") as agent:
        agent.wait_for("first contact: what is there now is backlog")
        damage(tmp_path / "state/agent.db")
        office.deliver(referral())
        ended = agent.ended()

    assert ended.code == 65
    assert "agent.db" in ended.last_words
    assert "Traceback" not in ended.err


def damage(database: Path) -> None:
    """Write nonsense over a database that is open elsewhere."""
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    with database.open("r+b") as file:
        file.write(os.urandom(database.stat().st_size))


class LockingWire(KeptMail):
    """A transport during whose work somebody else holds the database, a backup for example."""

    def __init__(self, database: Path) -> None:
        super().__init__()
        self.holder = sqlite3.connect(database)

    def send(self, sender: str, to: str, raw: bytes) -> None:
        """Keep the mail; from then on nobody else can write."""
        super().send(sender, to, raw)
        self.holder.execute("BEGIN IMMEDIATE")


def test_a_mail_that_left_while_the_store_was_shut_is_put_before_a_person_and_not_sent_again(
    desk: Desk, tmp_path: Path
) -> None:
    desk.wire.failures.append(TransientSendError("The server is away."))
    desk.receives(referral())
    wire = LockingWire(tmp_path / "agent.db")
    hasty = Database(f"sqlite:///{tmp_path}/agent.db?timeout=0.1")
    offices = {"reviews": desk.line.office}
    sender = Sender(hasty, {"reviews": Route(SITE.mailbox, wire)}, offices)
    with pytest.raises(StoreError):
        sender.deliver_due(lambda: LATER)
    wire.holder.rollback()
    wire.holder.close()
    sender.deliver_due(lambda: LATER + timedelta(hours=1))
    hasty.close()

    assert len(wire.kept) == 1
    [row] = desk.outbox
    assert row.state == "uncertain"
    assert desk.waiting == ["mail_uncertain"]


def test_a_mail_of_a_mailbox_that_is_not_served_any_more_waits_for_a_person(desk: Desk) -> None:
    desk.wire.failures.append(TransientSendError("The server is away."))
    desk.receives(referral())
    Sender(desk.database, {}, {}).deliver_due(lambda: LATER)

    [row] = desk.outbox
    assert row.state == "held"
    assert row.last_error == "Mailbox reviews has no way out in the configuration any more."
    assert desk.waiting == ["mail_failed"]
