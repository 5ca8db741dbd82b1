"""Tells what a file is by its content alone: its name and declared type are the sender's claims."""

import io
import re
import zipfile

from agent.documents.ole import Ole
from agent.documents.package import Unreadable

_STARTS = (
    (b"{\\rtf", "rtf"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF87a", "image"),
    (b"GIF89a", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"\x78\x9f\x3e\x22", "tnef"),
    (b"\x76\xe8\x04\x60\xc4\x11\xe3\x86", "rpmsg"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"\x1f\x8b\x08", "gz"),
    (b"\x4c\x00\x00\x00\x01\x14\x02\x00", "lnk"),
)
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"mif1", b"msf1", b"avif"})

# The streams that tell what an OLE container is. The first that is found decides: a protected Word
# file also holds ordinary streams.
_OLE_STREAMS = (
    ("\x09DRMContent", "rights_managed"),
    ("EncryptedPackage", "encrypted"),
    ("__properties_version1.0", "msg"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("PowerPoint Document", "ppt"),
)
# How a protected file is sealed: for certain people by a server, or by a password.
_TRANSFORMS = ("\x06DataSpaces", "TransformInfo")
_RIGHTS_MANAGED = "DRMEncrypted"
_ZIP_FOLDERS = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"))
_ODF = b"mimetypeapplication/vnd.oasis.opendocument."
_ODF_KINDS = ((b"text", "odt"), (b"spreadsheet", "ods"))

_CARDS = ((b"BEGIN:VCALENDAR", "calendar"), (b"BEGIN:VCARD", "card"))
_HTML = re.compile(rb"<(!doctype html|html|head|body|table|div|p)\b", re.IGNORECASE)
_MAIL_HEADER = re.compile(
    rb"^(received|from|to|date|subject|message-id|return-path|mime-version):", re.I | re.M
)
_HEAD_BYTES = 4096
# Entries in the list of a zip archive and of those in it; each costs half a kilobyte to list.
MAX_DIRECTORY = 20_000


def tell_format(content: bytes) -> str:
    """Return `docx`, `doc`, `encrypted`, `pdf`, `odt`, `rtf`, `xlsx`, `image`, `zip`, `msg`,
    `tnef`, `html`, `eml`, `text` and the like, or `unknown`. Never raises.

    `encrypted` opens with a password, `rights_managed` and `rpmsg` only for the people named.
    """
    head = content[:_HEAD_BYTES]
    for start, name in _STARTS:
        if head.startswith(start):
            return name
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_format(content)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole_format(content)
    # Readers accept a PDF whose header comes after other bytes, and mail gateways add some.
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if _is_other_image(head):
        return "image"
    return _text_format(head)


def _zip_format(content: bytes) -> str:
    if content[30 : 30 + len(_ODF)] == _ODF:
        rest = content[30 + len(_ODF) :]
        return next((name for kind, name in _ODF_KINDS if rest.startswith(kind)), "zip")
    if has_long_directory(content):
        return "zip"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        # A cut-off file has lost its directory, but each entry still stands before its data.
        names = [folder for folder, _ in _ZIP_FOLDERS if folder.encode() in content]
    for folder, name in _ZIP_FOLDERS:
        if any(entry.startswith(folder) for entry in names):
            return name
    return "zip"


def has_long_directory(content: bytes) -> bool:
    """Return whether a zip archive lists more entries than it is safe to list."""
    return content.count(b"PK\x01\x02") > MAX_DIRECTORY


def _ole_format(content: bytes) -> str:
    try:
        ole = Ole(content)
    except Unreadable:
        # The names stand in a damaged file too, as UTF-16.
        names = {name for name, _ in _OLE_STREAMS if name.encode("utf-16-le") in content}
        is_managed = _RIGHTS_MANAGED.encode("utf-16-le") in content
    else:
        # By the container's own list: a mail holds whole documents, and their names.
        names = set(ole.names())
        is_managed = any(one.startswith(_RIGHTS_MANAGED) for one in ole.names(_TRANSFORMS))
    if is_managed:
        return "rights_managed"
    return next((format_ for name, format_ in _OLE_STREAMS if name in names), "ole")


def _is_other_image(head: bytes) -> bool:
    if head[4:8] == b"ftyp":
        return head[8:12] in _HEIF_BRANDS
    if head.startswith(b"RIFF"):
        return head[8:12] == b"WEBP"
    return head.startswith(b"BM") and head[6:10] == b"\0\0\0\0"


def _text_format(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text"
    # Control characters other than white space are not found in text of any one-byte charset.
    if any(byte < 9 or 13 < byte < 27 for byte in head):
        return "exe" if head.startswith(b"MZ") else "unknown"
    if _HTML.search(head[:1024]):
        return "html"
    for start, name in _CARDS:
        if head.lstrip().upper().startswith(start):
            return name
    headers = {name.lower() for name in _MAIL_HEADER.findall(head)}
    if len(headers) >= 3 and _MAIL_HEADER.match(head):
        return "eml"
    return "text" if head.strip() else "unknown"
