"""Raw bytes -> the header block, the bodies and the files of a mail, however broken it is.

The parts are read from the standard library's tolerant parser and not from mail-parser, because
mail-parser mixes the text of attached mails into the body, does not say which text is another's
alternative, and hands files over as text under invented names. Nothing here judges a mail.
"""

import binascii
import itertools
import mimetypes
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message as StdMessage
from email.parser import BytesHeaderParser
from email.policy import Compat32
from typing import cast

from agent.mailtext import attempt, clean, decode_bytes, decode_words, tame_words
from agent.model.message import Part

# How a defect begins that means: something in this mail was left out.
NOT_WHOLE = "not read whole: "

# Ordinary mail has 20 to 150 headers; each costs time, and screening looks at all of them.
MAX_HEADERS = 1_000
# A mail to a thousand people has a To of some 60,000 characters.
MAX_HEADER_CHARS = 65_536
# The standard library reads the parameters of Content-* headers in quadratic time.
MAX_PARAMETER_CHARS = 4_096
# People attach dozens of photographs, never hundreds; each part costs memory, and is opened.
MAX_PARTS = 500
# Clients nest four deep. Deeper parts are not looked for.
MAX_DEPTH = 30
# The parser compares every line with the boundary of every open part: lines times boundaries is
# its work, about 0.1 microseconds each. A mail of 50 MB with ten forwarded ones stays below.
MAX_LINES_BY_PARTS = 30_000_000
# A long thread has some 200,000 characters; what is cut off can still be read in the mail itself.
MAX_TEXT_CHARS = 1_000_000
MAX_NAME_CHARS = 150

_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:|[ \t]+\S")
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_MIME_FIELD = re.compile(rb"(?im)^(content-type|mime-version)[ \t]*:")
_SUFFIXES = {
    "message/rfc822": ".eml",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "text/rfc822-headers": ".txt",
    "image/jpeg": ".jpg",
    "text/plain": ".txt",
}


@dataclass(frozen=True, slots=True)
class Body:
    """One text a person reads, as plain text, as HTML, or the same text as both."""

    plain: str
    html: str


