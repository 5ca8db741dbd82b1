"""A real Dovecot mailbox is read whole, in order, and without leaving a trace."""

import os
import shutil
import socket
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from imapclient import IMAPClient
from pydantic import SecretStr

from agent.config import ImapSection
from agent.errors import ConfigError, MailboxRefused, MailboxUnavailable
from agent.mail import Fetched, Position, backoff_s
from agent.mail.imap import ImapMailbox
from tests.servers import Dovecot, Wire, free_port, needs_dovecot
from tests.waits import waiting

NOW = datetime.now(UTC)
LONG_S = 3600.0
LIMIT = 1_000_000

pytestmark = needs_dovecot


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot({"anna": "open sesame", "zoë": "pässword £"}) as server:
        yield server


@pytest.fixture
def server(dovecot: Dovecot) -> Dovecot:
    """The same server with an empty mailbox."""
    shutil.rmtree(dovecot.maildir())
    for name in ("", "new", "cur", "tmp"):
        dovecot.make_folder(name)
    return dovecot


@pytest.fixture
def mailbox(server: Dovecot) -> Iterator[ImapMailbox]:
    with opened(server) as mailbox:
        yield mailbox


@contextmanager
def opened(server: Dovecot, **settings: Any) -> Iterator[ImapMailbox]:
    mailbox = connecting(server, **settings)
    try:
        yield mailbox
    finally:
        mailbox.close()


def connecting(server: Dovecot, **settings: Any) -> ImapMailbox:
    chosen = {
        "host": "localhost",
        "port": server.port,
        "security": "plain",
        "user": "anna",
        "password": SecretStr("open sesame"),
        **settings,
    }
    return ImapMailbox(ImapSection(**chosen))


def letter(number: int, size: int = 0) -> bytes:
    return b"Subject: %d\r\n\r\n%s\r\n" % (number, b"x" * size)


def read(mailbox: ImapMailbox, position: Position, folder: str = "INBOX") -> list[Fetched]:
    return list(mailbox.new_mail(folder, position, (), LIMIT))


def raws(mails: list[Fetched]) -> list[bytes | None]:
    return [mail.raw for mail in mails]


def flags(server: Dovecot) -> dict[int, Any]:
    with IMAPClient("localhost", server.port, ssl=False) as client:
        client.login("anna", "open sesame")
        client.select_folder("INBOX", readonly=True)
        found = client.fetch(client.search(), ["FLAGS"])
        return {uid: item[b"FLAGS"] for uid, item in found.items()}


def test_a_mailbox_is_read_in_order_over_several_batches_and_without_a_trace(server, mailbox):
    start = mailbox.first_position("INBOX", NOW)
    for number in range(120):
        server.deliver(letter(number))
    read_by_anna = server.deliver(letter(120))
    read_by_anna.rename(server.maildir() / "cur" / f"{read_by_anna.name}:2,S")
    before = flags(server), server.files()
    mails = read(mailbox, start)

    assert raws(mails) == [letter(number) for number in range(121)]
    assert [mail.position.last_uid for mail in mails] == list(range(1, 122))
    assert mails[0].item == f"{start.uidvalidity}:1"
    assert abs(mails[0].received_at - datetime.now(UTC)) < timedelta(hours=1)
    assert not any(mail.backlog or mail.problem for mail in mails)
    assert b"\\Seen" in before[0][121]
    assert (flags(server), server.files()) == before
    assert read(mailbox, mails[-1].position) == []


def test_what_was_there_at_first_contact_is_backlog(server, mailbox):
    server.deliver(letter(1))
    start = mailbox.first_position("INBOX", NOW)
    server.deliver(letter(2))

    assert [(m.raw, m.backlog) for m in read(mailbox, start)] == [
        (letter(1), True),
        (letter(2), False),
    ]


def test_a_mail_that_a_person_read_first_is_taken_all_the_same(server, mailbox):
    start = mailbox.first_position("INBOX", NOW)
    path = server.deliver(letter(1))
    path.rename(path.parent.parent / "cur" / f"{path.name}:2,S")

    assert raws(read(mailbox, start)) == [letter(1)]


def test_reading_stopped_halfway_goes_on_at_the_stored_position(server, mailbox):
    start = mailbox.first_position("INBOX", NOW)
    for number in range(5):
        server.deliver(letter(number))
    reading = mailbox.new_mail("INBOX", start, (), LIMIT)
    first = next(reading)
    reading.close()

    assert raws([first, *read(mailbox, first.position)]) == [letter(n) for n in range(5)]


def test_a_mail_that_is_too_large_is_reported_and_not_downloaded(server):
    large = letter(2, size=2_000_000)
    with Wire(server.port) as wire, opened(server, port=wire.port) as mailbox:
        start = mailbox.first_position("INBOX", NOW)
        for mail in (letter(1), large, letter(3)):
            server.deliver(mail)
        mails = read(mailbox, start)

    assert [(mail.raw, mail.problem) for mail in mails] == [
        (letter(1), None),
        (None, "too_large"),
        (letter(3), None),
    ]
    assert mails[1].size_bytes == len(large)
    assert 0 < wire.brought_bytes < 10_000


