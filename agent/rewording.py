"""A person changes the words of a mail that waits: the text and its HTML are made anew, headers and
files stay. What was approved of the old bytes counts no more."""

import email
import re
from datetime import datetime
from email.message import Message as MimeMessage

from markupsafe import Markup

from agent.errors import LetterRefused, RefusedAct
from agent.letters import MAIL_POLICY, UTF8
from agent.line import Line
from agent.model.decision import LogLine
from agent.proofread import has_foreign_name
from agent.recipients import is_ours_to_write
from agent.store import actionlog, approvals, cases
from agent.store.casefiles import find_children, get_bytes
from agent.store.outbox import Listed, State

_MAX_CHARS = 20_000
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{%|%\}")


def text_of(raw: bytes) -> str:
    """Return the words of a mail of ours, as its plain part has them."""
    part = _part(email.message_from_bytes(raw, policy=MAIL_POLICY), "text/plain")
    return _decoded(part).replace("\r\n", "\n")


def reword(line: Line, mail: Listed, text: str, by: str, now: datetime) -> None:
    """Put other words into a mail that waits for a person.

    Raises:
        RefusedAct: the mail does not wait, or the words are the same, none, or too many.
        LetterRefused: a placeholder is left in them, or a child's name that must not go there.
    """
    text = "\n".join(one.rstrip() for one in text.replace("\r\n", "\n").strip().splitlines())
    if mail.state != State.HELD:
        raise RefusedAct(f"The mail {mail.id} is {mail.state}: only a held one can be changed.")
    if not text or len(text) > _MAX_CHARS:
        raise RefusedAct(f"Write something, and under {_MAX_CHARS} characters.")
    with line.database.read() as session:
        raw = get_bytes(session, mail.id)
    if text == text_of(raw).strip():
        raise RefusedAct("These are the words it has already.")
    _check(line, mail, text)
    fresh = _with_text(line, mail, raw, text)
    with line.database.write() as session:
        digest = approvals.replace_bytes(session, mail.id, mail.digest, fresh)
        detail = {"key": mail.key, "template": mail.template, "was": mail.digest, "bytes": digest}
        actionlog.note(
            session,
            mail.partnership,
            LogLine("mail reworded", f"{by} changed its words.", detail=detail),
            by,
            now,
            case=cases.find_ref(session, mail.case_id),
            outbox_key=mail.key,
        )


def _check(line: Line, mail: Listed, text: str) -> None:
    """Raise LetterRefused where the words hold what a letter of ours never does."""
    if _PLACEHOLDER.search(text):
        raise LetterRefused("A placeholder of a template stands in the text.")
    with line.database.read() as session:
        ref = cases.find_ref(session, mail.case_id) or ""
        names = find_children(session, line.office.profile.slug, ref)
        case = cases.get_case(session, ref) if ref else None
    own = [one.name for one in case.children if one.name] if case else []
    if has_foreign_name(text, own, names):
        raise LetterRefused("The name of a child of another case stands in the text.")
    if not is_ours_to_write(mail.to_address, line.office) and has_foreign_name(text, (), own):
        raise LetterRefused(
            "The child's name stands in the text, but the register does not know the recipient."
        )


def _with_text(line: Line, mail: Listed, raw: bytes, text: str) -> bytes:
    message = email.message_from_bytes(raw, policy=MAIL_POLICY)
    _set(_part(message, "text/plain"), f"{text}\n")
    paragraphs = Markup("\n").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(one.splitlines()))
        for one in re.split(r"\n\s*\n", text)
    )
    slug = line.office.profile.slug
    frame = {"subject": mail.subject, "body": paragraphs}
    html = line.templates.fill(slug, "mail/frame.html", frame)
    _set(_part(message, "text/html"), html)
    return message.as_bytes(policy=MAIL_POLICY)


def _part(message: MimeMessage, content_type: str) -> MimeMessage:
    for part in message.walk():
        if part.get_content_type() == content_type and part.get_filename() is None:
            return part
    raise LetterRefused(f"The mail has no part of the type {content_type}.")


def _decoded(part: MimeMessage) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _set(part: MimeMessage, text: str) -> None:
    del part["Content-Transfer-Encoding"]
    del part["Content-Type"]
    del part["MIME-Version"]
    part["Content-Type"] = "text/plain"
    part.set_payload(text, UTF8)
