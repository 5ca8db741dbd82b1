"""The agent as a real process between a real Dovecot and a real SMTP server."""

import itertools
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from imapclient import IMAPClient

from agent.samples import write_referral_form
from tests.desk import ROBIN
from tests.forms import ROBIN as ROBIN_AS_TYPED
from tests.forms import write_form
from tests.mails import WORD, bounce_of, mail, out_of_office
from tests.office import SITE, Agent, Office, letters, section
from tests.servers import Dovecot, SmtpSink, Wire, needs_dovecot

pytestmark = needs_dovecot

PASSWORD = "open sesame"
NUMBERS = itertools.count()
CHILDREN = ("Ash Alder", "Bryn Birch", "Cleo Cedar", "Dara Dogwood", "Elis Elm")


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot({f"box{number}": PASSWORD for number in range(20)}) as server:
        yield server


@pytest.fixture
def user() -> str:
    """Give each test a mailbox of its own."""
    return f"box{next(NUMBERS)}"


@pytest.fixture
def office(tmp_path: Path, dovecot: Dovecot, user: str, sink: SmtpSink) -> Office:
    return an_office(tmp_path, dovecot.port, user, sink)


def an_office(folder: Path, port: int, user: str, sink: SmtpSink) -> Office:
    who = f'user = "{user}"\npassword = "{PASSWORD}"\npoll_s = 2\n'
    office = Office(folder, sink.port, section("imap", port, who))
    office.migrate()
    return office


def referral(number: int) -> bytes:
    """Return the referral of one child from an agency of its own; two programs filled the forms."""
    child = {"child_name": CHILDREN[number], "child_dob": f"0{number + 1}/05/2021"}
    typed = ROBIN_AS_TYPED | child | {"header_name": CHILDREN[number]}
    form = write_form(typed) if number % 2 else write_referral_form(ROBIN | child)
    return mail(
        sender_of(number),
        f"Referral, {CHILDREN[number]}",
        attachments=[("Referral form.docx", form, WORD)],
        message_id=f"<{number}@agency{number}.example>",
    )


def sender_of(number: int) -> str:
    return f"Robin Reed <robin.reed@agency{number}.example>"


def ordinary(number: int) -> bytes:
    words = f"Could we move our meeting number {number} to Thursday?\n"
    return mail(subject="Our meeting", body=words, message_id=f"<meeting{number}@x.example>")


def broken() -> bytes:
    """Return a mail whose parts never end and whose text is no text."""
    return mail(
        subject="=?utf-8?q?caf=C3",
        headers={"Content-Type": 'multipart/mixed; boundary="never"', "Date": "31 Feb, late"},
        body="--never\n\xff\nContent-Type: text/plain; charset=no-such\n\n=ZZ\n--never\n",
        message_id="<<broken>",
    )


def twenty() -> list[bytes]:
    """Return twenty deliveries: five referrals, two of them twice, and what else arrives."""
    five = [referral(number) for number in range(5)]
    automatic = [out_of_office(), bounce_of(b"Subject: Received\r\n\r\nx", "gone@x.example")]
    rest = [*automatic, broken(), *(ordinary(number) for number in range(10))]
    mixed = [both for pair in zip(five, rest, strict=False) for both in pair]
    return [*mixed, five[1], five[3], *rest[5:]]


def state_of(server: Dovecot, user: str) -> Any:
    """Return the flags of every mail as a mail program sees them, and where every file lies."""
    with IMAPClient("localhost", server.port, ssl=False) as client:
        client.login(user, PASSWORD)
        client.select_folder("INBOX", readonly=True)
        found = client.fetch(client.search(), ["FLAGS"])
    return {uid: item[b"FLAGS"] for uid, item in found.items()}, server.files(user)


