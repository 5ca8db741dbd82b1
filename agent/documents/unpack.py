"""Finds the files worth reading in a mail: its attachments, and those inside mails and archives.

What a file is, is told by its content. Opens containers, never a document.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from agent.documents.archive import open_zip
from agent.documents.formats import tell_format
from agent.documents.mailbody import BODY_NAME
from agent.documents.outlook import open_msg
from agent.documents.package import Unreadable
from agent.documents.parts import MAX_FILE_BYTES, MAX_FILES, LeftOut, left_out, name_of_several
from agent.documents.repeated import says_more
from agent.documents.tnef import open_tnef
from agent.model.message import Message, Part
from agent.parse import is_whole, parse

__all__ = ["MAX_FILES", "MAX_FILE_BYTES", "LeftOut", "open_container", "unpack"]

# A zip in a saved mail in a forwarded mail is three deep.
MAX_DEPTH = 4
# What all containers of one mail may unpack to: three times the largest mail's worth of files.
MAX_TOTAL_BYTES = 100 * 1024 * 1024
# Logos and icons in signatures are smaller; a photographed page is many times larger.
MIN_IMAGE_BYTES = 20 * 1024

_SIGNATURES = ("application/pkcs7-signature", "application/x-pkcs7-signature")
_NOT_FILES = frozenset({*_SIGNATURES, "application/pgp-signature", "message/delivery-status"})
_OPENERS: dict[str, Callable[[bytes], tuple[Part, ...]]] = {
    "zip": open_zip,
    "msg": open_msg,
    "tnef": open_tnef,
}


def unpack(
    message: Message, opener: Callable[[Part], tuple[Part, ...]] | None = None
) -> tuple[Part, ...]:
    """Return the files of a mail, in order, those in containers in the containers' places.

    At most `MAX_FILES`, and one `LeftOut` that stands for all beyond; so does one stand for each
    file larger than `MAX_FILE_BYTES` and each container that cannot be opened. Logos and
    signatures are no files. `opener` opens a container in a process of its own. Never raises.
    """
    found: list[Part] = []
    opening = _Opening()
    for part in message.attachments:
        if _is_furniture(part):
            continue
        # Beyond the limit nothing is opened any more, only counted.
        if len(found) >= MAX_FILES:
            found.append(part)
        elif opener is not None and _is_container(part):
            found += (one for one in opener(part) if not _repeats_text(one, part, message))
        else:
            inside = opening.leaves(part, 0)
            found += (one for one in inside if not _repeats_text(one, part, message))
    beyond = len(found) - MAX_FILES
    if beyond <= 0:
        return tuple(found)
    name = name_of_several(found[MAX_FILES].filename, beyond)
    return (*found[:MAX_FILES], LeftOut(name, "", b""))


def open_container(part: Part) -> tuple[Part, ...]:
    """Return the files in a mail, an archive or a mail saved by Outlook, however they are nested.

    What is no container comes back as it is, what cannot be opened as a `LeftOut`. Never raises.
    """
    return tuple(_Opening().leaves(part, 0))


@dataclass(slots=True)
class _Opening:
    """The opening of one mail's containers; `left_bytes` is what may still be unpacked."""

    left_bytes: int = MAX_TOTAL_BYTES

    def leaves(self, part: Part, depth: int) -> Iterator[Part]:
        """Yield the files in a part that are no containers."""
        if isinstance(part, LeftOut):
            yield part
            return
        format_ = tell_format(part.content)
        is_mail = _is_mail(part, format_)
        if not is_mail and len(part.content) > MAX_FILE_BYTES:
            yield left_out(part, "too_large")
        elif not is_mail and format_ not in _OPENERS:
            yield part
        elif depth == MAX_DEPTH:
            yield left_out(part, "too_complex")
        elif is_mail:
            yield from self._mail(part, depth)
        else:
            yield from self._container(part, format_, depth)

    def _mail(self, part: Part, depth: int) -> Iterator[Part]:
        """Yield the files of an attached mail; where it has none, its text is the file."""
        mail = parse(part.content)
        files = [one for one in mail.attachments if not _is_furniture(one)]
        yield from self._inside(part, files, depth)
        if not is_whole(mail):
            yield left_out(part, "too_complex")
        elif not files:
            yield _text_of(part, mail)

    def _container(self, part: Part, format_: str, depth: int) -> Iterator[Part]:
        try:
            files = _OPENERS[format_](part.content)
        except Unreadable as unreadable:
            yield left_out(part, unreadable.code)
            return
        # A small picture is a logo in a mail; in an archive somebody chose it.
        if format_ != "zip":
            files = tuple(one for one in files if not _is_furniture(one))
        yield from self._inside(part, files, depth)
        if not files:
            yield left_out(part, "empty")

    def _inside(self, part: Part, files: Sequence[Part], depth: int) -> Iterator[Part]:
        self.left_bytes -= sum(len(one.content) for one in files)
        if self.left_bytes < 0:
            yield left_out(part, "too_complex")
            return
        for one in files:
            yield from self.leaves(one, depth + 1)


def _is_container(part: Part) -> bool:
    format_ = tell_format(part.content)
    return format_ in _OPENERS or _is_mail(part, format_)


def _is_mail(part: Part, format_: str) -> bool:
    """Return whether a file is a mail: by its content, or it says so and is text."""
    is_called_mail = part.content_type == "message/rfc822" or part.filename.lower().endswith(".eml")
    return format_ == "eml" or (is_called_mail and format_ in {"text", "html", "unknown"})


def _text_of(part: Part, mail: Message) -> Part:
    """Return a mail's text as a file of the mail's name, as HTML where that has tables; an empty
    mail as it is."""
    if "<table" in mail.html.lower():
        # The mark at its beginning goes before what the page says of its character set.
        return Part(part.filename, "text/html", f"\ufeff{mail.html}".encode())
    return Part(part.filename, "text/plain", mail.text.encode()) if mail.text.strip() else part


def _repeats_text(one: Part, container: Part, message: Message) -> bool:
    """Return whether a file is the mail's own text again, as winmail.dat brings it along; one that
    says more than the mail itself is a file like others."""
    is_text = one.filename.startswith(BODY_NAME) and bool(message.text.strip())
    is_wrapped = is_text and tell_format(container.content) == "tnef"
    return is_wrapped and not says_more(one, message.text)


def _is_furniture(part: Part) -> bool:
    """Return whether a file only decorates or signs the mail."""
    if isinstance(part, LeftOut):
        return False
    kind = tell_format(part.content)
    if kind == "image":
        return len(part.content) < MIN_IMAGE_BYTES
    return part.content_type in _NOT_FILES and kind in {"text", "unknown", "eml"}
