"""Tells what a file is by its content alone: its name and declared type are the sender's claims."""

import io
import re
import zipfile

_STARTS = (
    (b"{\\rtf", "rtf"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF87a", "image"),
    (b"GIF89a", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
)
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"mif1", b"msf1", b"avif"})

# What an OLE container is stands in the names of its streams, which are UTF-16. The first that is
# found decides: a protected Word file also holds ordinary streams, and a mail may hold documents.
_OLE_STREAMS = (
    ("EncryptedPackage", "encrypted"),
    ("__properties_version1.0", "msg"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("PowerPoint Document", "ppt"),
)
_ZIP_FOLDERS = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"))
_ODF = b"mimetypeapplication/vnd.oasis.opendocument."
_ODF_KINDS = ((b"text", "odt"), (b"spreadsheet", "ods"))

_CARDS = ((b"BEGIN:VCALENDAR", "calendar"), (b"BEGIN:VCARD", "card"))
_HTML = re.compile(rb"<(!doctype html|html|head|body|table|div|p)\b", re.IGNORECASE)
_MAIL_HEADER = re.compile(
    rb"^(received|from|to|date|subject|message-id|return-path|mime-version):", re.I | re.M
)
_HEAD_BYTES = 4096


def tell_format(content: bytes) -> str:
    """Return `docx`, `doc`, `encrypted`, `pdf`, `odt`, `rtf`, `xlsx`, `image`, `zip`, `html`,
    `eml`, `text` and the like, or `unknown`. Never raises."""
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


def _ole_format(content: bytes) -> str:
    for stream, name in _OLE_STREAMS:
        if stream.encode("utf-16-le") in content:
            return name
    return "ole"


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
        return "unknown"
    if _HTML.search(head[:1024]):
        return "html"
    for start, name in _CARDS:
        if head.lstrip().upper().startswith(start):
            return name
    headers = {name.lower() for name in _MAIL_HEADER.findall(head)}
    if len(headers) >= 3 and _MAIL_HEADER.match(head):
        return "eml"
    return "text" if head.strip() else "unknown"
