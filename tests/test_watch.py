"""What watches every send of the suite does see a leak, and lets the rest pass."""

from email.message import EmailMessage

import pytest

from agent.store.outbox import Claimed
from tests.desk import MONDAY_9AM, Desk, referral
from tests.watch import find_leak, watching

STRANGER = "somebody@elsewhere.example"


def mail_of(words: str, file: str = "") -> EmailMessage:
    made = EmailMessage()
    made["Subject"] = "Your mail"
    made.set_content(words)
    if file:
        made.add_attachment(b"x", maintype="application", subtype="pdf", filename=file)
    return made


def claimed(made: EmailMessage, to: str = STRANGER) -> Claimed:
    """Return a mail of the desk's mailbox that is about to leave."""
    return Claimed(
        id=99,
        key="ack:x",
        partnership="northshire",
        mailbox="reviews",
        case_id=None,
        answers=None,
        template="receipt",
        to_address=to,
        agency=None,
        message_id="<x@northshirescp.example>",
        on_sent=None,
        attempts=1,
        created_at=MONDAY_9AM,
        mail=bytes(made),
    )


@pytest.mark.parametrize(
    ("words", "file"),
    [
        ("About Robin Alder, thank you.", ""),
        ("ABOUT ROBIN ALDER", ""),
        ("The child born on 4 May 2021.", ""),
        ("DOB 04/05/2021", ""),
        ("Thank you.", "form.pdf"),
    ],
)
def test_facts_of_a_case_for_a_stranger_are_seen(desk: Desk, words: str, file: str) -> None:
    desk.receives(referral())

    assert find_leak(desk.sender, claimed(mail_of(words, file))) is not None


def test_a_receipt_for_a_stranger_passes(desk: Desk) -> None:
    desk.receives(referral())

    assert find_leak(desk.sender, claimed(mail_of("Your mail was received."))) is None


def test_a_leak_is_stopped_and_told(desk: Desk) -> None:
    desk.receives(referral())
    with watching() as leaks, pytest.raises(AssertionError):
        desk.sender._hand_over(claimed(mail_of("Robin Alder")), lambda: MONDAY_9AM)

    assert "robin alder" in str(leaks[0])
    assert len(desk.sent) == 1
