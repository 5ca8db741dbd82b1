"""Writes the bytes of mails: header blocks in each program's own order, and MIME parts.

Written out by hand, since the standard library picks random boundaries and has one house style.
"""

import base64
import hashlib
import quopri
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.header import Header
from email.utils import encode_rfc2231, format_datetime, formataddr, parseaddr
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

# What each program writes, in its order; {name} stands for a value of `_facts`.
CLIENTS: dict[str, tuple[str, ...]] = {
    "outlook": (
        "From: {sender}",
        "To: {to}",
        "Subject: {subject}",
        "Thread-Topic: {topic}",
        "Thread-Index: AdxK{token:.20}==",
        "Date: {date}",
        "Message-ID: <{token:.24}@PROD.OUTLOOK.{domain}>",
        "Accept-Language: en-GB, en-US",
        "Content-Language: en-GB",
        "X-MS-Has-Attach: {attached}",
    ),
    "nhsmail": (
        "From: {sender}",
        "To: {to}",
        "Subject: {subject}",
        "Thread-Topic: {topic}",
        "Date: {date}",
        "Message-ID: <{token:.16}.{token:.8}@LO4P265MB.{domain}>",
        "Accept-Language: en-GB",
        "X-MS-Has-Attach: {attached}",
        "X-Organisation: NHS",
    ),
    "gmail": (
        "MIME-Version: 1.0",
        "From: {sender}",
        "Date: {date}",
        "Message-ID: <CAJ{token:.26}@mail.{domain}>",
        "Subject: {subject}",
        "To: {to}",
    ),
    "iphone": (
        "From: {sender}",
        "Mime-Version: 1.0 (1.0)",
        "Subject: {subject}",
        "Date: {date}",
        "Message-Id: <{token:.8}-{token:.4}-4A6E-B1D2-{token:.12}@{domain}>",
        "To: {to}",
        "X-Mailer: iPhone Mail (23B85)",
    ),
    "samsung": (
        "Date: {date}",
        "Subject: {subject}",
        "Message-ID: <{token:.12}.1764.{token:.6}@email.android.example>",
        "Importance: normal",
        "From: {sender}",
        "To: {to}",
        "MIME-Version: 1.0",
    ),
    "thunderbird": (
        "Message-ID: <{token:.8}-{token:.4}@{domain}>",
        "Date: {date}",
        "MIME-Version: 1.0",
        "User-Agent: Mozilla Thunderbird",
        "Content-Language: en-GB",
        "To: {to}",
        "From: {sender}",
        "Subject: {subject}",
    ),
    "gateway": (
        "X-AuditID: {token:.18}",
        "Message-Id: <{token:.10}.{token:.6}@gw.{domain}>",
        "Date: {date}",
        "Subject: {subject}",
        "From: {sender}",
        "To: {to}",
        "X-Mailer: GroupWare 18",
    ),
    "machine": (
        "Date: {date}",
        "From: {sender}",
        "To: {to}",
        "Subject: {subject}",
        "Message-ID: <{token:.20}@{domain}>",
        "MIME-Version: 1.0",
    ),
}
CLIENTS["owa"] = CLIENTS["outlook"]


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who sends what with which program; `at` is local time of arrival.

    `bounce_to` is the Return-Path where it is not the sender. `extra` are header lines as given.
    """

    client: str
    sender: str
    to: str
    subject: str
    at: datetime
    mailbox: str
    bounce_to: str | None = None
    extra: Sequence[str] = ()
    results: str = ""


def write_mail(envelope: Envelope, entity: bytes) -> bytes:
    """Return the mail as it lies in the mailbox; `entity` starts with its Content-Type."""
    facts = _facts(envelope, b"Content-Disposition: attachment" in entity)
    fixed = {line.partition(":")[0].lower() for line in envelope.extra}
    template = CLIENTS[envelope.client]
    own = [line.format_map(facts) for line in template if _name(line) not in fixed]
    if "mime-version" not in {_name(line) for line in own}:
        own.append("MIME-Version: 1.0")
    lines = [*_delivery(envelope, facts), *own, *envelope.extra]
    return "".join(f"{line}\r\n" for line in lines).encode("ascii") + entity


def text_part(
    text: str, subtype: str = "plain", charset: str = "utf-8", encoding: str = "qp"
) -> bytes:
    """Return a text part; `encoding` is "qp", "base64" or "8bit"."""
    content = text.strip("\n").replace("\n", "\r\n").encode(charset, "replace") + b"\r\n"
    named = {"qp": "quoted-printable"}.get(encoding, encoding)
    head = (
        f'Content-Type: text/{subtype}; charset="{charset}"\r\n'
        f"Content-Transfer-Encoding: {named}\r\n\r\n"
    )
    if encoding == "base64":
        content = base64.encodebytes(content).replace(b"\n", b"\r\n")
    elif encoding == "qp":
        lines = quopri.encodestring(content.replace(b"\r\n", b"\n"))
        content = lines.replace(b"\n", b"\r\n")
    return head.encode() + content


def file_part(name: str, content_type: str, content: bytes, extra: str = "") -> bytes:
    """Return an attached file in base64 (its name by RFC 2231 where it is not ASCII)."""
    shown = f'filename="{name}"' if name.isascii() else _extended(name)
    head = (
        f"Content-Type: {content_type}{extra}\r\nContent-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment; {shown}\r\n\r\n"
    )
    return head.encode() + base64.encodebytes(content).replace(b"\n", b"\r\n")


def raw_part(content_type: str, content: bytes) -> bytes:
    """Return a part whose content stands as it is."""
    return f"Content-Type: {content_type}\r\n\r\n".encode() + content


def multipart(subtype: str, parts: Sequence[bytes]) -> bytes:
    """Return the parts as one; `subtype` may carry parameters ("report; report-type=...")."""
    mark = hashlib.sha256(b"".join(parts)).hexdigest()[:26]
    boundary = f"_000_{len(parts)}{mark}_"
    opened = b"".join(f"--{boundary}\r\n".encode() + part + b"\r\n" for part in parts)
    head = f'Content-Type: multipart/{subtype};\r\n\tboundary="{boundary}"\r\n\r\n'
    return head.encode() + opened + f"--{boundary}--\r\n".encode()


def encoded(text: str) -> str:
    """Return a header's text, as encoded words where it is not ASCII."""
    return text if text.isascii() else Header(text, "utf-8").encode(linesep="\r\n")


