"""What `parse` makes of real, odd and hostile mail."""

import hashlib
import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mails import MONDAY_9AM, WORD, mail

from agent import parse as parsing
from agent.mailtree import MAX_HEADERS, MAX_TEXT_CHARS
from agent.model.message import Address, Message
from agent.parse import EPOCH, parse

FORM = b"PK\x03\x04 a form"


def as_stored(message: Message) -> str:
    """Return the message as JSON in strict UTF-8, as a database would have to take it."""
    fields = asdict(message)
    fields["attachments"] = [[part.filename, part.content_type] for part in message.attachments]
    text = json.dumps(fields, default=str, ensure_ascii=False)
    text.encode("utf-8")
    assert "\\u0000" not in text
    return text


def test_a_mail_with_a_form_is_read_with_everything_in_it():
    raw = mail(
        sender='"Marsh, Anna" <Anna.Marsh@Police.Northshire.Example>',
        subject="Überweisung – José",
        to="Reviews <reviews@lscp.example>, duty@lscp.example",
        attachments=[("RA referral.docx", FORM, WORD)],
        headers={"Cc": "lead@icb.example", "Reply-To": "team@police.northshire.example"},
        in_reply_to="<scoping-1@lscp.example>",
    )

    message = parse(raw)

    assert message.sender == Address("anna.marsh@police.northshire.example", "Marsh, Anna")
    assert message.to == (Address("reviews@lscp.example", "Reviews"), Address("duty@lscp.example"))
    assert message.cc == (Address("lead@icb.example"),)
    assert message.reply_to == (Address("team@police.northshire.example"),)
    assert message.subject == "Überweisung – José"
    assert message.text.strip() == "Please find our referral attached."
    assert [(p.filename, p.content_type, p.content) for p in message.attachments] == [
        ("RA referral.docx", WORD, FORM)
    ]
    assert message.message_id == "<202612210900@police.northshire.example>"
    assert message.in_reply_to == message.references == ("<scoping-1@lscp.example>",)
    assert message.envelope_sender == "anna.marsh@police.northshire.example"
    assert message.received_at == message.sent_at == MONDAY_9AM
    assert message.content_type == "multipart/mixed"
    assert message.digest == hashlib.sha256(raw).hexdigest()
    assert message.size_bytes == len(raw)
    assert message.defects == ()


BST = timezone(timedelta(hours=1))
DELIVERED = "Delivery-Date: Tue, 1 Sep 2026 11:00:00 +0100\n"
RECEIVED = (
    "Received: by a.example; Tue, 1 Sep 2026 12:00:00 +0100 (BST)\n"
    "Received: by b.example; Tue, 1 Sep 2026 09:00:00 +0100\n"
)
SENT = "Date: Tue, 1 Sep 2026 13:00:00 +0100\n"


@pytest.mark.parametrize(
    ("head", "given_at", "expected"),
    [
        (DELIVERED + RECEIVED + SENT, datetime(2026, 9, 2, 1, tzinfo=BST), (2026, 9, 2, 0)),
        (DELIVERED + RECEIVED + SENT, None, (2026, 9, 1, 10)),
        (RECEIVED + SENT, None, (2026, 9, 1, 11)),
        (SENT, None, (2026, 9, 1, 12)),
        ("Date: Tue, 1 Sep 2026 13:00:00\n", None, (2026, 9, 1, 13)),
        ("Delivery-Date: soon\n" + SENT, None, (2026, 9, 1, 12)),
    ],
)
def test_the_time_of_receipt_is_the_best_witness_there_is(head, given_at, expected):
    assert parse(head.encode() + b"\nhello", given_at).received_at == datetime(
        *expected, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "date",
    [
        "",
        "yesterday",
        "Mon, 32 Foo 99999 99:99:99 +9999",
        "Fri, 31 Dec 9999 23:59:59 -2359",
        "(" * 99,
    ],
)
def test_an_absurd_date_is_no_date(date):
    message = parse(f"Date: {date}\n\nhello".encode())

    assert message.received_at == EPOCH
    assert message.sent_at in (None, EPOCH)


