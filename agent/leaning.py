"""What a mail's words and shape lean to: points learned from labelled mails. Pure.

A phrase set knows what its author thought of; people say the same in a thousand ways. Here every
word, pair of words, piece of a word and phrase set found brings points for and against a kind of
mail (rules/leanings.csv), or for a danger (rules/danger.csv). Rules ask for a leaning where no
form, header or phrase decides, and a leaning away from what a rule says lowers its confidence.
`tests/learn.py` learns the points.
"""

import csv
import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from agent.errors import RuleError
from agent.model.facts import Leaning, Reading
from agent.model.words import OwnWords, Sentence
from agent.phrases import Phrases

# Words are compared by their beginnings, so that "visited" and "visits" count as one.
_FRONT = 6
# What a mail is, it says early; a long return says nothing new after this.
_MAX_TEXT = 3_000
# How much the parts of a mail weigh against one another (tried on mails left out of the learning).
_TEXT, _SUBJECT, _SHAPE = 2.0, 1.0, 0.7
_PIECES, _PHRASE, _THREAD_PHRASE = 1.5, 0.5, 0.25
_SHOWN_WORDS = 4
# A passage is some four sentences, in words; of a mail longer than a book's chapter the first part.
_PASSAGE = 60
_MAX_WORDS = 4_000
# Pieces of words bear with typing, endings and compounds; a piece spans a word's edge too.
_PIECE = 4
_TOKEN = re.compile(r"[a-z']+|#|\?")
# A number, a date, a reference: which one it is says nothing, and letters in it are no words.
_NUMBER = re.compile(r"[\w/]*[-/]\d[\w/-]*|\d+")
_BIAS = ""
# What the mail is like and which phrases it holds stands in the trace anyway; a piece is no word.
_SET_SIGNS = frozenset("=>@")
_UNSHOWN = _SET_SIGNS | frozenset("~_")
_NO_FILES = frozenset({"image", "calendar", "card", "body"})
_LENGTHS = (8, 25, 70)


@dataclass(frozen=True, slots=True)
class Leanings:
    """Points by mark and label (a kind of mail, or danger); `start` is where each label begins."""

    labels: tuple[str, ...]
    start: tuple[float, ...]
    points: Mapping[str, tuple[tuple[int, float], ...]]

    def lean(self, marks: Mapping[str, float]) -> tuple[Leaning, ...]:
        """Return the labels a mail with these marks leans to, the likeliest three first; the shares
        of all add up to 1. Each shows the words that speak most for it."""
        if not self.labels:
            return ()
        totals = list(self.start)
        told: list[list[tuple[float, str]]] = [[] for _ in self.labels]
        for mark, weight in marks.items():
            for at, points in self.points.get(mark, ()):
                totals[at] += weight * points
                told[at].append((weight * points, mark))
        highest = max(totals)
        shares = [math.exp(total - highest) for total in totals]
        order = sorted(range(len(totals)), key=lambda at: -totals[at])
        return tuple(
            Leaning(self.labels[at], shares[at] / sum(shares), _most(told[at])) for at in order[:3]
        )

    def weighed_sets(self) -> frozenset[str]:
        """Return the names of the phrase sets that bring points."""
        return frozenset(mark[1:] for mark in self.points if mark[0] in _SET_SIGNS)

    def share_of(self, label: str, marks: Mapping[str, float]) -> Leaning:
        """Return how far a mail with these marks leans to one label; a share of 0 for none."""
        found = (one for one in self.lean(marks) if one.to == label)
        return next(found, Leaning(label, 0.0, ()))


def _most(told: list[tuple[float, str]]) -> tuple[str, ...]:
    words = sorted((one for one in told if one[0] > 0 and one[1][0] not in _UNSHOWN), reverse=True)
    return tuple(mark for _, mark in words[:_SHOWN_WORDS])


def marks_of(reading: Reading, phrases: Phrases) -> dict[str, float]:
    """Return what may speak for a kind, each with its weight: words and pairs of words of the
    sender's own text ("trace", "no trace"), pieces of its words ("_trac"), of a subject of their
    own ("s:request"), the phrase sets found ("=nil_return"; ">" in the mail answered, "@" in a
    file's title) and the mail's shape ("~thread letter", "~file", "~asks")."""
    said = _said(reading.words)
    text, pieces = set(_grams(said)), set(_pieces(said))
    # The subject of an answer is that of the mail answered; `thread` says what it is about.
    subject = set() if reading.is_reply else set(_grams(reading.words.subject))
    answered = reading.thread_said if reading.is_reply else ()
    return {
        **dict.fromkeys(text, _TEXT / math.sqrt(len(text) or 1)),
        **dict.fromkeys(pieces, _PIECES / math.sqrt(len(pieces) or 1)),
        **{f"s:{one}": _SUBJECT / math.sqrt(len(subject)) for one in subject},
        **dict.fromkeys(_held("=", reading.said, phrases), _PHRASE),
        **dict.fromkeys(_held("@", reading.titles, phrases), _PHRASE),
        **dict.fromkeys(_held(">", answered, phrases), _THREAD_PHRASE),
        **dict.fromkeys((f"~{one}" for one in _shape(reading)), _SHAPE),
    }


