"""Message -> Passage: the prose to read, sentence by sentence, and the lines it is signed with.

Pure. In a forward the prose is what is passed on, with its own author and day. Knows no field.
"""

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from agent.bodyform import BODY_FILENAME
from agent.london import london_day
from agent.model.message import Message
from agent.model.words import OwnWords
from agent.prose.letters import Letter, find_letter
from agent.prose.signoff import signed_from, unclosed_from

SIGNATURE = "signature"
AUTHOR_SHOWN = "author of the forwarded mail"

MAX_CHARS = 40_000
# A longer one is a list or a pasted table; what is compared inside a sentence stays little.
_MAX_SENTENCE = 600
# The folding width of mail programs; a longer line is not folded at all.
_NARROWEST, _WIDEST = 58, 100
_NEW_LINE = re.compile(r"\s*(?:[-*•·–]|\(?Q?\d{1,2}[.):]\s|[^:.]{1,40}:(?:\s|$)|\Z)")

_FOOT = re.compile(
    r"\*{10,}|(?:this|the information in this) (?:e-?mail|message|communication)\b.{0,60}"
    r"\b(?:confidential|intended|sent over|contain)|sent from my\b|get outlook for",
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

    `author` is the name that the mail's header shows, or ""; `is_passed_on` says that this header
    stands in a forwarded text, so that the mail itself says it. `written_on` is the day that
    relative words refer to, None where a forwarded mail does not show it.
    """

    subject: Said | None
    lines: tuple[Said, ...]
    sentences: tuple[Said, ...]
    signed: tuple[Said, ...]
    author: str
    is_passed_on: bool
    written_on: date | None

    @property
    def told(self) -> tuple[Said, ...]:
        """Return the sentences, the subject first."""
        return self.sentences if self.subject is None else (self.subject, *self.sentences)

    @property
    def text(self) -> str:
        """Return the whole prose on one line."""
        return " ".join(one.text for one in self.sentences)


def take_passage(message: Message, words: OwnWords) -> Passage:
    """Return the prose of a mail; without a sentence where there is none."""
    is_reply = bool(message.in_reply_to) and not words.forwarded
    subject = Said(words.subject, "subject") if words.subject and not is_reply else None
    letter = find_letter(words.quoted[:MAX_CHARS]) if words.forwarded and words.quoted else None
    if letter is not None:
        return _passage(letter, "", subject, is_passed_on=True)
    written_on = london_day(message.sent_at or message.received_at)
    # Who passes something on did not write it.
    author = "" if words.forwarded else message.sender.name
    own = Letter(author, written_on, words.text[:MAX_CHARS])
    return _passage(own, words.signature, subject, is_passed_on=False)


def _passage(
    letter: Letter, signature: str, subject: Said | None, *, is_passed_on: bool
) -> Passage:
    lines = list(
        takewhile(lambda line: not _FOOT.match(line.strip()[:200]), letter.text.split("\n"))
    )
    while lines and not lines[-1].strip():
        lines.pop()
    signed = [line for line in signature.split("\n") if line.strip()]
    # A name may stand above the lines that are known for a signature.
    at = unclosed_from(lines, letter.author) if signed else signed_from(lines, letter.author)
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
        is_passed_on=is_passed_on,
        written_on=letter.written_on,
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