@pytest.mark.skipif(os.geteuid() != 0, reason="needs to be root to take a mail's rights away")
def test_a_mail_the_server_cannot_deliver_holds_up_no_other(server, mailbox):
    """Dovecot hangs up in the middle of a batch when one of its files cannot be read."""
    start = mailbox.first_position("INBOX", NOW)
    paths = [server.deliver(letter(number)) for number in range(60)]
    paths[23].chmod(0)
    mails = read(mailbox, start)

    assert [mail.problem for mail in mails].index("unreadable") == 23
    assert raws(mails) == [None if n == 23 else letter(n) for n in range(60)]


def test_a_mail_that_vanishes_while_we_read_is_passed_over(server, mailbox):
    start = mailbox.first_position("INBOX", NOW)
    paths = [server.deliver(letter(number)) for number in range(60)]
    reading = mailbox.new_mail("INBOX", start, (), LIMIT)
    first = next(reading)
    paths[55].unlink()

    kept = [letter(number) for number in range(60) if number != 55]
    assert raws([first, *reading]) == kept


def test_after_renumbering_the_whole_folder_is_handed_over_again(server, mailbox):
    server.deliver(letter(1))
    start = mailbox.first_position("INBOX", NOW)
    server.deliver(letter(2))
    before = read(mailbox, start)
    server.halt()
    server.renumber()
    server.deliver(letter(3))
    server.start()
    with pytest.raises(MailboxUnavailable):
        read(mailbox, before[-1].position)
    after = read(mailbox, before[-1].position)

    assert after[0].position.uidvalidity != before[0].position.uidvalidity
    assert raws(after) == [letter(1), letter(2), letter(3)]
    assert after[-1].backlog is False
    assert read(mailbox, after[-1].position) == []


def test_old_mail_found_again_after_renumbering_is_still_backlog(server, mailbox):
    """Else a first reading cut short by a migration would answer years of old mail."""
    path = server.deliver(letter(1))
    os.utime(path, (1_600_000_000, 1_600_000_000))
    start = mailbox.first_position("INBOX", NOW)
    renumbered = Position(start.uidvalidity - 1, 0, start.backlog_uid, NOW)

    assert [mail.backlog for mail in read(mailbox, renumbered)] == [True]


def test_new_mail_wakes_an_idle_wait_long_before_the_next_poll(server):
    """With an hour between polls only the server's word can end the wait."""
    with opened(server, poll_s=LONG_S) as mailbox:
        position = mailbox.first_position("INBOX", NOW)
        for number in range(3):
            with waiting(mailbox):
                server.deliver(letter(number))
            (mail,) = read(mailbox, position)
            position = mail.position
            assert mail.raw == letter(number)


def test_mail_that_comes_between_search_and_wait_is_not_slept_on(server):
    with opened(server, poll_s=LONG_S) as mailbox:
        position = mailbox.first_position("INBOX", NOW)
        assert read(mailbox, position) == []
        server.deliver(letter(1))
        with waiting(mailbox):
            pass
        assert raws(read(mailbox, position)) == [letter(1)]


def test_a_wait_ends_soon_after_stop_is_asked_for(server):
    for idle in (True, False):
        with opened(server, poll_s=LONG_S, idle=idle) as mailbox:
            position = mailbox.first_position("INBOX", NOW)
            assert read(mailbox, position) == []
            with waiting(mailbox) as stop:
                stop.set()
            assert read(mailbox, position) == []


@pytest.mark.parametrize("idle", [True, False])
def test_without_news_the_poll_interval_ends_the_wait_and_finds_mail(server, idle):
    with opened(server, poll_s=0.3, idle=idle) as mailbox:
        position = mailbox.first_position("INBOX", NOW)
        assert read(mailbox, position) == []
        mailbox.wait(threading.Event())
        server.deliver(letter(1))
        mailbox.wait(threading.Event())
        assert raws(read(mailbox, position)) == [letter(1)]


def test_every_watched_folder_is_read(server):
    server.make_folder(".Referrals")
    for name in ("new", "cur", "tmp"):
        server.make_folder(f".Referrals/{name}")
    with opened(server, folders=("INBOX", "Referrals"), poll_s=LONG_S) as mailbox:
        start = {name: mailbox.first_position(name, NOW) for name in mailbox.folders}
        server.deliver(letter(1))
        server.deliver(letter(2), folder=".Referrals")
        assert raws(read(mailbox, start["INBOX"])) == [letter(1)]
        server.deliver(letter(3))
        assert raws(read(mailbox, start["Referrals"], "Referrals")) == [letter(2)]
        with waiting(mailbox):
            pass
        assert raws(read(mailbox, start["INBOX"])) == [letter(1), letter(3)]


