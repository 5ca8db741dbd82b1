"""Words of a mail as Unicode: header words, body bytes, HTML as lines. Text is data here: nothing
is followed, fetched or interpreted, and no input raises or takes more than linear time."""

import codecs
import logging
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeVar, cast

from lxml.html import HTMLParser
from mailparser.utils import decode_header_part

ValueT = TypeVar("ValueT")

# mail-parser logs the headers it cannot decode, and a log must never hold a name or a subject.
logging.getLogger("mailparser").setLevel(logging.CRITICAL + 1)

# Names that mail programs write and Python does not know, or knows too narrowly: Windows programs
# say iso-8859-1 and mean their own code page (WHATWG Encoding Standard, section 4.2).
_CHARSETS = {
    "iso8859-1": "cp1252",
    "ascii": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "utf-8-sig": "utf-8",
    "gb2312": "gb18030",
    "x-gbk": "gb18030",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "euc_kr": "cp949",
    "windows-874": "cp874",
    "x-mac-roman": "mac_roman",
    "iso-8859-8-i": "iso-8859-8",
}
# Python codecs that are no character sets: slow (punycode is quadratic), warning, raising or local.
_NO_CHARSETS = re.compile(r"punycode|idna|unicode.escape|undefined|mbcs|oem")
_WORD = re.compile(r"=\?([^?*]*)(?:\*[^?]*)?\?(?=[bqBQ]\?)")
# A header cut off in the middle of a word has one; this many cost nothing.
MAX_BROKEN_WORDS = 20
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")


def attempt(read: Callable[[], ValueT], otherwise: ValueT, defects: list[str], what: str) -> ValueT:
    """Return `read()`, or `otherwise` with a defect naming `what` and the exception's type.

    The one broad `except` of this stage: libraries raise all sorts of exceptions on hostile mail,
    and a mail that cannot be read in one place must still be read in all others.
    """
    try:
        return read()
    except Exception as error:
        defects.append(f"{what}: {type(error).__name__}")
        return otherwise


def clean(text: str) -> str:
    """Return text that JSON, SQLite and PostgreSQL take: no NUL, no lone surrogate, LF lines."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    # The regular expression is slow on long texts and nearly never finds anything.
    if text.isascii() and text.replace("\n", " ").replace("\t", " ").isprintable():
        return text
    return _CONTROLS.sub("\ufffd", text)


@lru_cache(maxsize=256)
def find_charset(name: str) -> str:
    """Return the codec to decode a declared character set with; `utf-8` for an unknown one."""
    name = name.strip(" \t'\"").lower()
    try:
        # Text encodings only: this very call refuses "hex", "rot13" and their like.
        "".encode(name := _CHARSETS.get(name, name))
        name = codecs.lookup(name).name
    except (LookupError, ValueError):
        return "utf-8"
    return "utf-8" if _NO_CHARSETS.search(name) else _CHARSETS.get(name, name)


def decode_bytes(content: bytes, charset: str) -> str:
    """Return a body's text: by its declared character set, else UTF-8, else Windows-1252."""
    for name in (find_charset(charset), "utf-8"):
        try:
            return clean(content.decode(name).removeprefix("\ufeff"))
        except UnicodeError:
            continue
    return clean(content.decode("cp1252", "replace"))


def tame_words(value: str) -> str:
    """Return a raw header value whose RFC 2047 words no decoder can choke on.

    Decoders look for the end of a word anew at every beginning, which is quadratic where no end
    follows: many beginnings after the last end are made to look like none. Character sets become
    ones that can be decoded with.
    """
    if "=?" not in value:
        return value
    words, end, tail = value.rpartition("?=")
    if tail.count("=?") > MAX_BROKEN_WORDS:
        value = words + end + tail.replace("=?", "= ?")
    return _WORD.sub(lambda word: f"=?{find_charset(word[1])}?", value)


def decode_words(value: str) -> str:
    """Return a tame header value on one line, its words decoded and broken ones kept."""
    if "=?" in value:
        value = decode_header_part(value)
    return " ".join(clean(value).split())


_SKIPPED = frozenset({"script", "style", "head", "title", "template", "noscript", "svg"})
_BLOCK = re.compile(
    r"p|div|tr|table|[uod]l|li|d[td]|h[1-6r]|blockquote|pre|section|article|header|footer|address"
    r"|center|form|fieldset"
)
_CELLS = frozenset({"td", "th"})


def html_to_text(html: str) -> str:
    """Return an HTML page as lines: block elements end a line, cells are separated by a tab."""
    parser = cast(Any, HTMLParser)(target=_Lines(), encoding="utf-8")
    parser.feed(html.encode("utf-8", "replace"))
    text: str = parser.close()
    return text


class _Lines:
    """Collects the lines while the page is parsed: no tree is built, so none can grow too deep.

    `pieces` is the line under way, `filled` says whether it has words since it or its cell began;
    `cells` holds, for each open cell, how many lines stood when it began.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.pieces: list[str] = []
        self.filled = False
        self.cells: list[int] = []
        self.skipped = 0

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        if tag in _SKIPPED:
            self.skipped += 1
        elif tag in _CELLS:
            self.cells.append(len(self.lines))
            self.filled = False
        elif tag == "br" or _BLOCK.fullmatch(tag):
            self._end_line(keep_blank=tag == "br")

    def end(self, tag: str) -> None:
        if tag in _SKIPPED:
            self.skipped = max(0, self.skipped - 1)
        elif tag in _CELLS and self.cells:
            # A paragraph inside the cell has just ended the line that the row goes on with.
            if self.cells.pop() < len(self.lines) and not self.filled:
                self.pieces.append(self.lines.pop())
            self.pieces.append("\t")
            self.filled = True
        elif _BLOCK.fullmatch(tag):
            self._end_line()

    def data(self, text: str) -> None:
        if not self.skipped:
            self.pieces.append(text.replace("\t", " "))
            self.filled = self.filled or not text.isspace()

    def close(self) -> str:
        self._end_line()
        return "\n".join(self.lines).strip("\n")

    def _end_line(self, keep_blank: bool = False) -> None:
        if self.filled:
            cells = "".join(self.pieces).split("\t")
            line = "\t".join(" ".join(cell.split()) for cell in cells).rstrip("\t")
            self.lines += [line] if line.strip() else []
        elif self.cells:
            return
        elif keep_blank and self.lines and self.lines[-1]:
            self.lines.append("")
        self.pieces.clear()
        self.filled = False
