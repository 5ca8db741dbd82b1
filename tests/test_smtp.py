"""Letters leave through a real SMTP server, and every way it can fail is told apart."""

import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from agent.config import SmtpSection
from agent.errors import (
    ConfigError,
    PermanentSendError,
    SendError,
    TransientSendError,
    UncertainSendError,
)
from agent.mail.smtp import SmtpTransport
from tests.servers import SmtpSink, free_port

AGENT = "safeguarding@northshire.example"
ANNA = "anna.payne@northshire.example"
LETTER = b"From: a@northshire.example\r\nSubject: Received\r\n\r\nThank you.\r\n"


@pytest.fixture
def transport(sink: SmtpSink) -> Iterator[SmtpTransport]:
    with opened(sink) as transport:
        yield transport


@contextmanager
def opened(sink: SmtpSink, **settings: Any) -> Iterator[SmtpTransport]:
    transport = connecting(sink, **settings)
    try:
        yield transport
    finally:
        transport.close()


def connecting(sink: SmtpSink, **settings: Any) -> SmtpTransport:
    chosen = {"host": "localhost", "port": sink.port, "security": "plain", **settings}
    return SmtpTransport(SmtpSection(**chosen))


def test_a_letter_arrives_as_it_was_written(sink, transport):
    letter = LETTER + ".a line with a dot\r\n..two\r\nJosé\r\n.\r\nafter\r\n".encode("latin-1")
    transport.send(AGENT, ANNA, letter)

    (sent,) = sink.mails
    assert (sent.mail_from, sent.rcpt_tos, sent.raw) == (AGENT, (ANNA,), letter)


def test_a_bare_line_feed_goes_out_as_smtp_demands(sink, transport):
    transport.send("", ANNA, LETTER.replace(b"\r\n", b"\n").rstrip(b"\n"))

    assert [(mail.mail_from, mail.raw) for mail in sink.mails] == [("", LETTER)]


def test_many_letters_share_one_connection(sink, transport):
    for number in range(40):
        transport.send(AGENT, ANNA, LETTER + b"%d\r\n" % number)

    assert [mail.raw for mail in sink.mails] == [LETTER + b"%d\r\n" % n for n in range(40)]
    assert sink.connections == 1


def test_threads_share_the_connection_without_mixing_letters(sink, transport):
    def send(number: int) -> None:
        transport.send(AGENT, f"agency{number}@northshire.example", LETTER + b"%d\r\n" % number)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    pairs = {(mail.rcpt_tos[0], mail.raw) for mail in sink.mails}
    assert pairs == {(f"agency{n}@northshire.example", LETTER + b"%d\r\n" % n) for n in range(10)}
    assert sink.connections == 1


def test_a_server_restarted_between_two_letters_gets_both_once(sink, transport):
    transport.send(AGENT, ANNA, LETTER)
    sink.restart()
    transport.send(AGENT, ANNA, LETTER)

    assert len(sink.mails) == 2


def test_a_kept_connection_that_the_server_gives_up_is_replaced(sink, transport):
    transport.send(AGENT, ANNA, LETTER)
    sink.refuse["mail"] = "421 4.4.2 idle for too long"
    with pytest.raises(TransientSendError, match="421"):
        transport.send(AGENT, ANNA, LETTER)  # the new connection is refused as well
    sink.refuse.clear()
    transport.send(AGENT, ANNA, LETTER)

    assert (len(sink.mails), sink.connections) == (2, 3)


@pytest.mark.parametrize("verb", ["connect", "ehlo", "mail", "rcpt", "data", "dot"])
def test_a_temporary_refusal_at_any_verb_is_worth_another_attempt(sink, transport, verb):
    sink.refuse[verb] = "450 4.2.1 try later"
    with pytest.raises(TransientSendError, match="450"):
        transport.send(AGENT, ANNA, LETTER)
    sink.refuse.clear()
    transport.send(AGENT, ANNA, LETTER)

    assert len(sink.mails) == 1


@pytest.mark.parametrize("verb", ["mail", "rcpt", "data", "dot"])
def test_a_final_refusal_of_the_letter_needs_a_person_and_hurts_no_other(sink, transport, verb):
    sink.refuse[verb] = "550 5.1.1 <anna.payne@northshire.example> is unknown"
    with pytest.raises(PermanentSendError, match=r"550 5.1.1 @northshire.example> is unknown") as e:
        transport.send(AGENT, ANNA, LETTER)
    sink.refuse.clear()
    transport.send(AGENT, ANNA, LETTER)

    assert "anna.payne" not in str(e.value)
    assert (len(sink.mails), sink.connections) == (1, 1)


@pytest.mark.parametrize("verb", ["connect", "ehlo"])
def test_a_server_that_takes_no_mail_at_all_fails_no_letter_for_ever(sink, transport, verb):
    sink.refuse[verb] = "554 5.7.1 no service for you"
    with pytest.raises(TransientSendError, match="554"):
        transport.send(AGENT, ANNA, LETTER)


@pytest.mark.parametrize("moment", ["connect", "ehlo", "mail", "rcpt", "data"])
def test_a_connection_that_breaks_before_the_letter_leaves_it_unsent(sink, transport, moment):
    sink.hang_up_at = moment
    with pytest.raises(TransientSendError, match="closed the connection"):
        transport.send(AGENT, ANNA, LETTER)
    sink.hang_up_at = ""
    transport.send(AGENT, ANNA, LETTER)

    assert len(sink.mails) == 1


