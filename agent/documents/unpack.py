"""Finds the files worth reading in a mail: its attachments, and those of a mail attached to it.

Opens nothing else; what a file is, is told by its content.
"""

import email
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message as RawMail

from agent.documents.formats import tell_format
from agent.model.message import Message, Part

# A referral comes with one to five files; the longest return seen in practice has about twenty.
MAX_FILES = 40
# Exchange refuses mails over 35 MB (about 26 MB of files) unless an office raises that.
MAX_FILE_BYTES = 30 * 1024 * 1024
# Logos and icons in signatures are smaller; a photographed page is many times larger.
MIN_IMAGE_BYTES = 20 * 1024
# Mails in mails deeper than MIME ever needs are an attack on the parser; its depth is bounded too.
_MAX_DEPTH = 20

_SIGNATURES = ("application/pkcs7-signature", "application/x-pkcs7-signature")
_NOT_FILES = frozenset({*_SIGNATURES, "application/pgp-signature", "message/delivery-status"})


@dataclass(frozen=True, slots=True)
class LeftOut(Part):
    """Files that are not opened; `problem` is the code of `PROBLEMS` that says why."""

    problem: str = "too_many_files"


def unpack(message: Message) -> tuple[Part, ...]:
    """Return the files of a mail, in order, at most `MAX_FILES`.

    A further one stands for all beyond that as `LeftOut`; so does each larger than
    `MAX_FILE_BYTES`. Logos and signatures are no files. Never raises.
    """
    found = [part for part in _files(message) if not _is_furniture(part)]
    files = tuple(_limited(part) for part in found[:MAX_FILES])
    beyond = len(found) - MAX_FILES
    if beyond <= 0:
        return files
    name = found[MAX_FILES].filename
    return (*files, LeftOut(name if beyond == 1 else f"{name} and {beyond - 1} more", "", b""))


def _files(message: Message) -> Iterator[Part]:
    for part in message.attachments:
        if is_mail(part):
            yield from _files_inside(part)
        else:
            yield part


def is_mail(part: Part) -> bool:
    """Return whether an attached file is a mail: by its content, or it says so and is text."""
    kind = tell_format(part.content)
    is_called_mail = part.content_type == "message/rfc822" or part.filename.lower().endswith(".eml")
    return kind == "eml" or (is_called_mail and kind in {"text", "html", "unknown"})


def _files_inside(mail: Part) -> Iterator[Part]:
    """Yield the files of an attached mail; where it has none, it is itself the file."""
    found = list(_leaves(email.message_from_bytes(mail.content), _MAX_DEPTH))
    if found:
        yield from found
    else:
        yield mail


def _leaves(part: RawMail, depth: int) -> Iterator[Part]:
    name = _filename(part)
    kind = part.get_content_type()
    payload = part.get_payload()
    if kind == "message/rfc822" and isinstance(payload, list) and depth < _MAX_DEPTH:
        # One level only: a mail inside the attached mail is handed on as it is.
        inner = b"".join(bytes(one) for one in payload if isinstance(one, RawMail))
        yield Part(name or "message.eml", kind, inner)
    elif isinstance(payload, list):
        for one in payload:
            if isinstance(one, RawMail) and depth:
                yield from _leaves(one, depth - 1)
    elif name or part.get_content_maintype() in {"application", "image"}:
        content = part.get_payload(decode=True)
        yield Part(name or "attachment", kind, content if isinstance(content, bytes) else b"")


def _filename(part: RawMail) -> str:
    try:
        return part.get_filename() or ""
    except (ValueError, LookupError, TypeError):
        return ""


def _limited(part: Part) -> Part:
    if len(part.content) <= MAX_FILE_BYTES:
        return part
    return LeftOut(part.filename, part.content_type, b"", "too_large")


def _is_furniture(part: Part) -> bool:
    """Return whether a file only decorates or signs the mail."""
    kind = tell_format(part.content)
    if kind == "image":
        return len(part.content) < MIN_IMAGE_BYTES
    return part.content_type in _NOT_FILES and kind in {"text", "unknown", "eml"}
