"""Raw mails as real programs write them, built for tests. Everybody in them is invented."""

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.header import Header
from email.utils import format_datetime

ANNA = "Anna Marsh <anna.marsh@police.northshire.example>"
MAILBOX = "reviews@lscp.example"
MONDAY_9AM = datetime(2026, 12, 21, 9, 0, tzinfo=UTC)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

Attachment = tuple[str, bytes, str]


def mail(
    sender: str = ANNA,
    subject: str = "Referral",
    body: str = "Please find our referral attached.\n",
    *,
    to: str = MAILBOX,
    html: str | None = None,
    attachments: Sequence[Attachment] = (),
    headers: Mapping[str, str] | None = None,
    message_id: str = "<202612210900@police.northshire.example>",
    received: datetime | None = MONDAY_9AM,
    in_reply_to: str | None = None,
) -> bytes:
    """Return a mail as a desktop program sends it.

    `received` becomes its Date and the topmost Received, None leaves both out; attachments are
    (file name, content, content type). `headers` come last and are taken as they are.
    """
    fields = {"Return-Path": f"<{sender.rpartition('<')[2].strip('>')}>"}
    if received is not None:
        day = format_datetime(received)
        fields["Received"] = f"from out.northshire.example by mx.lscp.example with ESMTPS; {day}"
        fields["Date"] = day
    fields |= {"From": sender, "To": to, "Subject": _encoded(subject), "Message-ID": message_id}
    if in_reply_to is not None:
        fields |= {"In-Reply-To": in_reply_to, "References": in_reply_to}
    fields["MIME-Version"] = "1.0"
    text = _text_part(body, "plain")
    if html is not None:
        text = _multipart("alternative", [text, _text_part(html, "html")])
    parts = [text, *map(_file_part, attachments)]
    content = _multipart("mixed", parts) if attachments else text
    return _lines(fields | dict(headers or {})) + content


def out_of_office(
    sender: str = "Priya Shah <priya.shah@icb.northshire.example>",
    in_reply_to: str = "<scoping-1@lscp.example>",
) -> bytes:
    """Return an automatic reply as Exchange Online sends it."""
    return mail(
        sender,
        "Automatic reply: Request for information",
        "I am on leave until Monday 4 January 2027.\n",
        message_id="<auto-1@icb.northshire.example>",
        in_reply_to=in_reply_to,
        headers={
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "X-MS-Exchange-Inbox-Rules-Loop": "priya.shah@icb.northshire.example",
        },
    )


def bounce_of(original: bytes, recipient: str, status: str = "5.1.1") -> bytes:
    """Return the RFC 3464 report of a Postfix server; a status of 4.x.x makes it a delay notice."""
    delayed = status.startswith("4")
    action = "delayed" if delayed else "failed"
    report = (
        "Reporting-MTA: dns; mx.northshire.example\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; {'450 4.2.0' if delayed else '550 5.1.1'} <{recipient}>: no\r\n"
    )
    said = "has been delayed" if delayed else "could not be delivered"
    parts = [
        _text_part(
            f"This is the mail system at host mx.northshire.example.\n\nIt {said}.\n", "plain"
        ),
        b"Content-Type: message/delivery-status\r\n\r\n" + report.encode(),
        b"Content-Type: message/rfc822\r\n\r\n" + original,
    ]
    fields = {
        "Return-Path": "<>",
        "Date": format_datetime(MONDAY_9AM),
        "From": "Mail Delivery System <MAILER-DAEMON@mx.northshire.example>",
        "To": MAILBOX,
        "Subject": "Delayed Mail" if delayed else "Undelivered Mail Returned to Sender",
        "Auto-Submitted": "auto-replied",
        "Message-ID": "<bounce-1@mx.northshire.example>",
        "MIME-Version": "1.0",
    }
    return _lines(fields) + _multipart("report; report-type=delivery-status", parts)


def exchange_ndr(original: bytes, recipient: str) -> bytes:
    """Return the non-delivery report of Exchange Online."""
    report = (
        "Reporting-MTA: dns;LO2P123MB0001.GBRP123.PROD.OUTLOOK.EXAMPLE\r\n\r\n"
        f"Final-recipient: RFC822;{recipient}\r\nAction: failed\r\nStatus: 5.1.10\r\n"
    )
    parts = [
        _text_part("<p>Your message couldn't be delivered.</p>", "html"),
        b"Content-Type: message/delivery-status\r\n\r\n" + report.encode(),
        b"Content-Type: message/rfc822\r\n\r\n" + original,
    ]
    sender = "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@northshire.example"
    fields = {
        "From": f"Microsoft Outlook <{sender}>",
        "To": MAILBOX,
        "Date": format_datetime(MONDAY_9AM),
        "Subject": "Undeliverable: Request for information",
        "Message-ID": "<ndr-1@LO2P123MB0001.GBRP123.PROD.OUTLOOK.EXAMPLE>",
        "X-MS-Exchange-Message-Is-Ndr": "",
        "Return-Path": "<>",
        "MIME-Version": "1.0",
    }
    return _lines(fields) + _multipart("report; report-type=delivery-status", parts)


def _encoded(words: str) -> str:
    return words if words.isascii() else Header(words, "utf-8", maxlinelen=998).encode()


def _lines(fields: Mapping[str, str]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode()


def _multipart(kind: str, parts: Sequence[bytes]) -> bytes:
    # Unlike for each multipart, since one may stand inside another.
    boundary = f"----=_Part_{kind[:5]}_{sum(map(len, parts))}"
    inner = b"".join(f"--{boundary}\r\n".encode() + part + b"\r\n" for part in parts)
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'
    return head.encode() + inner + f"--{boundary}--\r\n".encode()


def _text_part(text: str, kind: str) -> bytes:
    head = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    return (head + text.replace("\n", "\r\n")).encode()


def _file_part(attachment: Attachment) -> bytes:
    filename, content, content_type = attachment
    head = (
        f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: base64\r\n"
        f'Content-Disposition: attachment; filename="{_encoded(filename)}"\r\n\r\n'
    )
    return head.encode() + base64.encodebytes(content).replace(b"\n", b"\r\n")