def _held(sign: str, sentences: Sequence[Sentence], phrases: Phrases) -> set[str]:
    return {f"{sign}{name}" for one in sentences for name in phrases.held_in(one)}


def danger_marks(words: OwnWords, *, is_answer: bool) -> dict[str, float]:
    """Return what may speak for a danger: the words of subject and text, and whether the mail
    answers our request, which tells of harm in the past."""
    return _danger_marks(f"{words.subject}\n{_said(words)}", is_answer)


def passages_of(words: OwnWords, *, is_answer: bool) -> Iterator[dict[str, float]]:
    """Yield the same for each passage of a long mail: in a page of other matters one clause that
    tells of a danger weighs little."""
    told = f"{words.text}\n{words.quoted if words.forwarded else ''}".split(maxsplit=_MAX_WORDS)
    if len(told) > 2 * _PASSAGE:
        for start in range(0, min(len(told), _MAX_WORDS), _PASSAGE // 2):
            yield _danger_marks(" ".join(told[start : start + _PASSAGE]), is_answer)


def _danger_marks(said: str, is_answer: bool) -> dict[str, float]:
    text = set(_grams(said))
    marks = dict.fromkeys(text, _TEXT / math.sqrt(len(text) or 1))
    return {**marks, "~answer": _SHAPE} if is_answer else marks


def _said(words: OwnWords) -> str:
    passed_on = words.quoted[: _MAX_TEXT // 2] if words.forwarded else ""
    return f"{words.text}\n{passed_on}"[:_MAX_TEXT]


def _grams(text: str) -> Iterator[str]:
    words = [word[:_FRONT] for word in _words(text)]
    yield from words
    yield from (f"{one} {two}" for one, two in pairwise(words))


def _pieces(text: str) -> Iterator[str]:
    for word in _words(text):
        edged = f" {word} "
        yield from (f"_{edged[at : at + _PIECE]}" for at in range(len(edged) - _PIECE + 1))


def _words(text: str) -> list[str]:
    return _TOKEN.findall(_NUMBER.sub(" # ", text.lower().replace("’", "'")))


def _shape(reading: Reading) -> Iterator[str]:
    yield "reply" if reading.is_reply else "new"
    if reading.thread:
        yield f"thread {reading.thread}"
    if reading.words.forwarded:
        yield "forward"
    yield f"automatic {reading.screening.automatic}"
    role = reading.standing.known.role if reading.standing.known else "stranger"
    yield "decider" if reading.is_decider else role
    if reading.is_panel:
        yield "panel"
    yield "file" if any(one.format not in _NO_FILES for one in reading.documents) else "no file"
    yield from (f"{form.kind} {'filled' if form.filled else 'blank'}" for form in reading.forms)
    if reading.live_risk:
        yield "live risk"
    if any(one.text.endswith("?") for one in reading.said):
        yield "asks"
    count = len(reading.words.text.split())
    yield f"length {sum(count >= limit for limit in _LENGTHS)}"


def load_leanings(path: Path) -> Leanings:
    """Return the points of a file: lines of mark, label, points; `#` begins a comment.

    Raises:
        RuleError: the file cannot be read, or a line is wrong; the text names both.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(f"{path}: cannot be read: {error}.") from error
    start: dict[str, float] = {}
    found: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for number, row in _rows(lines):
        try:
            mark, label, points = row[0], row[1], float(row[2])
        except (IndexError, ValueError) as error:
            wanted = "a line has a mark, a label and points"
            raise RuleError(f"{path}: line {number}: {wanted}; {error}.") from error
        if mark == _BIAS:
            start[label] = points
        else:
            found[mark].append((label, points))
    labels = tuple(start)
    at = {label: index for index, label in enumerate(labels)}
    if unknown := {label for pairs in found.values() for label, _ in pairs} - at.keys():
        raise RuleError(f"{path}: {min(unknown)} has points but no start (a line with no mark).")
    by_mark = {mark: tuple((at[label], one) for label, one in found[mark]) for mark in found}
    return Leanings(labels, tuple(start.values()), by_mark)


def _rows(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    told = [(number, line) for number, line in enumerate(lines, start=1) if line[:1] != "#"]
    numbers = (number for number, line in told if line.strip())
    yield from zip(numbers, csv.reader(line for _, line in told if line.strip()), strict=False)
