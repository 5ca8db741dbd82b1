"""Where quotes lie in a text that was made from HTML, where no ">" shows them.

Says only which lines the HTML itself calls quoted; what that means is decided in `quotes`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.mailtext import html_to_text

# Lines of their own in the text, at the places of the tags; nobody writes private-use characters.
_QUOTE, _INDENT, _END, _HEADER = "\ue000", "\ue001", "\ue002", "\ue003"

_HINTS = ("divRplyFwdMsg", "border-top:solid", "yahoo_quoted", "reference-message")
_TAG = re.compile(r"<(/?)(?:(blockquote)|div)\b([^<>]{0,1000})>", re.IGNORECASE)
# Indented text is a blockquote too, in Gmail and Word; only these say that they quote.
_QUOTES = re.compile(r"cite|quote|border-left\s*:\s*(?!none|0)", re.IGNORECASE)
# Outlook of all kinds, Outlook on telephones, Yahoo: the header of what is answered follows.
_HEADS = re.compile(
    r"divRplyFwdMsg|reference-message|yahoo_quoted|border-top:\s*solid\s*#[be]", re.IGNORECASE
)
# Text made from HTML has none of these; finding one spares reading the page a second time.
_PLAIN = re.compile(r"^[ \t>]|[ \t]$|  |\n\n\n|\n\Z", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class HtmlQuotes:
    """For each line: does it stand in a quote; does a quoted mail's header begin there."""

    quoted: Sequence[bool]
    header: Sequence[bool]


def has_blockquotes(html: str) -> bool:
    """Return whether the page may quote line by line."""
    return "<blockquote" in html or "<BLOCKQUOTE" in html


def has_reply_header(html: str) -> bool:
    """Return whether a mail program may have marked the header of what is answered."""
    return any(hint in html for hint in _HINTS)


def find_html_quotes(text: str, html: str) -> HtmlQuotes | None:
    """Return what the HTML says of the text's lines; None where the text is not made from it."""
    if _PLAIN.search(text):
        return None
    marked = html_to_text(_TAG.sub(_mark, html)).split("\n")
    lines = text.split("\n")
    quoted, header = [False] * len(lines), [False] * len(lines)
    places = (at for at, line in enumerate(lines) if line)
    open_quotes: list[bool] = []
    is_header = False
    for line in filter(None, marked):
        if line in (_QUOTE, _INDENT):
            open_quotes.append(line == _QUOTE)
        elif line == _END:
            open_quotes = open_quotes[:-1]
        elif line == _HEADER:
            is_header = True
        else:
            at = next(places, None)
            if at is None or lines[at] != line:
                return None
            quoted[at], header[at] = any(open_quotes), is_header
            is_header = False
    return HtmlQuotes(quoted, header) if next(places, None) is None else None


def _mark(tag: re.Match[str]) -> str:
    closes, is_blockquote, attributes = tag.groups()
    if is_blockquote:
        mark = _END if closes else _QUOTE if _QUOTES.search(attributes) else _INDENT
    elif not closes and _HEADS.search(attributes):
        mark = _HEADER
    else:
        return tag[0]
    return f"{tag[0]}<div>{mark}</div>" if closes else f"<div>{mark}</div>{tag[0]}"