def five_are_answered(office: Office, sink: SmtpSink) -> None:
    """Check that each of the five incidents has its case and its sender one acknowledgement."""
    assert office.children == sorted(CHILDREN)
    acks = sorted(letters(sink), key=lambda ack: str(ack["To"]))
    assert [sent.rcpt_tos for sent in sorted(sink.mails, key=lambda sent: sent.rcpt_tos)] == [
        (f"robin.reed@agency{number}.example",) for number in range(5)
    ]
    for number, ack in enumerate(acks):
        assert ack["To"] == f"robin.reed@agency{number}.example"
        assert ack["In-Reply-To"] == f"<{number}@agency{number}.example>"
        assert ack["References"] == f"<{number}@agency{number}.example>"
        assert ack.get_content_type() == "multipart/alternative"
        assert [part.get_content_subtype() for part in ack.iter_parts()] == ["plain", "html"]
        assert not any(word in str(ack["Subject"]) for word in CHILDREN[number].split())
    assert {row.state for row in office.outbox} == {"sent"}
    assert office.done("mail classified") == 18
    assert office.done("mail seen again") == 2
    verified = office.does("log", "verify")
    assert verified.code == 0, verified.out


def test_twenty_mails_of_which_five_are_referrals_give_five_cases_and_five_answers(
    office: Office, dovecot: Dovecot, user: str, sink: SmtpSink
) -> None:
    with office.start("run") as agent:
        agent.wait_for("first contact: what is there now is backlog")
        files = [dovecot.deliver(raw, user) for raw in twenty()]
        read_by_anna = files[-1].parent.parent / "cur" / f"{files[-1].name}:2,S"
        files[-1].rename(read_by_anna)
        before = state_of(dovecot, user)
        agent.wait_for("mail taken", 20)
        agent.wait_for("mail handed over", 5)
        agent.send_signal(signal.SIGTERM)

        assert agent.ended().code == 0
        assert state_of(dovecot, user) == before
        assert sum(b"\\Seen" in flags for flags in before[0].values()) == 1
    five_are_answered(office, sink)


def test_one_round_for_cron_does_the_same_and_ends(
    office: Office, dovecot: Dovecot, user: str, sink: SmtpSink
) -> None:
    assert office.does("once").code == 0
    for raw in twenty():
        dovecot.deliver(raw, user)
    before = state_of(dovecot, user)

    assert office.does("once").code == 0
    assert office.does("once").code == 0
    assert state_of(dovecot, user) == before
    five_are_answered(office, sink)


def test_the_first_run_over_a_mailbox_with_mails_in_it_is_silent(
    office: Office, dovecot: Dovecot, user: str, sink: SmtpSink
) -> None:
    for number in (0, 1):
        dovecot.deliver(referral(number), user)
    with office.start("run") as agent:
        agent.wait_for("mail taken", 2)
        dovecot.deliver(referral(2), user)
        sink.wait_for(1)
        agent.wait_for("mail handed over")
        agent.send_signal(signal.SIGTERM)
        assert agent.ended().code == 0

    assert office.children == sorted(CHILDREN[:3])
    assert [(row.to_address, row.state, row.hold) for row in reversed(office.outbox)] == [
        ("robin.reed@agency0.example", "held", "backlog"),
        ("robin.reed@agency1.example", "held", "backlog"),
        ("robin.reed@agency2.example", "sent", None),
    ]
    assert [sent.rcpt_tos for sent in sink.mails] == [("robin.reed@agency2.example",)]


@contextmanager
def at_work(office: Office, server: Dovecot, user: str) -> Iterator[Agent]:
    """Give a daemon that has answered one referral, and end it in order."""
    with office.start("run") as agent:
        agent.wait_for("first contact: what is there now is backlog")
        server.deliver(referral(0), user)
        agent.wait_for("mail handed over")
        yield agent
        agent.send_signal(signal.SIGTERM)
        assert agent.ended().code == 0


def one_answer_each(office: Office, sink: SmtpSink, count: int) -> None:
    """Check that the first referrals, and nothing else, were answered, each once."""
    assert office.children == sorted(CHILDREN[:count])
    assert sorted(sent.rcpt_tos for sent in sink.mails) == [
        (f"robin.reed@agency{number}.example",) for number in range(count)
    ]