def _extended(name: str) -> str:
    return f"filename*={encode_rfc2231(name, 'utf-8')}"


def _name(line: str) -> str:
    return line.partition(":")[0].lower()


def _facts(envelope: Envelope, attached: bool) -> dict[str, str]:
    name, address = parseaddr(envelope.sender)
    asked = f"{envelope.sender}|{envelope.subject}|{envelope.at.isoformat()}"
    sent_at = envelope.at.replace(tzinfo=LONDON) - timedelta(seconds=5)
    return {
        "sender": formataddr((name, address), "utf-8") if address else envelope.sender,
        "address": address,
        "to": envelope.to,
        "subject": encoded(envelope.subject),
        "topic": encoded(envelope.subject.removeprefix("RE: ").removeprefix("FW: ")),
        "date": format_datetime(sent_at),
        "token": hashlib.sha256(asked.encode()).hexdigest().upper(),
        "domain": address.rpartition("@")[2].strip() or "unknown.example",
        "attached": "yes" if attached else "",
    }


def _delivery(envelope: Envelope, facts: dict[str, str]) -> list[str]:
    """Return the headers of the way here, the last station on top."""
    back = facts["address"] if envelope.bounce_to is None else envelope.bounce_to
    domain, here = facts["domain"], envelope.mailbox.rpartition("@")[2]
    arrived = format_datetime(envelope.at.replace(tzinfo=LONDON))
    lines = [
        f"Return-Path: <{back}>",
        f"Delivered-To: {envelope.mailbox}",
        f"Received: from out.{domain} (out.{domain} [203.0.113.{int(facts['token'][:2], 16)}])\r\n"
        f"\tby mx1.{here} with ESMTPS id {facts['token'][30:42]}\r\n"
        f"\tfor <{envelope.mailbox}>; {arrived}",
    ]
    return [*lines, envelope.results] if envelope.results else lines
