"""Which of our mails did not arrive, and until when somebody is away, from what machines answer."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mails import MAILBOX, bounce_of, exchange_ndr, mail, out_of_office

from agent.away import find_away_until
from agent.model.sender import DeliveryReport
from agent.parse import parse
from agent.reports import read_delivery_report
from agent.screening_rules import load_screening

RULES = load_screening(Path(__file__).parents[1] / "rules" / "screening.toml")
OURS = "<letter-1@lscp.example>"
LETTER = mail(MAILBOX, "Information request", to="lee@icb.example", message_id=OURS)
LEE = ("lee@icb.example",)


def report(raw: bytes) -> DeliveryReport | None:
    return read_delivery_report(parse(raw), RULES)


def daemon(body: str, subject: str = "Mail delivery failed", **changes: object) -> bytes:
    """A report without any mark but its sender."""
    sender = "Mail Delivery System <Mailer-Daemon@mx.icb.example>"
    return mail(sender, subject, body, message_id="<b@mx.icb.example>", **changes)


def status(fields: str, returned: str = "text/rfc822-headers") -> bytes:
    """A report with these fields of one or more recipients, and the headers of our letter."""
    return (
        "From: postmaster@icb.example\nReturn-Path: <>\nSubject: Delivery Status Notification\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        "--b\n\nSee below.\n--b\nContent-Type: message/delivery-status\n\n"
        f"Reporting-MTA: dns; mx.icb.example\n\n{fields}\n--b\nContent-Type: {returned}\n\n"
        f"Subject: Information request\nMessage-ID: {OURS}\n\n--b--\n"
    ).encode()


QMAIL = """Hi. This is the qmail-send program at mx.icb.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<lee@icb.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <reviews@lscp.example>
Message-ID: <letter-1@lscp.example>
To: lee@icb.example
Cc: other@icb.example
"""
EXIM = """This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  lee@icb.example
    SMTP error after RCPT TO:<lee@icb.example>: 550 5.7.1 Message rejected

------ This is a copy of the message, including all the headers. ------
Message-ID: <letter-1@lscp.example>
"""
GMAIL = """Address not found

Your message wasn't delivered to lee@icb.example because the address couldn't be found. The
response was: 550 5.1.1 The email account that you tried to reach does not exist.
"""
EXIM_DELAY = """A message that you sent has not yet been delivered to one or more of its
recipients after more than 24 hours on the queue.

No action is required on your part. Delivery attempts will continue for some time. The address:

  lee@icb.example
    Delay reason: mailbox is full
"""
OLD_EXCHANGE = """Your message did not reach some or all of the intended recipients.

      Subject:  Information request
      Sent:     21/12/2026 09:00

The following recipient(s) cannot be reached:

      'lee@icb.example' on 21/12/2026 09:00
            The e-mail account does not exist. Contact help@icb.example.  #5.1.1
