"""A mail of which nobody knows whether it left is looked for in the folder of sent mail."""

import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from imapclient import IMAPClient

from agent.store.outbox import State
from tests.boundaries import die_at
from tests.desk import referral
from tests.office import Office, section
from tests.servers import Dovecot, SmtpSink, needs_dovecot

PASSWORD = "open sesame"
AFTER_THE_DOT = partial(die_at, "after the final dot", 1)


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    with Dovecot({"box": PASSWORD}) as server:
        yield server


def uncertain(office: Office) -> Office:
    """Let the office be killed right after it has handed its acknowledgement over."""
    assert office.does("once", fault=AFTER_THE_DOT).code == -signal.SIGKILL
    assert office.does("once").code == 0
    assert states(office) == [State.UNCERTAIN]
    return office


def states(office: Office) -> list[str]:
    return [row.state for row in office.outbox]


@needs_dovecot
def test_a_mail_that_the_server_filed_counts_as_sent(
    tmp_path: Path, sink: SmtpSink, dovecot: Dovecot
) -> None:
    who = f'user = "box"\npassword = "{PASSWORD}"\n'
    office = Office(tmp_path, sink.port, section("imap", dovecot.port, who))
    office.migrate()
    assert office.does("once").code == 0
    dovecot.deliver(referral(), user="box")
    uncertain(office)
    with IMAPClient("localhost", dovecot.port, ssl=False) as client:
        client.login("box", PASSWORD)
        client.create_folder("Sent Items")
        client.append("Sent Items", sink.mails[0].raw)

    assert office.does("once").code == 0

    assert states(office) == [State.SENT]
    assert "mail_uncertain" not in dict(office.waiting)
    assert office.done("mail sent") == 1
    assert len(sink.mails) == 1


@needs_dovecot
def test_a_folder_of_sent_mail_that_cannot_be_opened_keeps_no_new_mail_waiting(
    tmp_path: Path, sink: SmtpSink, dovecot: Dovecot
) -> None:
    who = f'user = "box"\npassword = "{PASSWORD}"\n'
    office = Office(tmp_path, sink.port, section("imap", dovecot.port, who))
    office.migrate()
    assert office.does("once").code == 0
    dovecot.deliver(referral(), user="box")
    with IMAPClient("localhost", dovecot.port, ssl=False) as client:
        client.login("box", PASSWORD)
        client.create_folder("Sent.Old")
        assert client.list_folders(pattern="Sent")[0][0][0] == b"\\Noselect"

    uncertain(office)

    assert office.does("once").code == 0
    assert states(office) == [State.UNCERTAIN]


def test_a_maildir_has_a_folder_of_sent_mail_too(tmp_path: Path, sink: SmtpSink) -> None:
    office = in_maildir(tmp_path, sink)
    filed = tmp_path / "in/.Sent/cur"
    filed.mkdir(parents=True)
    (filed / "1.a.host:2,S").write_bytes(sink.mails[0].raw)

    assert office.does("once").code == 0

    assert states(office) == [State.SENT]
    assert "mail_uncertain" not in dict(office.waiting)


@pytest.mark.parametrize("filed", [False, True])
def test_what_is_not_filed_stays_with_a_person(tmp_path: Path, sink: SmtpSink, filed: bool) -> None:
    office = in_maildir(tmp_path, sink)
    if filed:
        other = tmp_path / "in/.Sent/new"
        other.mkdir(parents=True)
        (other / "1.a.host").write_bytes(b"Message-ID: <other@x.example>\r\n\r\nx\r\n")

    assert office.does("once").code == 0

    assert states(office) == [State.UNCERTAIN]
    assert "mail_uncertain" in dict(office.waiting)
    assert len(sink.mails) == 1


def in_maildir(folder: Path, sink: SmtpSink) -> Office:
    office = Office(folder, sink.port)
    office.migrate()
    assert office.does("once").code == 0
    office.deliver(referral())
    return uncertain(office)