class _Policy(Compat32):
    """Reads headers as one clean line of Unicode, so that nothing later meets raw bytes."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, _, value = "".join(sourcelines).partition(":")
        limit = MAX_PARAMETER_CHARS if name[:8].lower() == "content-" else MAX_HEADER_CHARS
        value = value[:limit]
        if not value.isascii():
            value = decode_bytes(value.encode("ascii", "surrogateescape"), "utf-8")
        return clean(name.strip()), tame_words(" ".join(clean(value).split("\n")).strip())


class Node(StdMessage):
    """A part of the mail. An attached mail is kept whole, as bytes, and never looked into."""

    def set_raw(self, name: str, value: str) -> None:
        """Take a header from the parser, as long as there are not too many."""
        if len(self) < MAX_HEADERS:
            super().set_raw(name, value)

    def get_content_type(self) -> str:
        """Return the type, with every message/* as bytes: so the parser does not open it."""
        declared = self.declared_type()
        return "application/octet-stream" if declared.startswith("message/") else declared

    def get_param(self, param, failobj=None, header="content-type", unquote=True):  # type: ignore[no-untyped-def]
        """Return a parameter, but never the character set: the library would decode with it."""
        return failobj if param == "charset" else super().get_param(param, failobj, header, unquote)

    def declared_type(self) -> str:
        """Return the content type in lower case as the sender declared it."""
        return clean(super().get_content_type())[:MAX_NAME_CHARS]

    def declared_charset(self) -> str:
        """Return the character set's name as the sender declared it, or ""."""
        name = super().get_param("charset", "")
        return name[2] if isinstance(name, tuple) else str(name)


class _TooManyParts(Exception):
    """The parser was stopped: the mail has more parts than anybody attaches."""


def read_tree(raw: bytes, defects: list[str]) -> Node:
    """Return the mail as a tree; of one with parts beyond reason, the headers and the raw text."""
    raw = _mend_header_block(raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n"), defects)
    nodes = itertools.count()

    def new_node(policy: Compat32 | None = None) -> Node:
        if next(nodes) > MAX_PARTS:
            raise _TooManyParts
        return Node(policy=policy or _Policy())

    boundaries = raw.lower().count(b"boundary")
    if raw.count(b"\n") * (1 + boundaries) <= MAX_LINES_BY_PARTS:
        try:
            return cast(Node, message_from_bytes(raw, new_node, policy=_Policy()))
        except (_TooManyParts, RecursionError):
            pass
    defects.append(f"{NOT_WHOLE}too many parts, only the headers and the raw text were read")
    return cast(Node, BytesHeaderParser(Node, policy=_Policy()).parsebytes(raw))


def _mend_header_block(raw: bytes, defects: list[str]) -> bytes:
    """Close a gap in the header block: with a blank line in it, the form would be lost as text."""
    for _ in range(3):
        gap = _BLANK_LINE.search(raw)
        if gap is None or _MIME_FIELD.search(raw, 0, gap.start()):
            break
        end = _BLANK_LINE.search(raw, gap.end())
        block = raw[gap.end() : end.start() if end else len(raw)][:MAX_HEADER_CHARS]
        if not _MIME_FIELD.search(block) or not all(map(_FIELD.match, block.splitlines())):
            break
        defects.append("blank line inside the headers")
        raw = raw[: gap.start()] + b"\r\n" + raw[gap.end() :]
    return raw


class Contents:
    """The bodies and the files of a mail, each in the order of the mail."""

    def __init__(self, tree: Node, defects: list[str]) -> None:
        self.files: list[Part] = []
        self.defects = defects
        self.bodies = list(self._read(tree, 0, is_file=False))

    def _read(self, node: Node, depth: int, is_file: bool) -> Iterator[Body]:
        self.defects += [type(defect).__name__ for defect in node.defects]
        is_file = is_file or node.get_content_disposition() == "attachment"
        if not node.is_multipart():
            yield from self._read_leaf(node, is_file, is_whole_mail=depth == 0)
            return
        if depth >= MAX_DEPTH:
            self.defects.append(f"{NOT_WHOLE}nested too deeply, inner parts were left out")
            return
        children = [
            body
            for child in node.get_payload()
            if isinstance(child, Node)
            for body in self._read(child, depth + 1, is_file)
        ]
        if node.declared_type() == "multipart/alternative":
            plain = "\n".join(body.plain for body in children if body.plain.strip())
            yield Body(plain, "\n".join(body.html for body in children if body.html))
        else:
            yield from children

    def _read_leaf(self, node: Node, is_file: bool, is_whole_mail: bool) -> Iterator[Body]:
        kind = node.declared_type()
        name = attempt(lambda: decode_words(node.get_filename() or ""), "", self.defects, "name")
        # A multipart without parts is one whose boundary never came: its text is all there is.
        is_text = kind in ("text/plain", "text/html") or kind.startswith("multipart/")
        if is_file or not is_text or (name and not is_whole_mail):
            name = _file_name(name) or f"attachment-{len(self.files) + 1}{_suffix(kind)}"
            self.files.append(Part(name, kind, self._content(node)))
            return
        text = decode_bytes(self._content(node), node.declared_charset())
        if len(text) > MAX_TEXT_CHARS:
            self.defects.append(f"{NOT_WHOLE}text longer than {MAX_TEXT_CHARS} characters")
            text = text[:MAX_TEXT_CHARS]
        yield Body("", text) if kind == "text/html" else Body(text, "")

    def _content(self, node: Node) -> bytes:
        payload = node.get_payload()
        encoding = str(node.get("content-transfer-encoding", "")).lower()
        if encoding == "base64" and isinstance(payload, str):
            # The library's own way makes four copies of a large file, but it is the tolerant one.
            try:
                return binascii.a2b_base64(payload)
            except ValueError:
                self.defects.append("base64: not well formed")
        content: object = attempt(lambda: node.get_payload(decode=True), None, self.defects, "part")
        return content if isinstance(content, bytes) else b""


def _file_name(name: str) -> str:
    """Return the sender's name for a file without folders, control or direction characters."""
    name = name.replace("\\", "/").rpartition("/")[2]
    name = "".join(char for char in name if unicodedata.category(char) not in ("Cc", "Cf", "Cs"))
    name = name.strip(" .") if name.strip(" .") else ""
    stem, dot, suffix = name.rpartition(".")
    if len(name) > MAX_NAME_CHARS and dot and len(suffix) <= 10:
        return f"{stem[: MAX_NAME_CHARS - len(suffix) - 1]}.{suffix}"
    return name[:MAX_NAME_CHARS]


def _suffix(kind: str) -> str:
    return _SUFFIXES.get(kind) or mimetypes.guess_extension(kind) or ".bin"
