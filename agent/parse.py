"""Raw bytes -> Message, whatever the bytes are: what cannot be read becomes a defect, never an
exception. Addresses, dates and header words are mail-parser's reading; where it fails, the standard
library's. Nothing here judges what a mail is."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.message import Message as StdMessage
from email.utils import getaddresses, parsedate_to_datetime

from mailparser import MailParser
from mailparser.dates import parse_mail_date

from agent.mailtext import attempt, decode_words, html_to_text
from agent.mailtree import MAX_HEADER_CHARS, MAX_HEADERS, NOT_WHOLE, Body, Contents, Node, read_tree
from agent.model.message import Address, Message

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Threads of hundreds of mails exist; the last ones matter for finding a case.
MAX_REFERENCES = 200
# RFC 5322, section 2.1.1: no line is longer, and so no id.
MAX_ID_CHARS = 998
MAX_DEFECTS = 50

_ADDRESS_HEADERS = ("from", "reply-to", "to", "cc")
_ADDRESS = re.compile(r"[^\s@<>,;:()]+@(?:[\w-]+(?:\.[\w-]+)+|\[[0-9a-fA-F.:IPv]+\])")
_ANGLED = re.compile(r"<([^<>]+)>")

Values = Mapping[str, tuple[str, ...]]


def parse(raw: bytes, received_at: datetime | None = None) -> Message:
    """Return the mail as a Message; every byte string gives one.

    Args:
        received_at: When the mailbox says it came. Without it the mail's own word counts:
            Delivery-Date, else the topmost Received, else Date, else 1970 with a defect.
    """
    blank = Message(
        digest=hashlib.sha256(raw).hexdigest(),
        size_bytes=len(raw),
        received_at=_utc(received_at) if received_at else EPOCH,
        sent_at=None,
        message_id="",
        in_reply_to=(),
        references=(),
        sender=Address(""),
        reply_to=(),
        to=(),
        cc=(),
        envelope_sender=None,
        subject="",
        headers={},
        text="",
        html="",
        content_type="text/plain",
        attachments=(),
    )
    defects: list[str] = []
    message = attempt(
        lambda: _read(blank, raw, received_at, defects), blank, defects, NOT_WHOLE + "all of it"
    )
    return replace(message, defects=tuple(dict.fromkeys(defects))[:MAX_DEFECTS])


def is_whole(message: Message) -> bool:
    """Return whether everything in the mail was read; else a person must open it."""
    return not any(defect.startswith(NOT_WHOLE) for defect in message.defects)


def _read(blank: Message, raw: bytes, received_at: datetime | None, defects: list[str]) -> Message:
    tree = read_tree(raw, defects)
    headers = _read_headers(tree)
    if len(tree) >= MAX_HEADERS:
        defects.append(f"{NOT_WHOLE}more than {MAX_HEADERS} headers")
    contents = Contents(tree, defects)
    addresses = _read_addresses(tree, defects)
    sent_at = _find_date(headers.get("date"))
    return replace(
        blank,
        received_at=blank.received_at if received_at else _received_at(headers, sent_at, defects),
        sent_at=sent_at,
        message_id=next(iter(_find_ids(headers.get("message-id"))), ""),
        in_reply_to=_find_ids(headers.get("in-reply-to")),
        references=_find_ids(headers.get("references"))[-MAX_REFERENCES:],
        sender=_sender(addresses["from"], headers.get("from")),
        reply_to=addresses["reply-to"],
        to=addresses["to"],
        cc=addresses["cc"],
        envelope_sender=_envelope_sender(headers.get("return-path")),
        subject=headers.get("subject", ("",))[0],
        headers=headers,
        text="\n".join(filter(None, (_text(body, defects) for body in contents.bodies))),
        html="\n".join(body.html for body in contents.bodies if body.html),
        content_type=tree.declared_type(),
        attachments=tuple(contents.files),
    )


def _text(body: Body, defects: list[str]) -> str:
    if body.plain.strip() or not body.html:
        return body.plain
    return attempt(lambda: html_to_text(body.html), body.html, defects, "html")


def _read_headers(tree: Node) -> Values:
    headers: dict[str, list[str]] = {}
    for name, value in tree.items():
        headers.setdefault(name.lower(), []).append(decode_words(value))
    return {name: tuple(values) for name, values in headers.items()}


def _read_addresses(tree: Node, defects: list[str]) -> dict[str, tuple[Address, ...]]:
    """Return the usable addresses of each address header, in order.

    mail-parser sees only the headers it is to read: it decodes each header it sees twice.
    """
    head = StdMessage()
    for name in _ADDRESS_HEADERS:
        if values := tree.get_all(name):
            head[name] = ", ".join(values)[:MAX_HEADER_CHARS]
    try:
        parser = MailParser(head)
    except Exception as error:
        defects.append(f"mail-parser: {type(error).__name__}")
        return {name: _fallback_addresses(head.get(name, ""), defects) for name in _ADDRESS_HEADERS}
    for found in parser.address_header_defects:
        defects.append(f"header {found['header']}: {found['reason']}")
    return {
        name: _addresses(getattr(parser, name.replace("-", "_") + "_")) for name in _ADDRESS_HEADERS
    }


def _fallback_addresses(value: str, defects: list[str]) -> tuple[Address, ...]:
    return attempt(lambda: _addresses(getaddresses([value])), (), defects, "addresses")


def _addresses(pairs: Iterable[tuple[str, str]]) -> tuple[Address, ...]:
    """Return (name, address) pairs as addresses; one that cannot be written to keeps its name."""
    return tuple(
        Address(email.lower() if _ADDRESS.fullmatch(email) else "", decode_words(name))
        for name, email in pairs
        if name or email
    )


def _sender(usable: tuple[Address, ...], written: tuple[str, ...] | None) -> Address:
    """Return the first address of From that can be written to, else From as it was written."""
    unusable = Address("", written[0] if written else "")
    return next((address for address in usable if address.email), unusable)


def _envelope_sender(values: tuple[str, ...] | None) -> str | None:
    if not values:
        return None
    angled = _ANGLED.search(values[0])
    return (angled[1] if angled else values[0]).strip("<> ").lower()


def _find_ids(values: tuple[str, ...] | None) -> tuple[str, ...]:
    """Return message ids in angle brackets; comment text around them is dropped (RFC 5322, 4.5.4).

    Outlook folds long ids in the middle, so blanks inside brackets belong to no id.
    """
    text = " ".join(values or ())
    ids = ["".join(found.split()) for found in _ANGLED.findall(text)]
    if not ids and "@" in text and len(text.split()) == 1:
        ids = [text.strip("<>")]
    return tuple(dict.fromkeys(f"<{one}>" for one in ids if 0 < len(one) <= MAX_ID_CHARS))


def _received_at(headers: Values, sent_at: datetime | None, defects: list[str]) -> datetime:
    topmost = headers.get("received", ("",))[0].rpartition(";")[2]
    found = _find_date(headers.get("delivery-date")) or _find_date((topmost,)) or sent_at
    if found is None:
        defects.append("no date")
    return found or EPOCH


def _find_date(values: tuple[str, ...] | None) -> datetime | None:
    """Return the first value as a time, or None; a date without a zone counts as UTC."""
    value = values[0] if values else ""
    for read in (lambda: parse_mail_date(value).value, lambda: parsedate_to_datetime(value)):
        if value and (found := attempt(read, None, [], "date")):
            return _utc(found)
    return None


def _utc(moment: datetime) -> datetime:
    """Return the moment in UTC; one so near the end of time that it has no UTC is the epoch."""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    return attempt(lambda: moment.astimezone(UTC), EPOCH, [], "date")
