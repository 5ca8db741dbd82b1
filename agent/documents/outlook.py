"""Opens mails saved from Outlook (.msg): their attached files, and their text as a file.

Reads the streams of MS-OXMSG and no others. A mail attached to the mail is opened too.
"""

from collections.abc import Iterator

from agent.documents.mailbody import body_parts
from agent.documents.ole import Ole, OlePath
from agent.documents.package import Unreadable
from agent.documents.parts import LeftOut, bare_name
from agent.mailtext import clean, decode_bytes
from agent.model.message import Part

# People attach a mail to a mail; deeper ones are not looked for.
MAX_MAILS_DEEP = 3

_PROPERTIES = "__properties_version1.0"
_ATTACHED = "__attach_version1.0_"
# Property and type (MS-OXPROPS): binary, a text of two bytes a character or one, a folder.
_STREAM = "__substg1.0_{}{}"
_BINARY, _WIDE, _NARROW, _FOLDER = "0102", "001F", "001E", "000D"
_BODY, _HTML, _RTF = "1000", "1013", "1009"
_DATA, _LONG_NAME, _SHORT_NAME, _DISPLAY_NAME, _TYPE = "3701", "3707", "3704", "3001", "370E"


def open_msg(content: bytes) -> tuple[Part, ...]:
    """Return the attached files in their order, then the mail's own text as "message body".

    An attached mail stands as its own files and text; a file that is only linked to, or an object
    of another program, is a `LeftOut`. Raises `Unreadable` and nothing else.
    """
    ole = Ole(content)
    if (_PROPERTIES,) not in ole:
        raise Unreadable("broken")
    return tuple(_mail(ole, (), 1))


def _mail(ole: Ole, folder: OlePath, depth: int) -> Iterator[Part]:
    for name in ole.names(folder):
        if name.startswith(_ATTACHED):
            yield from _attached(ole, (*folder, name), depth)
    html = _binary(ole, folder, _HTML)
    if not html and (text := _text(ole, folder, _HTML)):
        # The mark at its beginning goes before what the page says of its character set.
        html = f"\ufeff{text}".encode()
    yield from body_parts(html, _text(ole, folder, _BODY), _binary(ole, folder, _RTF))


def _attached(ole: Ole, folder: OlePath, depth: int) -> Iterator[Part]:
    names = (_text(ole, folder, one) for one in (_LONG_NAME, _SHORT_NAME, _DISPLAY_NAME))
    name = bare_name(next(filter(None, names), ""), "attachment")
    kind = _text(ole, folder, _TYPE).lower()
    if _stream(folder, _DATA, _BINARY) in ole:
        yield Part(name, kind, _binary(ole, folder, _DATA))
        return
    inner = _stream(folder, _DATA, _FOLDER)
    if (*inner, _PROPERTIES) not in ole:
        yield LeftOut(name, kind, b"", "not_read_yet")
    elif depth >= MAX_MAILS_DEEP:
        yield LeftOut(name, kind, b"", "too_complex")
    else:
        yield from _mail(ole, inner, depth + 1)


def _stream(folder: OlePath, tag: str, type_: str) -> OlePath:
    return (*folder, _STREAM.format(tag, type_))


def _binary(ole: Ole, folder: OlePath, tag: str) -> bytes:
    return ole.read(_stream(folder, tag, _BINARY))


def _text(ole: Ole, folder: OlePath, tag: str) -> str:
    wide = ole.read(_stream(folder, tag, _WIDE))
    if wide:
        text = clean(wide.decode("utf-16-le", "replace").rstrip("\0"))
    else:
        text = decode_bytes(ole.read(_stream(folder, tag, _NARROW)).rstrip(b"\0"), "")
    return text