"""
HELD = """Your message to lee@icb.example has been held by the gateway of Northshire ICB:
the message is too large. Contact postmaster@icb.example or helpdesk@icb.example.
"""


@pytest.mark.parametrize(
    ("raw", "recipients", "outcome", "code"),
    [
        (bounce_of(LETTER, "lee@icb.example"), LEE, "permanent", "5.1.1"),
        (bounce_of(LETTER, "lee@icb.example", "4.2.2"), LEE, "delayed", "4.2.2"),
        (exchange_ndr(LETTER, "Lee@ICB.example"), LEE, "permanent", "5.1.10"),
        (
            status("Final-Recipient: rfc822; lee@icb.example\nAction: failed\nStatus: 4.4.7"),
            LEE,
            "permanent",
            "4.4.7",
        ),
        (
            status(
                "Original-Recipient: rfc822;lee@icb.example\n"
                "Final-Recipient: rfc822;lbrook@inner.icb.example\nAction: Failed \nStatus: 5.2.2"
            ),
            LEE,
            "permanent",
            "5.2.2",
        ),
        (
            status(
                "Final-Recipient: rfc822; ok@icb.example\nAction: delivered\nStatus: 2.0.0\n\n"
                "Final-Recipient: rfc822; late@icb.example\nAction: delayed\nStatus: 4.0.0\n\n"
                "Final-Recipient: rfc822; lee@icb.example\nAction: failed\nStatus: 5.0.0 (no)"
            ),
            LEE,
            "permanent",
            "5.0.0",
        ),
        (
            status("Final-Recipient: rfc822; <lee@icb.example>\nStatus: 5.1.1"),
            LEE,
            "permanent",
            "5.1.1",
        ),
        (
            status("Final-Recipient: X500;/o=x\nAction: failed", "message/rfc822"),
            (),
            "permanent",
            "",
        ),
        (daemon(QMAIL, "failure notice"), LEE, "permanent", "5.1.1"),
        (daemon(EXIM), LEE, "permanent", "5.7.1"),
        (
            daemon(GMAIL, headers={"X-Failed-Recipients": "lee@icb.example"}),
            LEE,
            "permanent",
            "5.1.1",
        ),
        (daemon(EXIM_DELAY, "Warning: message delayed 24 hours"), LEE, "delayed", ""),
        (daemon(OLD_EXCHANGE, "Undeliverable: Information request"), LEE, "permanent", "5.1.1"),
        (
            mail("Gateway <gw@icb.example>", "Undeliverable: your message", HELD),
            LEE,
            "permanent",
            "",
        ),
        (
            mail("x@y.example", "Returned mail", GMAIL, headers={"Return-Path": "<>"}),
            LEE,
            "permanent",
            "5.1.1",
        ),
        (daemon("Your message has been blocked.", "Undelivered"), (), "permanent", ""),
    ],
)
def test_a_report_says_who_was_not_reached_and_whether_for_good(raw, recipients, outcome, code):
    found = report(raw)

    assert found is not None
    assert (found.recipients, found.outcome, found.status) == (recipients, outcome, code)


@pytest.mark.parametrize(
    "raw",
    [
        bounce_of(LETTER, "lee@icb.example"),
        exchange_ndr(LETTER, "lee@icb.example"),
        status("Final-Recipient: rfc822; lee@icb.example\nAction: failed\nStatus: 5.1.1"),
        daemon(QMAIL),
        daemon(EXIM, in_reply_to="<thread@lscp.example>"),
        daemon(GMAIL, in_reply_to=OURS),
        daemon(GMAIL, headers={"References": f"<older@lscp.example> {OURS}"}),
    ],
)
def test_a_report_is_tied_to_the_letter_it_is_about(raw):
    found = report(raw)

    assert found is not None
    assert found.original_ids[0] == OURS


@pytest.mark.parametrize(
    "raw",
    [
        mail(),
        out_of_office(),
        status("Final-Recipient: rfc822; lee@icb.example\nAction: delivered\nStatus: 2.1.5"),
        status("Final-Recipient: rfc822; lee@icb.example\nAction: relayed"),
        mail(subject="FW: Undeliverable: Information request", body=GMAIL),
        mail(subject="RE: Mail delivery failed", body=EXIM),
        mail(subject="Delivery failure of care: referral", body="The letter did not reach mum."),
        mail("Postmaster <postmaster@icb.example>", "Your question", "A rule was changed."),
        mail(subject="Your letter", body="It could not be delivered to lee@icb.example, I hear."),
        mail(
            subject="Automatic reply: request",
            body="My mailbox is full, write to desk@icb.example.",
            headers={"Return-Path": "<>"},
        ),
        mail(attachments=[("report.eml", bounce_of(LETTER, "lee@icb.example"), "message/rfc822")]),
    ],
)
def test_what_is_no_report_of_failure_is_none(raw):
    assert report(raw) is None


def away(text: str, subject: str = "Automatic reply: Information request") -> date | None:
    return find_away_until(parse(mail(subject=subject, body=text)), RULES)


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("I am on leave until Monday 4 January 2027.", date(2027, 1, 4)),
        ("I'll be back on 6th Jan.", date(2027, 1, 6)),
        ("Thanks. Returning 4/1/27.", date(2027, 1, 4)),
        ("Out of office, returning to work on Tuesday the 5th of January", date(2027, 1, 5)),
        ("I will return to the office on January 4th, 2027.", date(2027, 1, 4)),
        ("The school is closed until Wednesday 6 January.", date(2027, 1, 6)),
        ("The nursery re-opens on 04/01/2027 at 8am", date(2027, 1, 4)),
        ("Away until 9.00am on Monday\n4 January", date(2027, 1, 4)),
        ("I am away from 21 December to 4 January inclusive.", date(2027, 1, 4)),
        ("Annual leave: 21st - 31st December. Ring the duty desk.", date(2026, 12, 31)),
        ("On leave until 31 December, back in the office on 4 January.", date(2027, 1, 4)),
        ("I am back on Wednesday 23rd December", date(2026, 12, 23)),
        ("On maternity leave until 1 September 2027.", date(2027, 9, 1)),
        ("Return date: 2027-01-11", date(2027, 1, 11)),
        ("I’m out till 29 Dec; for anything urgent ring 01632 960100.", date(2026, 12, 29)),
        ("I will be back with you after leave, on 4.1.2027", date(2027, 1, 4)),
    ],
)
def test_the_day_of_the_return_is_read_as_people_write_it(text, until):
    assert away(text) == until


@pytest.mark.parametrize(
    "text",
    [
        "I am out of the office.",
        "I am back on Monday.",
        "Away until further notice. Our form of 4 January 2027 is due.",
        "I will be back around 6 January.",
        "Back week commencing 4 January",
        "I was away until 18 December.",
        "On leave until 4 January 2026.",
        "Back on Tuesday 4 January.",
        "Away until 31 February.",
        "I am away until 4 January. My colleague is away until 6 January.",
        "Away until 6 January, but back on 23 December for a day.",
        "I return calls before 5 January.",
        "Please reply by 4 January 2027.",
        "Noted.\n\nOn 21 December 2026 LSCP wrote:\n> we are closed until 4 January 2027",
    ],
)
def test_no_day_is_better_than_a_wrong_one(text):
    assert away(text) is None


def test_a_subject_tells_the_day_where_the_text_does_not():
    assert away("See subject.", "Out of office until 5 Jan") == date(2027, 1, 5)
    assert away("Back on 6 January.", "Automatic reply: closed until 5 Jan") == date(2027, 1, 6)


def test_the_year_is_that_of_london_and_not_of_greenwich_in_summer():
    late = datetime(2027, 5, 31, 23, 30, tzinfo=UTC)
    raw = mail(body="I am away until 31 May.", received=late)

    assert find_away_until(parse(raw), RULES) is None


PIECES = st.sampled_from(
    [
        b"From: mailer-daemon@x.example\r\nReturn-Path: <>\r\n",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n",
        b"Content-Type: message/delivery-status\r\n\r\n",
        b"Action: failed\r\nStatus: 5.1.1\r\n\r\n",
        b"until 4/1 back on 31 feb 99 returning 00/00/0000 ",
        b"could not be delivered: a@b.example #5.1.1 ",
        b"\r\n",
    ]
) | st.binary(max_size=30)


@settings(deadline=None)
@given(st.lists(PIECES, max_size=10).map(b"".join))
def test_whatever_the_bytes_are_there_is_an_answer(raw):
    message = parse(raw)

    found = read_delivery_report(message, RULES)
    until = find_away_until(message, RULES)

    assert found is None or found.outcome in ("permanent", "delayed")
    assert until is None or until >= message.received_at.date()
