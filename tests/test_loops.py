"""Two machines must never keep each other talking: no automatic mail is answered, however often."""

from datetime import timedelta

import pytest

from tests.corpus.build import load
from tests.desk import MONDAY_9AM, Desk, referral
from tests.mails import mail

ROUNDS = 50
AUTOMATIC = [one for one in load("tune") if one.kind in ("auto_reply", "bounce")]
# What a robot without any header of a machine says to every mail it gets.
ROBOTS = (
    "Thank you for your email. We aim to reply within 5 working days.",
    "I am on annual leave until Monday and will answer when I am back.",
    "Your enquiry has been received and logged under number {number}.",
    "This mailbox is no longer monitored. Please write to our new address.",
)


def test_no_automatic_mail_of_the_corpus_is_answered(desk: Desk) -> None:
    for number, one in enumerate(AUTOMATIC):
        desk.receives(one.raw, MONDAY_9AM + timedelta(minutes=number))

    assert len(AUTOMATIC) >= 30
    assert desk.sent == []


@pytest.mark.parametrize("words", ROBOTS)
def test_fifty_rounds_with_a_robot_that_answers_everything_give_one_letter(
    desk: Desk, words: str
) -> None:
    desk.receives(referral())

    for number in range(ROUNDS):
        latest = desk.sent[-1]
        answer = mail(
            subject=f"RE: {latest['Subject']}",
            body=words.format(number=number) + "\n",
            message_id=f"<robot-{number}@police.northshire.example>",
            in_reply_to=str(latest["Message-ID"]),
        )
        desk.receives(answer, MONDAY_9AM + timedelta(minutes=number))

    assert len(desk.sent) == 1
