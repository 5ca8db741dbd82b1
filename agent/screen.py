"""Message -> Screening: is this mail a person's or a machine's, and may it be answered by itself?

Pure. Only the envelope, the headers and the subject are asked, never the text. To be automatic
says nothing about worth: a filled form from a machine is still a form (see classify). What is
unsure stays a person's mail, but is not answered.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from agent.model.message import Evidence, Message, Screening
from agent.screening_rules import ScreeningRules

# Our own mark, on every mail that leaves (DESIGN section 6).
OWN_MARKER = "X-Safeguarding-Mailbox-Agent"

MAX_SNIPPET_CHARS = 100

# RFC 2919 and 2369; a gateway adds no List-Id or List-Post to a person's mail.
_LIST_HEADERS = ("List-Id", "List-Post")
# RFC 2369 and 8058; footers and gateways add these to a person's mail too.
_WEAK_LIST_HEADERS = ("List-Unsubscribe", "List-Unsubscribe-Post", "List-Help")
# No standard: written by vacation(1), cPanel, Exim set-ups and help desks.
_AUTO_REPLY_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Mail-Autoreply")
# MS-OXCMAIL 2.1.3.2.20. DR, NDR, RN and NRN only ask for no receipts.
_SUPPRESSES_ANSWERS = frozenset({"all", "oof", "autoreply"})
_PRECEDENCE = {
    "bulk": "list",
    "list": "list",
    "junk": "list",
    "auto_reply": "auto_reply",
    "auto-reply": "auto_reply",
}
_REPORT_TYPE = re.compile(r"report-type\s*=\s*\"?\s*([\w-]+)", re.IGNORECASE)
# RFC 5546: the answer to an invitation, or a proposal of another time.
_CALENDAR_ANSWER = re.compile(rb"^METHOD\s*:\s*(REPLY|COUNTER)\s*$", re.IGNORECASE | re.MULTILINE)
_CALENDAR_HEAD_BYTES = 4_096
_DASHES = re.compile(r"[-._+]")
# Pictures in a signature, wrappers and calendar entries are no documents that somebody sent.
_NO_DOCUMENT = (
    "image/",
    "text/calendar",
    "application/ics",
    "application/ms-tnef",
    "message/delivery-status",
    "message/disposition-notification",
)


@dataclass(frozen=True, slots=True)
class _Sign:
    """One thing seen. `automatic` is what it makes of the mail, if anything."""

    place: str
    snippet: str
    automatic: str | None = None
    forbids_answer: bool = True


@dataclass(frozen=True, slots=True)
class _Asked:
    message: Message
    rules: ScreeningRules
    own: frozenset[str]

    def header(self, name: str) -> str | None:
        return self.message.header(name)


def screen(message: Message, rules: ScreeningRules, own_addresses: Collection[str]) -> Screening:
    """Return what kind of automatic mail it is, if any, and whether it may be answered by itself.

    The first check that calls it automatic decides which word stands; all checks are made, and
    every header that was looked at and is there leaves its evidence.
    """
    asked = _Asked(message, rules, frozenset(address.lower() for address in own_addresses))
    signs = [sign for check in _CHECKS for sign in check(asked)]
    return Screening(
        automatic=next((sign.automatic for sign in signs if sign.automatic), None),
        may_answer=not any(sign.forbids_answer for sign in signs),
        evidence=tuple(
            Evidence(sign.place, sign.snippet[:MAX_SNIPPET_CHARS])
            for sign in sorted(signs, key=lambda sign: sign.automatic is None)
        ),
    )


def _own(asked: _Asked) -> Iterator[_Sign]:
    marker = asked.header(OWN_MARKER)
    if marker is not None:
        yield _Sign(f"header {OWN_MARKER}", marker, "own")
    if asked.message.sender.email in asked.own:
        yield _Sign("header From", asked.message.sender.email, "own")
    for address in asked.message.reply_to:
        if address.email in asked.own:
            yield _Sign("header Reply-To", address.email)


def _bounce(asked: _Asked) -> Iterator[_Sign]:
    """RFC 3464, and the reports of servers that know no standard."""
    message, rules = asked.message, asked.rules
    report = _report_type(message)
    if report == "delivery-status":
        yield _Sign("header Content-Type", f"report-type={report}", "bounce")
    for name in ("X-Failed-Recipients", "X-MS-Exchange-Message-Is-Ndr"):
        value = asked.header(name)
        if value is not None:
            yield _Sign(f"header {name}", value, "bounce")
    null_path = message.envelope_sender == ""
    daemon = _is_daemon(asked)
    subject = _bare_subject(asked).startswith(rules.bounce_subjects)
    carries_status = any(
        part.content_type == "message/delivery-status" for part in message.attachments
    )
    hints = (null_path, daemon, subject, carries_status)
    found = "bounce" if (null_path or daemon) and sum(hints) >= 2 else None
    if null_path:
        yield _Sign("header Return-Path", "<>", found)
    if daemon:
        # A postmaster who writes himself is still not to be answered by a machine.
        yield _Sign("header From", message.sender.email or message.sender.name, found or "no_reply")
    if found and subject:
        yield _Sign("subject", message.subject, found)


def _read_receipt(asked: _Asked) -> Iterator[_Sign]:
    """RFC 8098."""
    report = _report_type(asked.message)
    if report == "disposition-notification":
        yield _Sign("header Content-Type", f"report-type={report}", "read_receipt")


def _calendar_answer(asked: _Asked) -> Iterator[_Sign]:
    for part in asked.message.attachments:
        if part.content_type in ("text/calendar", "application/ics") and not _documents(asked):
            answer = _CALENDAR_ANSWER.search(part.content[:_CALENDAR_HEAD_BYTES])
            if answer:
                yield _Sign(part.filename, answer[0].decode("ascii").strip(), "calendar_reply")


def _auto_reply(asked: _Asked) -> Iterator[_Sign]:
    """RFC 3834 and what answering machines wrote before it."""
    submitted = asked.header("Auto-Submitted")
    if submitted is not None:
        # Parameters and comments may follow the keyword.
        by_person = re.split(r"[\s;(]", submitted.strip().lower())[0] in ("no", "")
        yield _Sign(
            "header Auto-Submitted", submitted, None if by_person else "auto_reply", not by_person
        )
    for name in _AUTO_REPLY_HEADERS:
        value = asked.header(name)
        if value is not None and value.strip().lower() not in ("no", "false", "0"):
            yield _Sign(f"header {name}", value, "auto_reply")
    subject = _bare_subject(asked)
    rules = asked.rules
    if subject in rules.auto_reply_whole_subjects or subject.startswith(rules.auto_reply_subjects):
        # A subject alone never makes a mail with a document automatic: it may be a referral.
        found = None if _documents(asked) else "auto_reply"
        yield _Sign("subject", asked.message.subject, found)


def _suppression(asked: _Asked) -> Iterator[_Sign]:
    """X-Auto-Response-Suppress asks us for no answer; it does not say who wrote the mail."""
    value = asked.header("X-Auto-Response-Suppress")
    if value is not None:
        asks = set(re.split(r"[\s,;]+", value.lower())) & _SUPPRESSES_ANSWERS
        yield _Sign("header X-Auto-Response-Suppress", value, None, bool(asks))


def _list(asked: _Asked) -> Iterator[_Sign]:
    precedence = asked.header("Precedence")
    if precedence is not None:
        found = _PRECEDENCE.get(precedence.strip().lower())
        yield _Sign("header Precedence", precedence, found, found is not None)
    for name in _LIST_HEADERS:
        value = asked.header(name)
        if value is not None:
            yield _Sign(f"header {name}", value, "list")
    for name in _WEAK_LIST_HEADERS:
        value = asked.header(name)
        if value is not None:
            is_persons = bool(_documents(asked) or asked.message.in_reply_to)
            yield _Sign(f"header {name}", value, None if is_persons else "list")


def _no_reply(asked: _Asked) -> Iterator[_Sign]:
    for place, address in (
        ("header From", asked.message.sender),
        *(("header Reply-To", address) for address in asked.message.reply_to),
    ):
        local_part = _DASHES.sub("", address.email.partition("@")[0])
        if any(word in local_part for word in asked.rules.no_reply_words):
            yield _Sign(place, address.email, "no_reply" if place == "header From" else None)


def _nobody(asked: _Asked) -> Iterator[_Sign]:
    sender = asked.message.sender
    if not sender.email:
        yield _Sign("header From", sender.name or "no usable address")


_CHECKS = (
    _own,
    _bounce,
    _read_receipt,
    _calendar_answer,
    _auto_reply,
    _suppression,
    _list,
    _no_reply,
    _nobody,
)


def _report_type(message: Message) -> str | None:
    found = _REPORT_TYPE.search(message.header("Content-Type") or "")
    return found[1].lower() if found and message.content_type == "multipart/report" else None


def _is_daemon(asked: _Asked) -> bool:
    sender = asked.message.sender
    return (
        sender.email.partition("@")[0] in asked.rules.daemon_senders
        or sender.name.lower() in asked.rules.daemon_names
    )


def _bare_subject(asked: _Asked) -> str:
    """Return the subject in small letters without the tags that mail systems put in front."""
    subject = asked.message.subject.lower()
    while tag := next(filter(subject.startswith, asked.rules.subject_tags), ""):
        subject = subject.removeprefix(tag).lstrip()
    return subject


def _documents(asked: _Asked) -> bool:
    """Return whether a file is attached that somebody may have meant to send."""
    return any(not part.content_type.startswith(_NO_DOCUMENT) for part in asked.message.attachments)
