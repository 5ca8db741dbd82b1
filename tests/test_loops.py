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


@pytest.mark.parametrize(
    ("words", "template"),
    [
        ("A boy told me just now that his dad burns him. Dad is on his way.", "safety-reply"),
        ("Under the Freedom of Information Act 2000 please tell me how many you held.", "receipt"),
    ],
)
def test_a_robot_that_repeats_what_we_must_answer_is_answered_once(
    desk: Desk, words: str, template: str
) -> None:
    for number in range(ROUNDS):
        message_id = f"<robot-{number}@police.northshire.example>"
        robot = mail(subject="Your mail", body=f"{words}\n", message_id=message_id)
        desk.receives(robot, MONDAY_9AM + timedelta(minutes=number))

    assert [one.template for one in desk.outbox if one.template != "alarm"] == [template]
    assert [one.state for one in desk.outbox if one.template == template] == ["sent"]


def test_whoever_warns_of_two_children_on_two_days_is_answered_on_both(desk: Desk) -> None:
    for day in range(2):
        warning = mail(
            body="A boy told me just now that his dad burns him. Dad is on his way.\n",
            message_id=f"<warning-{day}@police.northshire.example>",
        )
        desk.receives(warning, MONDAY_9AM + timedelta(days=day))

    assert [one.template for one in desk.outbox].count("safety-reply") == 2
