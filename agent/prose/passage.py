"""Message -> Passage: the prose to read, sentence by sentence, and the lines it is signed with.

Pure. In a forward the prose is what is passed on, with its own author and day. Knows no field.
"""

import re
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parseaddr, parsedate_to_datetime
from itertools import takewhile

from agent import dates
from agent.bodyform import BODY_FILENAME
from agent.london import london_day
from agent.model.message import Message
from agent.model.words import OwnWords

SIGNATURE = "signature"
SENDER_NAME = "sender's name"

MAX_CHARS = 40_000
# A longer one is a list or a pasted table; what is compared inside a sentence stays little.
_MAX_SENTENCE = 600
_MAX_SIGNED_LINES = 12
_MAX_SIGNED_CHARS = 110
# The folding width of mail programs; a longer line is not folded at all.
_NARROWEST, _WIDEST = 58, 100
_NEW_LINE = re.compile(r"\s*(?:[-*•·–]|\(?Q?\d{1,2}[.):]\s|[^:.]{1,40}:(?:\s|$)|\Z)")

_QUOTE_SIGNS = re.compile(r"^(?:>[ \t]?)+", re.M)
_HEADER = re.compile(
    r"[\W_]{0,4}(from|sent|date|to|cc|subject|importance|attachments)[\s*]*:[\s*]*(.*)", re.I
)
_WROTE = re.compile(
    r"\W{0,3}On\b(?P<when>.{6,60}?\d{4}[^<]{0,20}?),?\s+(?P<who>[^,]{2,80}?)\s+wrote:$"
)
_RULE = re.compile(
    r"[\s_*=~-]{5,}|\W*(?:-+\s*)?(?:original|forwarded|begin forwarded)\s+message:?[\s-]*", re.I
)
_FOOT = re.compile(
    r"\*{10,}|(?:this|the information in this) (?:e-?mail|message|communication)\b.{0,60}"
    r"\b(?:confidential|intended|sent over|contain)|sent from my\b|get outlook for",
    re.I,
)
_CLOSING = re.compile(
    r"(?:(?:kind(?:est)?|best|warm(?:est)?|many|with)\s+)?(?:regards|rgds|wishes|thanks|thank you"
    r"(?: very much| in advance)?|yours(?: sincerely| faithfully| truly)?|cheers|ta|kr|bw|best)\b"
    r"[\s,.!–-]*(?P<rest>[^.?!]{0,40})$",
    re.I,
)
_GREETING = re.compile(
    r"(?:dear|hi|hiya|hello|hey|(?:good )?(?:morning|afternoon|evening)|to|for|fao|attention)\b"
    r"[^.?!:;]{0,50}[,.!:;]*$|[A-Z][\w'’-]+(?:[ /&]+[\w'’-]+){0,2},?$",
    re.I,
)
_ABBREVIATED = re.compile(
    r"(?:\b(?:Dr|Mr|Mrs|Ms|St|Rd|Prof|Sgt|Det|Insp|Supt|Rev|Fr|No|nos|ref|approx|dob|tel|ext|vs|"
    r"inc|incl|e\.g|i\.e|a\.m|p\.m|d\.\s?o\.\s?b|op|hosp|Sr)|(?:^|[\s(.])[A-Za-z])\.$",
    re.I,
)
_SENTENCE_END = re.compile(r"[.!?][)\"'”’]*\s+(?=[\"'“‘(\[]?[A-Z0-9])")


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence or line as written, white space folded, and where it stands in words."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Passage:
    """One author's prose. `lines` are its lines unfolded from the width of the mail program, and
    `sentences` the same words in sentences; `signed` are the lines it is signed with.

    `author` is the name that the mail's header shows, or ""; `written_on` the day that relative
    words refer to, None where a forwarded mail does not show it.
    """

    subject: Said | None
    lines: tuple[Said, ...]
    sentences: tuple[Said, ...]
    signed: tuple[Said, ...]
    author: str
    written_on: date | None

    @property
    def told(self) -> tuple[Said, ...]:
        """Return the sentences, the subject first."""
        return self.sentences if self.subject is None else (self.subject, *self.sentences)

    @property
    def text(self) -> str:
        """Return the whole prose on one line."""
        return " ".join(one.text for one in self.sentences)


@dataclass(frozen=True, slots=True)
class _Letter:
    author: str
    written_on: date | None
    text: str