def test_a_mailbox_renumbered_under_it_is_read_on_without_repeating_anything(
    office: Office, dovecot: Dovecot, user: str, sink: SmtpSink
) -> None:
    with at_work(office, dovecot, user) as agent:
        dovecot.halt()
        dovecot.renumber(user)
        dovecot.deliver(referral(1), user)
        dovecot.start()
        agent.wait_for("mail taken", 3)
        agent.wait_for("mail handed over", 2)

    one_answer_each(office, sink, 2)
    assert office.done("mail seen again") == 1


def test_a_server_that_restarts_loses_and_repeats_nothing(
    office: Office, dovecot: Dovecot, user: str, sink: SmtpSink
) -> None:
    with at_work(office, dovecot, user) as agent:
        dovecot.halt()
        dovecot.deliver(referral(1), user)
        agent.wait_for("mailbox out of reach")
        dovecot.start()
        agent.wait_for("mail handed over", 2)
        sink.restart()
        dovecot.deliver(referral(2), user)
        agent.wait_for("mail handed over", 3)

    one_answer_each(office, sink, 3)
    assert office.done("mail seen again") == 0


def test_a_connection_cut_or_gone_dead_while_it_listens_is_made_anew(
    tmp_path: Path, dovecot: Dovecot, user: str, sink: SmtpSink
) -> None:
    with Wire(dovecot.port) as wire:
        office = an_office(tmp_path, wire.port, user, sink)
        with at_work(office, dovecot, user) as agent:
            wire.cut()
            dovecot.deliver(referral(1), user)
            agent.wait_for("mail handed over", 2)
            wire.swallow()
            dovecot.deliver(referral(2), user)
            agent.wait_for("mail handed over", 3)
            assert len(agent.said("mailbox out of reach")) == 2

    one_answer_each(office, sink, 3)
    assert office.done("mail seen again") == 0


def test_told_to_read_its_settings_again_it_takes_good_ones_and_refuses_bad_ones(
    office: Office, dovecot: Dovecot, user: str, sink: SmtpSink
) -> None:
    rules = office.own / "rules/mail.toml"
    subject = office.own / "templates/mail/ack-referral/subject.txt"
    for file in (rules, subject):
        file.parent.mkdir(parents=True)
    with at_work(office, dovecot, user) as agent:
        rules.write_text('[[rule]]\nid = "x"\nkind = "unknown"\nwhy = "y"\nwhen = { guess = 1 }\n')
        subject.write_text("We have your referral {{ reference }}\n", encoding="utf-8")
        agent.send_signal(signal.SIGHUP)
        agent.wait_for("new settings refused, the old ones stay")
        [refusal] = agent.said("new settings refused, the old ones stay")
        dovecot.deliver(referral(1), user)
        agent.wait_for("mail handed over", 2)
        rules.unlink()
        site = office.folder / "site.toml"
        site.write_text(SITE.replace("reviews@", "desk@"), encoding="utf-8")
        agent.send_signal(signal.SIGHUP)
        agent.wait_for("settings read again")
        dovecot.deliver(referral(2), user)
        agent.wait_for("mail handed over", 3)

    assert str(rules) in refusal["why"]
    assert "`guess`" in refusal["why"]
    own_words = [str(ack["Subject"]).startswith("We have your referral") for ack in letters(sink)]
    assert own_words == [False, False, True]
    assert [sent.mail_from.partition("@")[0] for sent in sink.mails] == ["reviews"] * 2 + ["desk"]
    one_answer_each(office, sink, 3)


def test_told_to_stop_it_finishes_the_mail_in_hand_and_goes_on_there_next_time(
    office: Office, dovecot: Dovecot, user: str, sink: SmtpSink
) -> None:
    with at_work(office, dovecot, user) as agent:
        for number in range(300):
            dovecot.deliver(ordinary(number), user)
        agent.wait_for("mail taken", 20)
    assert office.done("mail classified") >= 20

    assert office.does("once").code == 0
    assert office.done("mail classified") == 301
    assert office.done("mail seen again") == 0
    one_answer_each(office, sink, 1)
