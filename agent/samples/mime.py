"""Puts mails together as the senders' programs do: part by part, with their own headers and order.

Written out by hand because the standard library picks random boundaries and one house style.
All lines end in CRLF, as an IMAP server hands them over.
"""

import base64
import hashlib
import html
import quopri
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.header import Header
from email.utils import encode_rfc2231, format_datetime, formataddr

from agent.london import LONDON

MAILBOX = "reviews@northshirescp.example"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

# What each program writes, in its order; {name} stands for a value of `_facts`.
CLIENTS: Mapping[str, tuple[str, ...]] = {
    "exchange": (
        "From: {sender}",
        "To: {to}",
        "Subject: {subject}",
        "Thread-Topic: {topic}",
        "Thread-Index: AQH{token:.24}==",
        "Date: {date}",
        "Message-ID: <{token:.32}@mail.{domain}>",
        "Accept-Language: en-GB, en-US",
        "Content-Language: en-GB",
        "X-MS-Has-Attach: {attached}",
        "X-Originating-IP: [198.51.100.{octet}]",
    ),
    "phone": (
        "From: {sender}",
        "Mime-Version: 1.0 (1.0)",
        "Date: {date}",
        "Subject: {subject}",
        "Message-Id: <{token:.8}-{token:.4}-4F0C-9D1B-{token:.12}@{domain}>",
        "To: {to}",
        "X-Mailer: iPhone Mail (22F76)",
    ),
    "webmail": (
        "MIME-Version: 1.0",
        "From: {sender}",
        "Date: {date}",
        "X-Webmail-Id: {token:.20}",
        "Message-ID: <CAF{token:.24}@mail.{domain}>",
        "Subject: {subject}",
        "To: {to}",
    ),
    "desktop": (
        "Message-ID: <{token:.8}-{token:.6}@{domain}>",
        "Date: {date}",
        "MIME-Version: 1.0",
        "User-Agent: Mozilla Thunderbird",
        "Content-Language: en-GB",
        "To: {to}",
        "From: {sender}",
        "Subject: {subject}",
    ),
    "machine": (
        "Date: {date}",
        "From: {sender}",
        "To: {to}",
        "Message-ID: <{token:.16}@{domain}>",
        "Subject: {subject}",
        "MIME-Version: 1.0",
    ),
}


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who sends what from which program, and when it arrives.

    `sender` reads "Name <address>", unquoted. `bounce_to` is the Return-Path where it is not the
    sender's address; `extra` are header lines added as they stand.
    """

    client: str
    sender: str
    subject: str
    received_at: datetime
    to: str = MAILBOX
    bounce_to: str | None = None
    extra: Sequence[str] = ()


def write_mail(envelope: Envelope, entity: bytes) -> bytes:
    """Return the whole mail as it lies in the mailbox; `entity` starts with its Content-Type."""
    facts = _facts(envelope, b"Content-Disposition: attachment" in entity)
    own = [line.format_map(facts) for line in CLIENTS[envelope.client]]
    if not any(line.lower().startswith("mime-version") for line in own):
        own.append("MIME-Version: 1.0")
    lines = [*_delivery(envelope, facts), *own, *envelope.extra]
    return "".join(f"{line}\r\n" for line in lines).encode("ascii") + entity


def text_part(text: str, subtype: str = "plain", charset: str = "utf-8") -> bytes:
    """Return a text part in quoted-printable."""
    body = quopri.encodestring(text.replace("\r\n", "\n").encode(charset))
    head = (
        f'Content-Type: text/{subtype}; charset="{charset}"\r\n'
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    return head.encode() + body.replace(b"\n", b"\r\n")


def html_of(text: str) -> str:
    """Return a text as the simple HTML that mail programs make of it."""
    paragraphs = html.escape(text, quote=False).strip().split("\n\n")
    shown = "".join(f"<p>{lines.replace(chr(10), '<br>')}</p>\n" for lines in paragraphs)
    return f'<html><body style="font-family:Calibri,sans-serif">\n{shown}</body></html>\n'


def file_part(name: str, content_type: str, content: bytes) -> bytes:
    """Return an attached file in base64, its name as given (RFC 2231 where it is not ASCII)."""
    plain = f'filename="{name}"'
    shown = plain if name.isascii() else f"filename*={encode_rfc2231(name, 'utf-8')}"
    typed = f'; name="{name}"' if name.isascii() else ""
    head = (
        f"Content-Type: {content_type}{typed}\r\nContent-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment; {shown}\r\n\r\n"
    )
    return head.encode() + base64.encodebytes(content).replace(b"\n", b"\r\n")


def raw_part(content_type: str, text: str) -> bytes:
    """Return a part whose text stands as it is, for the machine-read parts of reports."""
    return f"Content-Type: {content_type}\r\n\r\n".encode() + text.replace("\n", "\r\n").encode()


def multipart(subtype: str, parts: Sequence[bytes]) -> bytes:
    """Return the parts as one; `subtype` may carry parameters ("report; report-type=...")."""
    boundary = "_00{}_{}".format(len(parts), hashlib.sha256(b"".join(parts)).hexdigest()[:28])
    opened = b"".join(f"--{boundary}\r\n".encode() + part + b"\r\n" for part in parts)
    head = f'Content-Type: multipart/{subtype};\r\n\tboundary="{boundary}"\r\n\r\n'
    return head.encode() + opened + f"--{boundary}--\r\n".encode()


def _facts(envelope: Envelope, attached: bool) -> dict[str, str]:
    name, _, address = envelope.sender.rstrip(">").rpartition(" <")
    asked = f"{envelope.sender}|{envelope.subject}|{envelope.received_at.isoformat()}"
    token = hashlib.sha256(asked.encode()).hexdigest().upper()
    sent_at = (envelope.received_at - timedelta(seconds=4)).astimezone(LONDON)
    return {
        "sender": formataddr((name, address), "utf-8"),
        "address": address,
        "to": envelope.to,
        "subject": encoded(envelope.subject),
        "topic": encoded(envelope.subject.removeprefix("RE: ")),
        "date": format_datetime(sent_at),
        "token": token,
        "domain": address.rpartition("@")[2],
        "octet": str(int(token[:4], 16) % 250 + 1),
        "attached": "yes" if attached else "",
    }


def _delivery(envelope: Envelope, facts: Mapping[str, str]) -> list[str]:
    """Return the headers of the way here, the last station on top."""
    back = facts["address"] if envelope.bounce_to is None else envelope.bounce_to
    domain, token = facts["domain"], facts["token"]
    here = format_datetime(envelope.received_at.astimezone(LONDON))
    return [
        f"Return-Path: <{back}>",
        f"Delivered-To: {MAILBOX}",
        f"Received: from out1.{domain} (out1.{domain} [203.0.113.{facts['octet']}])\r\n"
        "\tby mx1.northshirescp.example (Postfix) with ESMTPS id "
        f"{token[40:51]}\r\n\tfor <{MAILBOX}>; {here}",
        f"Received: from [10.20.30.{facts['octet']}] by out1.{domain} with ESMTPSA id "
        f"{token[30:40]};\r\n\t{facts['date']}",
        "Authentication-Results: mx1.northshirescp.example; "
        f"spf=pass smtp.mailfrom={domain};\r\n\tdkim=pass header.d={domain}; dmarc=pass",
    ]


def encoded(text: str) -> str:
    """Return a header's text, as encoded words where it is not ASCII."""
    return text if text.isascii() else Header(text, "utf-8").encode(linesep="\r\n")
