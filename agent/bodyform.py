"""Reads a form that somebody pasted or typed into the mail itself, as a Document of its own.

Pure. Knows no form: whether the words are one is found out by `extract`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from agent.bodylabels import label_by_look, with_bold_labels, without_answer_marks
from agent.documents.html import read_html
from agent.documents.package import Unreadable
from agent.documents.text import read_plain
from agent.model.document import Block, Document, Paragraph
from agent.model.message import Message
from agent.model.words import OwnWords

BODY_FILENAME = "mail body"

# What is looked at to see whether a mail may hold a form, which nearly none does.
_MAX_LINES_LOOKED_AT = 400
# A label, and an answer or room for one behind it: "Gender: male", "Disability -", two cells.
_ANSWERED = re.compile(r"\W{0,8}[^\W_][^:\t|]{1,160}?(?::(?:\s|\Z)|\t|\s\||\s[-–—]\s|\s{3,}\S)")
_MIN_ANSWERED = 2
# "My answers are below in red": the form that was quoted has been filled in.
_ANSWERS_BELOW = re.compile(
    r"\b(?:answers?|answered|repl(?:y|ies)|respon(?:se|ses|ded)|comments?|information|completed|filled"
    r"(?:\s+\w+)?\s+in)\b[^.!?\n]{0,60}\b(?:below|underneath|in[\s-]?line|in\s+(?:red|blue|green|bold))\b",
    re.IGNORECASE,
)
_MAX_POINTING = 400
# So many labels in a quoted form, each with words of the sender's own below it, are answered there.
_MIN_INLINE = 3
# A form whose cells a mail program put under one another is short lines that end in no full stop.
_BARE = re.compile(r"\W{0,8}[^\W_].{0,100}[^\W_.,;!][\s:?*)]*")
_MIN_BARE = 5

# The numbered questions of a form, each with its answer under it: "2. Analysis of practice".
_NUMBERED = re.compile(r"\W{0,4}(?:Q(?:uestion)?\s?)?\d{1,2}\s?[.):]\s+\S")
_MIN_NUMBERED = 3

# Marks and tables that only the HTML shows.
_IN_HTML_ONLY = re.compile(r"<(?:table|s|strike|del|mark|input)\b|line-through", re.IGNORECASE)
_QUOTED = re.compile(r"(?:>[ \t]?)+")
_CELLS = re.compile(r"\t|\||\s{2,}")
# So many letters of a line tell it from nearly every other.
_KEY_CHARS = 16


def read_body(message: Message, words: OwnWords) -> Document | None:
    """Return what the sender wrote in the mail itself, None where nothing in it is like a form.

    Of a forwarded mail it is the text forwarded. The subject stands first, for it may be all that
    says which form it is. From the HTML where that has tables or marks, else from the plain text.
    """
    inline = _answered_inline(message.text)
    if inline is not None and _is_like_form(inline):
        return Document(BODY_FILENAME, "body", without_answer_marks(read_plain(inline)))
    is_passed_on = bool(words.quoted) and (words.forwarded or _says_below(words.text))
    text = _without_signs(words.quoted) if is_passed_on else words.text
    if not _is_like_form(text):
        return None
    try:
        blocks, warnings = _blocks(message, words, text, is_passed_on)
    except Unreadable as unreadable:
        return Document(BODY_FILENAME, "body", problem=unreadable.code)
    blocks = without_answer_marks(blocks)
    if words.subject:
        blocks = (Paragraph(words.subject, "subject"), *blocks)
    return Document(BODY_FILENAME, "body", blocks, warnings=warnings)


def _says_below(text: str) -> bool:
    """Return whether a mail only says that its answers stand in the form quoted below."""
    return len(text) <= _MAX_POINTING and _ANSWERS_BELOW.search(text) is not None


def _answered_inline(text: str) -> str | None:
    """Return a mail in which a quoted form is answered line by line, without the signs of quoting
    and what stands above the form; None for any other mail."""
    lines = text.splitlines()[: _MAX_LINES_LOOKED_AT * 2]
    is_quoted = [_QUOTED.match(line) is not None for line in lines]
    full = [index for index, line in enumerate(lines) if _QUOTED.sub("", line, count=1).strip()]
    answered = [
        below for above, below in pairwise(full) if is_quoted[above] and not is_quoted[below]
    ]
    if len(answered) < _MIN_INLINE:
        return None
    # An answer begins a line of its own, also below a label that was folded.
    for below in reversed(answered):
        lines.insert(below, "")
    return _without_signs("\n".join(lines[is_quoted.index(True) :]))


def _without_signs(quoted: str) -> str:
    """Return a quoted text without the ">" before its lines."""
    return "\n".join(_QUOTED.sub("", line, count=1) for line in quoted.split("\n"))


def _is_like_form(text: str) -> bool:
    answered = bare = numbered = 0
    for line in text.split("\n", _MAX_LINES_LOOKED_AT)[:_MAX_LINES_LOOKED_AT]:
        answered += _ANSWERED.match(line) is not None
        bare += _BARE.fullmatch(line) is not None
        numbered += _NUMBERED.match(line) is not None
        if answered >= _MIN_ANSWERED or bare >= _MIN_BARE or numbered >= _MIN_NUMBERED:
            return True
    return False


def _blocks(
    message: Message, words: OwnWords, text: str, is_passed_on: bool
) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    html, is_by_look = label_by_look(message.html)
    if not is_by_look and not _IN_HTML_ONLY.search(html):
        return read_plain(with_bold_labels(text)), ()
    blocks, warnings = read_html(f"\ufeff{html}".encode())
    others = [words.signature, words.text if is_passed_on else _without_signs(words.quoted)]
    kept = tuple(_only(blocks, text, others, not is_passed_on))
    # Where the HTML says something else than the text, the text is what the mail was judged by.
    return (kept, warnings) if kept else (read_plain(with_bold_labels(text)), ())


def _only(
    blocks: Iterable[Block], text: str, others: Sequence[str], is_first: bool
) -> Iterator[Block]:
    """Yield the blocks of a page whose words stand in the text and not in the others.

    The two were written by different programs: they agree in how lines and cells begin, not in
    how they are folded and spaced. A block found in neither or both goes with the one before it.
    """
    wanted = _keys(text)
    unwanted = {key for other in others for key in _keys(other)}
    # Labels stand in both where somebody fills in a form above the one that is quoted.
    wanted, unwanted = wanted - unwanted, unwanted - wanted
    is_kept = is_first
    for block in blocks:
        keys = [_key(piece) for piece in _pieces(block)]
        balance = sum((key in wanted) - (key in unwanted) for key in keys)
        is_kept = balance > 0 if balance else is_kept
        if is_kept:
            yield block


def _keys(text: str) -> set[str]:
    pieces = (piece for line in text.split("\n") for piece in (line, *_CELLS.split(line)))
    return {key for piece in pieces if (key := _key(piece))}


def _key(text: str) -> str:
    """Return the first letters and digits of a text, whatever stands between them."""
    letters = filter(str.isalnum, text[: _KEY_CHARS * 4].casefold())
    return "".join(letters)[:_KEY_CHARS]


def _pieces(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield block.text
        return
    for row in block.rows:
        for cell in row:
            yield from cell.text.split("\n")
            for table in cell.nested:
                yield from _pieces(table)