def test_a_mail_without_any_date_says_so():
    assert "no date" in parse(b"From: a@b.example\n\nhello").defects


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Anna <anna@a.example>", Address("anna@a.example", "Anna")),
        ("anna@a.example (Anna at work)", Address("anna@a.example", "Anna at work")),
        ("Marsh, Anna <anna@a.example>", Address("anna@a.example", "Anna")),
        ("=?windows-1252?Q?Jos=E9_N=FA=F1ez?= <j@a.example>", Address("j@a.example", "José Núñez")),
        ("José <j@a.example>".encode("cp1252"), Address("j@a.example", "José")),
        ("José <j@a.example>".encode(), Address("j@a.example", "José")),
        ("Team: anna@a.example, ben@a.example;", Address("anna@a.example")),
        ("<>", Address("", "<>")),
        ("undisclosed-recipients:;", Address("", "undisclosed-recipients:;")),
        ("anna@localhost", Address("", "anna@localhost")),
        ("anna@@a.example", Address("", "anna@@a.example")),
    ],
)
def test_the_sender_is_read_as_written_or_left_without_an_address(written, expected):
    written = written if isinstance(written, bytes) else written.encode()

    assert parse(b"From: " + written + b"\n\nhello").sender == expected


def test_two_addresses_in_one_are_never_guessed_between():
    message = parse(b"From: anna@a.example <anna@a.example> <ben@b.example>\n\nhello")

    assert message.sender.email == ""
    assert "header from: ambiguous-angle-address" in message.defects


def test_a_trailing_comma_loses_no_recipient():
    assert parse(b"To: anna@a.example, ben@a.example,\n\n").to == (
        Address("anna@a.example"),
        Address("ben@a.example"),
    )


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("<[c8a5bc1d-JFBVALKQ@microsoft.example]>", ("<[c8a5bc1d-JFBVALKQ@microsoft.example]>",)),
        (
            "<LO2P123MB01@LO2P123MB01.PROD.\n OUTLOOK.EXAMPLE>",
            ("<LO2P123MB01@LO2P123MB01.PROD.OUTLOOK.EXAMPLE>",),
        ),
        ("Your message of Monday <a@b.example> (was: scoping)", ("<a@b.example>",)),
        ("a@b.example", ("<a@b.example>",)),
        ("<a@b.example><c@d.example>", ("<a@b.example>", "<c@d.example>")),
        ("", ()),
        ("<>", ()),
        ("see my mail to anna@a.example", ()),
    ],
)
def test_message_ids_are_found_in_every_form_that_programs_write(written, expected):
    assert parse(f"In-Reply-To: {written}\n\nhello".encode()).in_reply_to == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [("", None), ("Return-Path: <>\n", ""), ("Return-Path: <Anna@A.example>\n", "anna@a.example")],
)
def test_the_null_sender_differs_from_no_return_path(head, expected):
    assert parse(head.encode() + b"From: a@b.example\n\n").envelope_sender == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (b"=?utf-8?B?w6k=?=\r\n =?utf-8?Q?_=C3=A8?=", "é è"),
        (b"a\r\n\tfolded   subject", "a folded subject"),
        (b"=?utf-8?B?w?= is broken", "=?utf-8?B?w?= is broken"),
        (b"=?iso-8859-1?Q?it=92s?=", "it’s"),
        (b"=?x-unknown?Q?caf=C3=A9?=", "café"),
        (b"=?punycode?Q?mnchen-3ya?=", "mnchen-3ya"),
        (b"caf\xe9 \x00\x1b", "café \ufffd\ufffd"),
        (b"=?utf-7?Q?+2AA-?=", "=?utf-7?Q?+2AA-?="),
        (b"is 1=?2", "is 1=?2"),
    ],
)
def test_subjects_become_one_line_of_unicode(written, expected):
    message = parse(b"Subject: " + written + b"\n\n")

    assert message.subject == expected
    as_stored(message)


def test_a_blank_line_inside_the_headers_does_not_cost_the_form():
    raw = mail(attachments=[("form.docx", FORM, WORD)]).replace(b"MIME-V", b"\r\nMIME-V", 1)

    message = parse(raw)

    assert [part.content for part in message.attachments] == [FORM]
    assert "blank line inside the headers" in message.defects


def test_a_text_that_speaks_of_headers_is_left_alone():
    text = "Here is what I see:\n\nContent-Type: text/html\n\nWhat is it?"

    assert parse(b"From: a@b.example\n\n" + text.encode()).text == text