def test_a_connection_that_breaks_within_the_letter_leaves_it_unsent(sink, transport):
    sink.hang_up_at = "body"
    with pytest.raises(TransientSendError):
        transport.send(AGENT, ANNA, LETTER + b"a long letter\r\n" * 1_000_000)


def test_silence_after_the_final_dot_is_uncertain_and_never_tried_again(sink, transport):
    sink.hang_up_at = "dot"
    with pytest.raises(UncertainSendError, match=r"northshire.example"):
        transport.send(AGENT, ANNA, LETTER)

    assert len(sink.mails) == 1
    sink.hang_up_at = ""
    transport.send(AGENT, ANNA, LETTER)
    assert sink.connections == 2


def test_a_letter_over_the_servers_limit_is_refused_before_it_is_sent():
    with SmtpSink(size_limit=1000) as sink:
        with opened(sink) as transport:
            with pytest.raises(PermanentSendError, match="at most 1000"):
                transport.send(AGENT, ANNA, LETTER + b"x" * 70 + b"\r\n" * 600)
            transport.send(AGENT, ANNA, LETTER)

        assert "data" in sink.verbs
        assert len(sink.mails) == 1


def test_nobody_listening_is_worth_another_attempt():
    transport = SmtpTransport(SmtpSection(host="localhost", port=free_port(), security="plain"))
    with pytest.raises(TransientSendError, match="cannot be reached"):
        transport.send(AGENT, ANNA, LETTER)


def test_a_server_that_never_greets_is_worth_another_attempt():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings = SmtpSection(
            host="localhost",
            port=listener.getsockname()[1],
            security="plain",
            connect_timeout_s=0.2,
        )
        with pytest.raises(TransientSendError):
            SmtpTransport(settings).send(AGENT, ANNA, LETTER)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_letter_leaves_encrypted_and_signed_in(security):
    with SmtpSink(security, users={"agent": "pässword £"}) as sink:
        settings = {
            "security": security,
            "ca_file": sink.ca_file,
            "user": "agent",
            "password": SecretStr("pässword £"),
        }
        with opened(sink, **settings) as transport:
            transport.send(AGENT, ANNA, LETTER)

        assert [mail.user for mail in sink.mails] == ["agent"]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_that_nobody_vouches_for_is_not_accepted(security):
    with SmtpSink(security) as sink:
        transport = connecting(sink, security=security)
        with pytest.raises(TransientSendError, match="certificate"):
            transport.send(AGENT, ANNA, LETTER)

        assert "mail" not in sink.verbs


def test_without_the_starttls_asked_for_nothing_is_sent(sink):
    with pytest.raises(TransientSendError, match="STARTTLS"):
        connecting(sink, security="starttls").send(AGENT, ANNA, LETTER)

    assert "mail" not in sink.verbs


def test_plain_to_another_machine_is_refused_at_start():
    with pytest.raises(ConfigError, match="plain"):
        SmtpTransport(SmtpSection(host="mail.northshire.example", port=25, security="plain"))


def test_a_wrong_password_fails_no_letter_for_ever_and_names_the_credentials():
    with SmtpSink(users={"agent": "right"}) as sink:
        transport = connecting(sink, user="agent", password=SecretStr("wrong-secret"))
        with pytest.raises(TransientSendError, match="credentials") as caught:
            transport.send(AGENT, ANNA, LETTER)

    assert "wrong-secret" not in str(caught.value)


def test_a_refused_token_is_renewed_once(tmp_path):
    command = token_command(tmp_path, "stale", "fresh")
    with SmtpSink(tokens={"fresh"}) as sink:
        with opened(sink, user="agent", token_command=command) as transport:
            transport.send(AGENT, ANNA, LETTER)
            transport.send(AGENT, ANNA, LETTER)

        assert [mail.user for mail in sink.mails] == ["agent", "agent"]
        assert sink.connections == 2


def test_a_token_command_that_fails_leaves_the_letter_for_later(sink):
    command = (sys.executable, "-c", "print('a-secret'); raise SystemExit(3)")
    transport = connecting(sink, user="agent", token_command=command)
    with pytest.raises(TransientSendError, match="token command") as caught:
        transport.send(AGENT, ANNA, LETTER)

    assert "a-secret" not in str(caught.value)


@pytest.mark.parametrize("address", ["josé@northshire.example", "a@b.example\r\nRSET"])
def test_an_address_that_smtp_cannot_carry_is_refused_and_not_shown(sink, transport, address):
    with pytest.raises(SendError) as caught:
        transport.send(AGENT, address, LETTER)

    assert isinstance(caught.value, PermanentSendError)
    assert "@" not in str(caught.value)
    assert sink.mails == []


def token_command(folder: Path, *tokens: str) -> tuple[str, ...]:
    """Return a command that prints one token after the other each time it runs."""
    (folder / "tokens").write_text("".join(f"{token}\n" for token in tokens))
    program = (
        "import pathlib, sys; file = pathlib.Path(sys.argv[1]);"
        "first, _, rest = file.read_text().partition('\\n'); file.write_text(rest); print(first)"
    )
    return (sys.executable, "-c", program, str(folder / "tokens"))