def test_a_connection_cut_while_idle_is_made_again(server):
    with Wire(server.port) as wire, opened(server, port=wire.port, poll_s=LONG_S) as mailbox:
        position = mailbox.first_position("INBOX", NOW)
        assert read(mailbox, position) == []
        with pytest.raises(MailboxUnavailable), waiting(mailbox):
            wire.cut()
        server.deliver(letter(1))
        assert raws(read(mailbox, position)) == [letter(1)]


def test_a_restarted_server_is_found_again(server, mailbox):
    position = mailbox.first_position("INBOX", NOW)
    server.halt()
    for _ in range(2):
        with pytest.raises(MailboxUnavailable):
            read(mailbox, position)
    server.deliver(letter(1))
    server.start()

    assert raws(read(mailbox, position)) == [letter(1)]


@pytest.mark.parametrize("idle", [True, False])
def test_a_line_that_swallows_everything_delays_mail_by_one_interval_at_most(server, idle):
    """The patience for an ordinary answer is longer here than a wait may take."""
    settings = {"poll_s": 0.3, "read_timeout_s": 20, "idle": idle}
    with Wire(server.port) as wire, opened(server, port=wire.port, **settings) as mailbox:
        position = mailbox.first_position("INBOX", NOW)
        assert read(mailbox, position) == []
        wire.swallow()
        server.deliver(letter(1))
        with pytest.raises(MailboxUnavailable, match="in time"), waiting(mailbox):
            pass
        assert raws(read(mailbox, position)) == [letter(1)]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_mailbox_is_read_and_watched_over_tls(server, security):
    port = server.tls_port if security == "tls" else server.port
    settings = {"port": port, "security": security, "ca_file": server.ca_file}
    with opened(server, poll_s=LONG_S, **settings) as mailbox:
        position = mailbox.first_position("INBOX", NOW)
        assert read(mailbox, position) == []
        with waiting(mailbox):
            server.deliver(letter(1))
        assert raws(read(mailbox, position)) == [letter(1)]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_that_nobody_vouches_for_is_not_accepted(server, security):
    port = server.tls_port if security == "tls" else server.port
    with pytest.raises(MailboxUnavailable, match="certificate"):
        connecting(server, port=port, security=security).first_position("INBOX", NOW)


def test_plain_to_another_machine_is_refused_at_start():
    with pytest.raises(ConfigError, match="plain"):
        ImapMailbox(ImapSection(host="imap.northshire.example", security="plain"))


def test_a_wrong_password_is_a_matter_for_a_person(server):
    mailbox = connecting(server, password=SecretStr("wrong-secret"))
    with pytest.raises(MailboxRefused, match="password") as caught:
        mailbox.first_position("INBOX", NOW)

    assert "wrong-secret" not in str(caught.value)


def test_letters_outside_ascii_sign_in(server):
    with opened(server, user="zoë", password=SecretStr("pässword £")) as mailbox:
        assert mailbox.first_position("INBOX", NOW).backlog_uid == 0


def test_a_folder_that_is_not_there_is_a_matter_for_a_person(mailbox):
    with pytest.raises(MailboxRefused, match="Referals"):
        mailbox.first_position("Referals", NOW)


def test_nobody_listening_is_a_matter_of_time(server):
    with pytest.raises(MailboxUnavailable, match="cannot be reached"):
        connecting(server, port=free_port()).first_position("INBOX", NOW)


def test_a_connection_broken_while_signing_in_is_no_wrong_password(server):
    def hang_up(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
            connection.recv(4096)

    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor() as pool:
        done = pool.submit(hang_up, listener)
        with pytest.raises(MailboxUnavailable, match="closed the connection"):
            connecting(server, port=listener.getsockname()[1]).first_position("INBOX", NOW)
        done.result(30)


def test_a_refused_token_is_renewed_once(server, tmp_path):
    tokens = [server.token(lasts_s=-60), server.token()]
    (tmp_path / "tokens").write_text("\n".join(tokens))
    program = (
        "import pathlib, sys; file = pathlib.Path(sys.argv[1]);"
        "first, _, rest = file.read_text().partition('\\n'); file.write_text(rest); print(first)"
    )
    command = (sys.executable, "-c", program, str(tmp_path / "tokens"))
    with opened(server, token_command=command) as mailbox:
        server.deliver(letter(1))
        assert mailbox.first_position("INBOX", NOW).backlog_uid == 1
    without = connecting(server, token_command=command)
    with pytest.raises(MailboxRefused, match="printed no token"):
        without.first_position("INBOX", NOW)


def test_back_off_grows_to_a_ceiling_and_is_far_longer_after_a_refusal():
    def longest(failures: int, refused: bool) -> float:
        return backoff_s(failures, refused, lambda: 0.0)

    assert [longest(n, refused=False) for n in (1, 2, 3, 9, 10, 5000)] == [1, 2, 4, 256, 300, 300]
    assert [longest(n, refused=True) for n in (1, 2, 6, 7, 5000)] == [60, 120, 1920, 3600, 3600]
    assert backoff_s(3, False, lambda: 1.0) == 2