def test_when_mail_parser_fails_the_mail_is_read_all_the_same(monkeypatch):
    def fail(_message):
        raise KeyError("address")

    monkeypatch.setattr(parsing, "MailParser", fail)

    message = parse(mail(sender="Anna <anna@a.example>", attachments=[("f.docx", FORM, WORD)]))

    assert message.sender == Address("anna@a.example", "Anna")
    assert len(message.attachments) == 1
    assert message.defects == ("mail-parser: KeyError",)


def test_more_headers_than_any_mail_has_are_cut_off_and_said():
    message = parse(b"".join(b"X-%d: a\n" % n for n in range(10_000)) + b"\nhello")

    assert len(message.headers) == MAX_HEADERS
    assert message.text == "hello"
    assert any("headers" in defect for defect in message.defects)


def nested(depth: int) -> bytes:
    layer = b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n"
    return b"".join(layer % (n, n) for n in range(depth)) + b"\nthe heart of it"


HOSTILE = {
    "nothing": b"",
    "binary": bytes(range(256)) * 50,
    "one long line": b"a" * 10_000_000,
    "only NULs": b"\0" * 100_000,
    "a thousand layers": nested(1_000),
    "a hundred layers": nested(100),
    "a thousand attached mails": b"Content-Type: message/rfc822\n\n" * 1_000 + b"hello",
    "many parts": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\na\n" * 50_000,
    "endless parameters": b'Content-Type: multipart/mixed; a="' + b";" * 1_000_000 + b"\n\na",
    "endless words": b"Subject: " + b"=?a?q?" * 200_000 + b"\n\na",
    "endless brackets": b"From: " + b"(" * 200_000 + b"\nTo: " + b"<" * 200_000 + b"\n\na",
    "endless addresses": b"To: " + b"a@b.example," * 100_000 + b"\n\na",
    "endless references": b"References: " + b"<a@b> " * 100_000 + b"\n\na",
    "endless tags": b"Content-Type: text/html\n\n" + b"<table><tr><td><p>" * 50_000,
    "broken names": b"Content-Type: a/b; name*0*=punycode''%41-; name*1=x; name*999999999=y\n\na",
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_hostile_mail_gives_a_message(raw):
    message = parse(raw)

    assert message.digest == hashlib.sha256(raw).hexdigest()
    assert len(message.text) <= MAX_TEXT_CHARS
    assert not any("all of it" in defect for defect in message.defects)
    as_stored(message)


def test_layers_beyond_reason_are_said_and_their_raw_text_kept():
    message = parse(nested(1_000))

    assert "the heart of it" in message.text
    assert any("too many parts" in defect for defect in message.defects)


@settings(deadline=None)
@given(st.binary(max_size=2_000))
def test_any_bytes_at_all_give_a_message(raw):
    message = parse(raw)

    assert message.digest == hashlib.sha256(raw).hexdigest()
    assert message.received_at.utcoffset() == timedelta(0)
    as_stored(message)


SAMPLE = mail(subject="Näher", html="<p>x</p>", attachments=[("f.docx", FORM, WORD)])


@settings(deadline=None)
@given(st.integers(0, len(SAMPLE)), st.integers(0, 40), st.binary(max_size=60))
def test_a_real_mail_damaged_anywhere_gives_a_message(at, length, damage):
    raw = SAMPLE[:at] + damage + SAMPLE[at + length :]
    message = parse(raw)

    assert message.digest == hashlib.sha256(raw).hexdigest()
    as_stored(message)


WRITTEN = st.text(st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=80)
NAMES = st.sampled_from(
    ("From", "To", "Subject", "Date", "Received", "Message-ID", "References", "Return-Path")
)
MIME_NAMES = st.sampled_from(("Content-Type", "Content-Disposition", "Content-Transfer-Encoding"))


@settings(deadline=None)
@given(st.lists(st.tuples(NAMES | MIME_NAMES, WRITTEN), max_size=8))
def test_any_words_in_any_header_give_a_message(fields):
    head = "".join(f"{name}: {value}\n" for name, value in fields)
    message = parse(head.encode("latin-1") + b"\nhello")

    assert not any("all of it" in defect for defect in message.defects)
    as_stored(message)