def take_passage(message: Message, words: OwnWords) -> Passage:
    """Return the prose of a mail; without a sentence where there is none."""
    is_reply = bool(message.in_reply_to) and not words.forwarded
    subject = Said(words.subject, "subject") if words.subject and not is_reply else None
    letter = _passed_on(words) if words.forwarded and words.quoted else None
    if letter is not None:
        return _passage(letter, "", subject)
    written_on = london_day(message.sent_at or message.received_at)
    # Who passes something on did not write it.
    author = "" if words.forwarded else message.sender.name
    own = _Letter(author, written_on, words.text[:MAX_CHARS])
    return _passage(own, words.signature, subject)


def _passage(letter: _Letter, signature: str, subject: Said | None) -> Passage:
    lines = list(
        takewhile(lambda line: not _FOOT.match(line.strip()[:200]), letter.text.split("\n"))
    )
    while lines and not lines[-1].strip():
        lines.pop()
    signed = [line for line in signature.split("\n") if line.strip()]
    # A name may stand above the lines that are known for a signature.
    at = _unclosed_from(lines, letter.author) if signed else _signed_from(lines, letter.author)
    lines, signed = lines[:at], [*(line for line in lines[at:] if line.strip()), *signed]
    numbered = list(_unfolded(_without_greeting(lines)))
    sentences = [part for _, line in numbered for part in _split(line)]
    return Passage(
        subject=subject,
        lines=tuple(Said(line, f"{BODY_FILENAME}, line {at}") for at, line in numbered),
        sentences=tuple(
            Said(text, f"{BODY_FILENAME}, sentence {at}") for at, text in enumerate(sentences, 1)
        ),
        signed=tuple(
            Said(" ".join(line.split()), f"{SIGNATURE}, line {at}")
            for at, line in enumerate(signed, 1)
        ),
        author=letter.author,
        written_on=letter.written_on,
    )


def _passed_on(words: OwnWords) -> _Letter | None:
    """Return the first letter of the forwarded history that says something, else the longest."""
    letters = list(_letters(_QUOTE_SIGNS.sub("", words.quoted[:MAX_CHARS])))
    letters = [letter for letter in letters if letter.text.strip()]
    if not letters:
        return None
    long = [letter for letter in letters if len(letter.text.split()) >= 25]
    return long[0] if long else max(letters, key=lambda one: len(one.text))


def _letters(quoted: str) -> Iterator[_Letter]:
    author, written_on = "", None
    body: list[str] = []
    is_in_header = False
    for line in quoted.split("\n"):
        head = _HEADER.match(line[:400])
        wrote = _WROTE.match(line.strip()[:400]) if line.rstrip().endswith("wrote:") else None
        if wrote or (head and head[1].lower() == "from"):
            yield _Letter(author, written_on, "\n".join(body))
            body, is_in_header, written_on = [], wrote is None, None
            author = _name_of(wrote["who"] if wrote else head[2] if head else "")
            written_on = _day_of(wrote["when"]) if wrote else None
        elif is_in_header and head:
            if head[1].lower() in ("sent", "date"):
                written_on = _day_of(head[2])
        elif is_in_header and (not line.strip() or "@" in line):
            is_in_header = bool(line.strip())
        elif _RULE.fullmatch(line[:120]):
            is_in_header = False
        else:
            is_in_header = False
            body.append(line)
    yield _Letter(author, written_on, "\n".join(body))


def _name_of(sender: str) -> str:
    name, address = parseaddr(sender)
    shown = name or re.split(r"[<\[]", sender)[0]
    return "" if "@" in shown or (not address and "@" in sender) else shown.strip(" \"'*")


def _day_of(text: str) -> date | None:
    with suppress(ValueError, TypeError, IndexError, OverflowError):
        moment: datetime = parsedate_to_datetime(text)
        return moment.date()
    return dates.parse_date(text)


def _signed_from(lines: Sequence[str], author: str) -> int:
    """Return the line with which the signature begins, or the number of lines."""
    first = max(0, len(lines) - _MAX_SIGNED_LINES - 6)
    for at in range(len(lines) - 1, first - 1, -1):
        closing = _CLOSING.match(lines[at].strip()[:_MAX_SIGNED_CHARS])
        if closing and _is_block(lines[at + 1 :]) and (at > 0 or len(lines) > 1):
            return at
    return _unclosed_from(lines, author)


