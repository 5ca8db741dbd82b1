"""Is this mail a wrapper that only a person can open, or a passcode for one? Pure.

Opens, decrypts and follows nothing. What looks empty because it is sealed must never pass for
empty; a person's ordinary mail with "[SECURE]" in its subject is ordinary.
"""

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase

from agent.model.document import Document
from agent.model.message import Message
from agent.model.sender import Wrapper
from agent.screening_rules import ScreeningRules, SecureNotice

# RFC 8551, section 3.2; the x- form is older and still written.
_PKCS7 = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
# What an S/MIME body begins with (RFC 5652: the object identifier of its content).
_CMS = bytes.fromhex("06092a864886f70d0107")
_CMS_SIGNED = _CMS + b"\x02"
_CMS_ENVELOPED = _CMS + b"\x03"
_CMS_AUTH_ENVELOPED = bytes.fromhex("060b2a864886f70d0109100117")
_CMS_HEAD_BYTES = 64
_SMIME_TYPE = re.compile(r"smime-type\s*=\s*\"?\s*([\w-]+)", re.IGNORECASE)
_SMIME_SEALED = frozenset({"enveloped-data", "authenveloped-data", "enveloped"})
# RFC 4880, section 6.2. Quoted armour is not at the beginning of its line.
_ARMOUR = re.compile(r"^-----BEGIN PGP MESSAGE-----\s*$", re.MULTILINE)
_PGP_TYPES = frozenset({"application/pgp-encrypted"})
_PGP_SUFFIXES = (".pgp", ".gpg")
_ARMOUR_HEAD_BYTES = 4_096

# A notice says its business in a few lines; below them stand disclaimers in many languages.
_MAX_NOTICE_CHARS = 20_000
_MAX_PASSCODE_CHARS = 3_000
_CODE = re.compile(r"(?<![\w/@.-])(?:(?=[A-Z]*\d)[A-Z0-9]{4,10}|\d{3}[ -]\d{3})(?![\w/@:-])")
# Years and the area codes of telephones are no codes.
_NO_CODE = re.compile(r"(?:19|20)\d{2}|01\d{3}|0[238]0\d")
_QUOTE = re.compile(
    r"^(?:>|-{2,}\s*original message|_{10,}|on .{5,120} wrote:|from:\s.+\n(?:sent|date):)",
    re.IGNORECASE | re.MULTILINE,
)
_ANSWER = re.compile(r"^\s*(?:\[[^\]]{1,30}\]\s*)*(?:re|aw|sv)\s*:", re.IGNORECASE)
_STRAIGHT = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\u2011": "-", "–": "-"})
# What a portal's notice itself comes as.
_PAGES = frozenset({"html", "text", "body"})
_PAGE = ("text/html", "text/plain", "image/")


def find_secure_wrapper(
    message: Message, documents: Sequence[Document], rules: ScreeningRules
) -> Wrapper | None:
    """Return what the mail is wrapped in, or None where its content lies open.

    Args:
        documents: What could be read of its files. Words alone make no notice of a mail in which
            a file was read.
    """
    if _is_smime_sealed(message):
        return "smime_encrypted"
    if _is_pgp(message):
        return "pgp"
    names = [part.filename.lower() for part in message.attachments]
    names += [document.filename.lower() for document in documents]
    types = {part.content_type for part in message.attachments}
    for notice in rules.secure:
        if types & set(notice.types) or any(_is_called(name, notice) for name in names):
            return notice.wrapper
    if any(document.blocks and document.format not in _PAGES for document in documents):
        return None
    said = _own_words(message)
    return next((notice.wrapper for notice in rules.secure if _says(said, notice)), None)


def is_passcode_mail(message: Message, rules: ScreeningRules) -> bool:
    """Return whether the mail only brings a one-time passcode: noise, and never to be passed on."""
    if message.in_reply_to or len(message.text) > _MAX_PASSCODE_CHARS:
        return False
    if any(not part.content_type.startswith(_PAGE) for part in message.attachments):
        return False
    text = f"{message.subject}\n{message.text}"
    said = _folded(text)
    if not any(word in said for word in rules.passcode_words):
        return False
    if any(word in said for word in rules.passcode_unless):
        return False
    return any(not _NO_CODE.fullmatch(code) for code in _CODE.findall(text))


def _is_smime_sealed(message: Message) -> bool:
    """Return whether S/MIME seals it: the bytes decide, then the type of the whole mail, then the
    file's name. A signature, detached or around the text, seals nothing."""
    whole = message.content_type in _PKCS7
    said = _SMIME_TYPE.search((whole and message.header("Content-Type")) or "")
    for part in message.attachments:
        is_named = part.filename.lower().endswith(".p7m")
        head = part.content[:_CMS_HEAD_BYTES]
        if part.content_type not in _PKCS7 and not is_named:
            continue
        if _CMS_ENVELOPED in head or _CMS_AUTH_ENVELOPED in head:
            return True
        if _CMS_SIGNED not in head and (said[1].lower() in _SMIME_SEALED if said else is_named):
            return True
    return False


def _is_pgp(message: Message) -> bool:
    if message.content_type == "multipart/encrypted" or _ARMOUR.search(message.text):
        return True
    return any(
        part.content_type in _PGP_TYPES
        or part.filename.lower().endswith(_PGP_SUFFIXES)
        or b"-----BEGIN PGP MESSAGE-----" in part.content[:_ARMOUR_HEAD_BYTES]
        for part in message.attachments
    )


def _is_called(name: str, notice: SecureNotice) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in notice.files)


def _says(said: str, notice: SecureNotice) -> bool:
    is_said = any(word in said for word in notice.words)
    return is_said and not any(word in said for word in notice.unless)


def _own_words(message: Message) -> str:
    """Return subject and text; of an answer without the subject and what it quotes.

    A forwarded notice is still a notice: somebody has to open it.
    """
    text = message.text[:_MAX_NOTICE_CHARS]
    if not (message.in_reply_to or _ANSWER.match(message.subject)):
        return _folded(f"{message.subject}\n{text}")
    quote = _QUOTE.search(text)
    return _folded(text[: quote.start()] if quote else text)


def _folded(text: str) -> str:
    return " ".join(text.translate(_STRAIGHT).lower().split())
