"""What a mail server answers to a mail of ours: that it did not arrive, or not yet.

Pure. Reads only; whether a mail is automatic at all is told by `screen`. Another address that a
report suggests is a suggestion, and is not read here.
"""

import re
from dataclasses import dataclass, field
from itertools import chain

from agent.model.message import Message, Part
from agent.model.sender import DeliveryReport
from agent.parse import parse
from agent.screening_rules import ScreeningRules

_MAX_TEXT_CHARS = 50_000
# RFC 3464 and 6533; a report about a mail to many is cut here.
_STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RETURNED_TYPES = frozenset(
    {"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"}
)
_MAX_STATUS_BYTES = 200_000
_MAX_RECIPIENTS = 100
_FIELD = re.compile(r"^([\w-]+)[ \t]*:[ \t]*(.*(?:\n[ \t].*)*)", re.MULTILINE)
_ADDRESS = re.compile(r"[\w.+'=%&/-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
# RFC 3463; in running text only after an SMTP reply code or with a # before it.
_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_STATUS_IN_TEXT = re.compile(r"(?:\b[45]\d\d[ -]#?|#|status:?\s*)([45]\.\d{1,3}\.\d{1,3})\b", re.I)
_MESSAGE_ID = re.compile(
    r"^[^\w\n]{0,20}message-id:\s*(<[^<>\s]{3,990}>)", re.IGNORECASE | re.MULTILINE
)
# Where the returned mail begins: addresses below are those it was sent from and to.
_RETURNED = re.compile(
    r"^[^\w\n]{0,20}(?:original message|returned message|this is a copy of|"
    r"below this line is a copy|the following is a copy|message headers follow|"
    r"original message headers|diagnostic information for administrators|"
    r"received:\s|return-path:\s)",
    re.IGNORECASE | re.MULTILINE,
)
_LISTED = re.compile(
    r"^[ \t>*•-]{0,20}(?:to|recipients?|recipient address|address)?[ \t]{0,9}:?[ \t]{0,9}"
    rf"[<'\"(]{{0,3}}({_ADDRESS.pattern})",
    re.IGNORECASE | re.MULTILINE,
)
_MARKS = ("X-Failed-Recipients", "X-MS-Exchange-Message-Is-Ndr")
_NOBODY = re.compile(r"(?:mailer-daemon|postmaster|no-?reply|mdaemon)@", re.IGNORECASE)


@dataclass(slots=True)
class _Told:
    """What the parts of a report say: recipients with their status, and whether any was reached."""

    failed: dict[str, str] = field(default_factory=dict)
    delayed: dict[str, str] = field(default_factory=dict)
    arrived: bool = False


def read_delivery_report(message: Message, rules: ScreeningRules) -> DeliveryReport | None:
    """Return what a delivery report says, or None where the mail is none.

    None too for a report of success. A recipient given up and one still tried in one report:
    only the first is named. Without a machine-readable part the words decide, and only in a mail
    that a mail system wrote.
    """
    hints = _hints(message, rules)
    statuses = [part for part in message.attachments if part.content_type in _STATUS_TYPES]
    if statuses and (message.content_type == "multipart/report" or hints):
        told = _read_statuses(statuses)
        if told.failed or told.delayed or told.arrived:
            return _report(message, told)
    return _read_words(message, rules, hints) if hints else None


def _read_statuses(statuses: list[Part]) -> _Told:
    told = _Told()
    for part in statuses:
        text = part.content[:_MAX_STATUS_BYTES].decode("utf-8", "replace").replace("\r\n", "\n")
        for block in re.split(r"\n[ \t]*\n", text)[: _MAX_RECIPIENTS + 1]:
            _read_block(told, {name.lower(): value for name, value in _FIELD.findall(block)})
    return told


def _read_block(told: _Told, fields: dict[str, str]) -> None:
    """Take one recipient's block. Whom we wrote to is the original recipient, where it is told."""
    found = _STATUS.search(fields.get("status", ""))
    status = found[0] if found else ""
    # Some servers leave out the action, which the standard demands.
    by_status = {"2": "delivered", "4": "delayed", "5": "failed"}.get(status[:1], "")
    action = fields.get("action", "").strip().lower() or by_status
    named = (fields.get("original-recipient", ""), fields.get("final-recipient", ""))
    address = next(filter(None, map(_address_in, named)), "")
    if action == "failed":
        told.failed.setdefault(address, status)
    elif action == "delayed":
        told.delayed.setdefault(address, status)
    elif action:
        told.arrived = True


def _report(message: Message, told: _Told) -> DeliveryReport | None:
    found = told.failed or told.delayed
    if not found:
        return None
    return DeliveryReport(
        recipients=tuple(filter(None, found)),
        outcome="permanent" if told.failed else "delayed",
        status=next(filter(None, found.values()), ""),
        original_ids=_original_ids(message),
    )


def _address_in(value: str) -> str:
    """Return the address of a recipient field, whose type ("rfc822;") stands before it."""
    found = _ADDRESS.search(value.partition(";")[2] or value)
    return found[0].lower() if found else ""


def _hints(message: Message, rules: ScreeningRules) -> int:
    """Return how much says that a mail system wrote it: headers, null sender, name, subject."""
    if any(message.header(mark) is not None for mark in _MARKS):
        return 2
    subject = message.subject.lower()
    while tag := next(filter(subject.startswith, rules.subject_tags), ""):
        subject = subject.removeprefix(tag).lstrip()
    if subject.startswith(rules.auto_reply_subjects):
        return 0
    sender = message.sender
    is_daemon = sender.email.partition("@")[0] in rules.daemon_senders
    return sum(
        (
            message.envelope_sender == "",
            is_daemon or sender.name.lower() in rules.daemon_names,
            subject.startswith(rules.bounce_subjects),
        )
    )


def _read_words(message: Message, rules: ScreeningRules, hints: int) -> DeliveryReport | None:
    text = message.text[:_MAX_TEXT_CHARS]
    said = " ".join(f"{message.subject}\n{text}".replace("’", "'").lower().split())
    gave_up = any(word in said for word in rules.gave_up_words)
    is_delayed = not gave_up and any(word in said for word in rules.delay_words)
    marked = message.header("X-Failed-Recipients")
    is_told = gave_up or is_delayed or any(word in said for word in rules.bounce_words)
    recipients = _addresses(marked or "") or _find_recipients(message, text)
    # One hint alone may be a postmaster who writes himself, or a person's unlucky subject.
    if not is_told or (hints < 2 and not recipients):
        return None
    status = _STATUS_IN_TEXT.search(text)
    return DeliveryReport(
        recipients=recipients,
        outcome="delayed" if is_delayed else "permanent",
        status=status[1] if status else "",
        original_ids=_original_ids(message),
    )


def _find_recipients(message: Message, text: str) -> tuple[str, ...]:
    """Return the addresses that begin a line of the report, else the first in it.

    Others in its sentences are helpdesks and postmasters.
    """
    returned = _RETURNED.search(text)
    report = text[: returned.start()] if returned else text
    ours = {address.email for address in (*message.to, *message.cc, message.sender)}
    listed = (found[1] for found in _LISTED.finditer(report))
    found = [
        one for one in _addresses(" ".join(listed)) if one not in ours and not _NOBODY.match(one)
    ]
    if found:
        return tuple(found)
    told = (one for one in _addresses(report) if one not in ours and not _NOBODY.match(one))
    return tuple(told)[:1]


def _addresses(text: str) -> tuple[str, ...]:
    found = dict.fromkeys(address.lower() for address in _ADDRESS.findall(text))
    return tuple(found)[:_MAX_RECIPIENTS]


def _original_ids(message: Message) -> tuple[str, ...]:
    """Return the ids of the returned mail, else those the report says it answers."""
    returned = (
        parse(part.content).message_id
        for part in message.attachments
        if part.content_type in _RETURNED_TYPES
    )
    written = _MESSAGE_ID.findall(message.text[:_MAX_TEXT_CHARS])
    answered = (*message.in_reply_to, *reversed(message.references))
    return tuple(dict.fromkeys(filter(None, chain(returned, written, answered))))