def _unclosed_from(lines: Sequence[str], author: str) -> int:
    """Return where lines begin that sign without closing words: a name first, nothing said."""
    names = {word.lower() for word in re.findall(r"[^\W\d_]{2,}", author)}
    for at in range(max(0, len(lines) - 8), len(lines)):
        line = lines[at].strip()
        if not line or not _is_block(lines[at:]):
            continue
        is_apart = at > 0 and (not lines[at - 1].strip() or lines[at - 1].rstrip()[-1:] in ".?!,")
        name = [word.lower() for word in re.findall(r"[^\W\d_]{2,}", re.split(r"[,|–(]", line)[0])]
        is_senders = bool(names.intersection(name)) and len(name) <= 5
        is_name = at + 1 < len(lines) and bool(_BARE_NAME.fullmatch(line))
        is_below = at > 0 and not lines[at - 1].strip()
        if is_apart and (is_senders or _SIGNS.match(line) or (is_name and is_below)):
            return at
    return len(lines)


_SIGNS = re.compile(
    r"(?:(?:Dr|Mr|Mrs|Ms|Prof|PC|DC|DS|DI|DCI|Sgt|Insp|Supt|Sr|Sister|Nurse|Rev|Det)\.?\s)"
    r"[\w.'’ -]{2,40}(?:,.*)?$"
    r"|[^.:;!?]{0,60}\b(?:head\s?teacher|(?:team|service|ward|practice|registered) manager|"
    r"head of [A-Z]\w+|reception|in charge|named nurse|officer)\b[^.:;!?]{0,60}$",
    re.I,
)
_BARE_NAME = re.compile(r"[A-Z][\w'’-]+(?:\s(?:[A-Z]\.?|[a-z]{2,3}|[A-Z][\w'’-]+)){1,3}")
_SAYS = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|died|found|please|we|you|i|it|they|he|she|my|"
    r"not|been|seen|told|known|because)\b",
    re.I,
)


# A label, but none of those that stand before a telephone or an address.
_LABELLED = re.compile(
    r"(?!(?:t|m|e|w|tel|telephone|phone|mob|mobile|e-?mail|web|office|direct(?:\s\w+)?|ext|fax|"
    r"address|"
    r"work|secure|pronouns|contact|ddi)\s*:)[^\W\d_][\w '’/-]{0,40}:",
    re.I,
)


def _is_block(lines: Sequence[str]) -> bool:
    """Return whether these lines may be names, roles and addresses, and none says something."""
    filled = [line.strip() for line in lines if line.strip()]
    return len(filled) <= _MAX_SIGNED_LINES and not any(
        len(line) > _MAX_SIGNED_CHARS
        or line.endswith(("?", "!", ":"))
        or (line.endswith(".") and len(line.split()) > 4)
        or len(_SAYS.findall(line)) >= 2
        or re.search(r"\bd\.?o\.?b\b|^(?:child|baby|pupil|re|name)\b", line, re.I)
        or _LABELLED.match(line)
        for line in filled
    )


def _without_greeting(lines: Sequence[str]) -> list[tuple[int, str]]:
    """Return the lines with their numbers, without a greeting."""
    kept: list[tuple[int, str]] = []
    for at, line in enumerate(lines, 1):
        is_first = not any(text.strip() for _, text in kept)
        is_more = any(text.strip() for text in lines[at:])
        if is_first and is_more and _GREETING.match(line.strip()):
            continue
        kept.append((at, line))
    return kept


def _unfolded(lines: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yield lines as they were before a mail program folded them, white space folded."""
    parts: list[str] = []
    start, width = 0, 0
    for at, line in (*lines, (0, "")):
        is_open = parts and _NARROWEST <= width <= _WIDEST and parts[-1].rstrip()[-1] not in ".:;?!"
        goes_on = is_open and not _NEW_LINE.match(line)
        if parts and not goes_on:
            yield start, " ".join(" ".join(parts).split())
            parts = []
        if line.strip():
            start = start if parts else at
            parts.append(line)
        width = len(line.rstrip())


def _split(line: str) -> Iterator[str]:
    """Yield the sentences of a line; "Dr.", "d.o.b." and initials end none."""
    start = 0
    for end in _SENTENCE_END.finditer(line):
        piece = line[start : end.end()].strip()
        if line[end.start()] == "." and _ABBREVIATED.search(line[start : end.start() + 1][-12:]):
            continue
        yield from _cut(piece)
        start = end.end()
    yield from _cut(line[start:].strip())


def _cut(text: str) -> Iterator[str]:
    """Yield a sentence, a very long one in pieces."""
    yield from textwrap.wrap(text, _MAX_SENTENCE, break_on_hyphens=False)
