"""Writes what machines write: delivery reports, receipts, calendar answers, secure-mail wrappers.

Every function returns an entity that starts with its Content-Type; the mail's own headers come
from the entry.
"""

import base64
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import format_datetime
from random import Random
from typing import Any

from tests.corpus.mime import LONDON, file_part, multipart, raw_part, text_part
from tests.corpus.world import Letter

Told = Mapping[str, Any]


def original_of(letter: Letter) -> bytes:
    """Return a letter of the office as a server sends it back."""
    lines = [*_letter_headers(letter), "MIME-Version: 1.0"]
    head = "".join(f"{line}\r\n" for line in lines).encode()
    return head + text_part(letter.text)


def delivery_report(told: Told, letter: Letter | None) -> bytes:
    """Return an RFC 3464 report; `headers_only` sends back no more than the original's headers."""
    lines = [
        f"Reporting-MTA: dns; {told['mta']}",
        "",
        f"Final-Recipient: rfc822; {told['recipient']}",
        f"Action: {told.get('action', 'failed')}",
        f"Status: {told['status']}",
        f"Diagnostic-Code: smtp; {told['diagnostic']}",
        "",
    ]
    report = "\r\n".join(lines).encode()
    parts = [text_part(told["text"]), raw_part("message/delivery-status", report)]
    if letter is not None and told.get("headers_only"):
        head = "".join(f"{line}\r\n" for line in _letter_headers(letter)).encode()
        parts.append(raw_part("text/rfc822-headers", head))
    elif letter is not None:
        parts.append(raw_part("message/rfc822", original_of(letter)))
    return multipart("report; report-type=delivery-status", parts)


def read_receipt(told: Told, letter: Letter | None) -> bytes:
    """Return an RFC 8098 disposition notification."""
    about = letter.message_id if letter else "<unknown@unknown.example>"
    report = (
        f"Reporting-UA: {told['recipient']}; Outlook\r\nFinal-Recipient: rfc822;"
        f"{told['recipient']}\r\nOriginal-Message-ID: {about}\r\n"
        f"Disposition: {told.get('disposition', 'manual-action/MDN-sent-manually; displayed')}\r\n"
    )
    parts = [
        text_part(told["text"]),
        raw_part("message/disposition-notification", report.encode()),
    ]
    return multipart("report; report-type=disposition-notification", parts)


def calendar(told: Told, _letter: Letter | None) -> bytes:
    """Return a meeting request, answer or cancellation as Outlook sends it."""
    method = told.get("method", "REPLY")
    start = told["start"]
    who = told["attendee"]
    partstat = f";PARTSTAT={told['partstat']}" if "partstat" in told else ""
    lines = [
        "BEGIN:VCALENDAR",
        f"METHOD:{method}",
        "PRODID:Microsoft Exchange Server 2010",
        "VERSION:2.0",
        "BEGIN:VEVENT",
        f"ATTENDEE{partstat};CN={who}:mailto:{who}",
        f"ORGANIZER:mailto:{told['organizer']}",
        f"UID:{told['uid']}",
        f"SUMMARY;LANGUAGE=en-GB:{told['summary']}",
        f"DTSTART;TZID=GMT Standard Time:{start:%Y%m%dT%H%M%S}",
        "STATUS:CONFIRMED",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    kind = f'text/calendar; charset="utf-8"; method={method}'
    parts = [text_part(told.get("text", "")), raw_part(kind, "\r\n".join(lines).encode())]
    return multipart("alternative", parts)


def smime(told: Told, _letter: Letter | None) -> bytes:
    """Return an enveloped S/MIME mail: one opaque part."""
    kind = "application/pkcs7-mime; smime-type=enveloped-data"
    return file_part("smime.p7m", kind, _noise(told["seed"]), '; name="smime.p7m"')


def pgp(told: Told, _letter: Letter | None) -> bytes:
    """Return a PGP/MIME encrypted mail."""
    armour = base64.encodebytes(_noise(told["seed"])).decode().replace("\n", "\r\n")
    block = f"-----BEGIN PGP MESSAGE-----\r\n\r\n{armour}-----END PGP MESSAGE-----\r\n"
    parts = [
        raw_part("application/pgp-encrypted", b"Version: 1\r\n"),
        raw_part('application/octet-stream; name="encrypted.asc"', block.encode()),
    ]
    return multipart('encrypted; protocol="application/pgp-encrypted"', parts)


def protected(told: Told, _letter: Letter | None) -> bytes:
    """Return a Microsoft rights-protected mail: a notice, and the content as message.rpmsg."""
    kind = "application/x-microsoft-rpmsg-message"
    content = b"\x76\xe8\x04\x60\xc4\x11\xe3\x86" + _noise(told["seed"])
    parts = [text_part(told["text"]), file_part("message.rpmsg", kind, content)]
    return multipart("mixed", parts)


def wrapped(told: Told, _letter: Letter | None) -> bytes:
    """Return a portal's notice with the locked content as an HTML file."""
    page = (
        "<html><body><form method='post' action='https://portal.secure.example/read'>"
        f"<input type='hidden' name='m' value='{_noise(told['seed'])[:120].hex()}'>"
        "<button>Read the message</button></form></body></html>"
    )
    name = told.get("wrapper", "message.html")
    notice = text_part(told["text"], told.get("subtype", "plain"))
    return multipart("mixed", [notice, file_part(name, "text/html", page.encode())])


MACHINES: Mapping[str, Callable[[Told, Letter | None], bytes]] = {
    "delivery_report": delivery_report,
    "read_receipt": read_receipt,
    "calendar": calendar,
    "smime": smime,
    "pgp": pgp,
    "protected": protected,
    "wrapped": wrapped,
}


def _letter_headers(letter: Letter) -> list[str]:
    sent_at: datetime = letter.sent_at.replace(tzinfo=LONDON)
    return [
        f"Date: {format_datetime(sent_at)}",
        f"From: {letter.sender}",
        f"To: {letter.to}",
        f"Subject: {letter.subject}",
        f"Message-ID: {letter.message_id}",
        "Auto-Submitted: auto-generated",
    ]


def _noise(seed: int) -> bytes:
    return Random(seed).randbytes(900)
