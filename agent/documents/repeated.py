"""Tells whether the text that Outlook packs into winmail.dat says anything that its mail does not.

Pure. Compares words line by line and keeps nothing of them; in doubt the text says something.
"""

import re
import unicodedata

from agent.documents.formats import tell_format
from agent.mailtext import decode_bytes, html_to_text
from agent.model.message import Part

# A page of text has some 3 kB; what is longer is read as a file rather than compared.
_MAX_BYTES = 256 * 1024
_MAX_LINES = 1_000

# Words, signs by their codes, and the beginnings and ends of groups, as RTF writes them.
_TOKEN = re.compile(
    r"\\u(?P<unicode>-?\d{1,6})\s?\??|\\'(?P<byte>[0-9a-fA-F]{2})"
    r"|\\(?P<word>[a-z]{1,32})(?P<number>-?\d{1,10})? ?|\\(?P<sign>[^a-z])|(?P<brace>[{}])|[\r\n]+"
    r"|(?P<text>[^\\{}\r\n]+)"
)
_BREAKS = frozenset({"par", "line", "cell", "row", "tab", "sect", "page"})
# Groups of these hold what is no text: fonts, colours, pictures, and the tags of HTML in RTF.
_UNSEEN = frozenset({"fonttbl", "colortbl", "stylesheet", "info", "pict", "generator", "object"})
_ADDRESS = re.compile(
    r"<[^<>\s]{0,300}[@/:][^<>\s]{0,300}>|\b(?:https?|mailto|tel):\S+", re.IGNORECASE
)
_NO_LETTERS = re.compile(r"[\W_]+")


def says_more(part: Part, text: str) -> bool:
    """Return whether a line of a body kept as a file (HTML, RTF or plain) is not in the mail's own
    text; spacing, signs and links do not count."""
    if max(len(part.content), len(text)) > _MAX_BYTES:
        return True
    lines = set(_lines(part))
    if len(lines) > _MAX_LINES:
        return True
    said = _squeezed(text)
    return any(_squeezed(line) not in said for line in lines)


def _lines(part: Part) -> list[str]:
    kind = tell_format(part.content)
    text = decode_bytes(part.content, "cp1252" if kind == "rtf" else "utf-8")
    if kind == "rtf":
        text = _rtf_text(text)
    elif kind == "html" or part.filename.endswith(".html"):
        text = html_to_text(text)
    return re.split(r"[\n\t]", text)


def _squeezed(text: str) -> str:
    """Return the letters and digits of a text alone."""
    folded = unicodedata.normalize("NFKC", _ADDRESS.sub(" ", text)).casefold()
    return _NO_LETTERS.sub("", folded)


def _rtf_text(rtf: str) -> str:
    """Return the words of an RTF text, roughly: good enough to compare, not to read."""
    pieces: list[str] = []
    # For each open group whether it is seen; `is_tag` for what only repeats the tags of HTML.
    groups = [True]
    is_tag = begins = False
    for token in _TOKEN.finditer(rtf):
        if token["brace"] == "{":
            groups.append(groups[-1])
            begins = True
            continue
        if token["brace"] == "}":
            groups = groups[:-1] or [True]
        elif token["sign"] == "*" or (begins and token["word"] in _UNSEEN):
            groups[-1] = False
        elif token["word"] == "htmlrtf":
            is_tag = token["number"] != "0"
        elif groups[-1] and not is_tag:
            pieces.append(_words_of(token))
        begins = False
    return "".join(pieces)


def _words_of(token: re.Match[str]) -> str:
    if token["unicode"]:
        return chr(int(token["unicode"]) % 0x10000)
    if token["byte"]:
        return bytes.fromhex(token["byte"]).decode("cp1252", "replace")
    if token["word"]:
        return "\n" if token["word"] in _BREAKS else ""
    return token["sign"] or token["text"] or ""
