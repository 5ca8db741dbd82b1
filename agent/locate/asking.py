"""What single words of a document ask or answer, by the labels of a layout.

Pure, and without memory: what was asked before is known by `search`.
"""

import re
from collections.abc import Iterator
from itertools import islice

from agent.findings import Answer
from agent.layouts import Layout
from agent.model.document import Cell
from agent.questions import Question

# A question, and what is written behind its label.
Asked = tuple[Question, str]

# A short question's answer in the paragraph below it is a line at most.
_MAX_BELOW = 120
# What stands behind a label in its own cell, above or beside its answer, still is the label.
_MAX_LABEL_TAIL = 100
_LABEL_END = re.compile(r"[:?]")
_PARTED = re.compile(
    r"(?P<label>[^:?\n]{3,80}?)(?:\s+[-–—]|[-–—]|\s*(?:[-–—=]+>|=|→))\s+(?P<answer>.+)", re.DOTALL
)
# Numbered, perhaps with a hint behind its question mark; or ending as labels do.
_LIKE_LABEL = re.compile(
    r"""q?\d{1,2}[.)]\s+[^\W\d][^:?\n]*
        (?:\?\s+(?:please|if|give|any|full|name|details|e\.g|who|what|when|where|how|and)\b
           [^:?\n]{0,60})?
      | [^\n]{3,160}[:?]\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_MAX_LABEL_LINE = 160
# A label in two languages may ask twice.
_MAX_ENDS = 3
# Another way to reach somebody, on a line of its own.
_REACHED_AT = re.compile(r"[^\n]{0,80}(?:@|\d[\d\s()-]{8,})[^\n]{0,80}")


def find_asked(layout: Layout, text: str, section: str | None) -> list[Asked]:
    """Return the questions a text begins with, each with the answer behind its label."""
    question = layout.question_at(text, section) or layout.question_beside(text, section)
    if question is not None:
        return [(question, "")]
    return layout.questions_in(text, section)


def guess_asked(
    layout: Layout, text: str, section: str | None, *, is_label: bool, is_in_answer: bool
) -> list[Asked]:
    """Return what a label that nobody listed asks, with the answer behind it.

    One that does not stand where only a label stands (`is_label`) must end like one; in a long
    answer it must also stand alone on its line.
    """
    if is_label or is_like_label(text):
        like = layout.question_like(text, section)
        if like is not None:
            return [(like, "")]
    for label, answer in _unlisted(text, is_parted=not is_in_answer):
        has_own_line = answer.startswith("\n")
        if is_in_answer and not is_label and not has_own_line:
            continue
        like = layout.question_like(label, section)
        if like is not None:
            return [(like, answer.strip(" :?\n"))]
    return []


def _unlisted(text: str, *, is_parted: bool = False) -> Iterator[tuple[str, str]]:
    """Yield what may be a label with what stands behind it: up to each colon or question mark of
    its first line, or up to a dash."""
    line = text[:_MAX_LABEL_LINE].partition("\n")[0]
    for end in islice(_LABEL_END.finditer(line), _MAX_ENDS):
        yield text[: end.end()], text[end.end() :].lstrip(" ")
    if is_parted and (parted := _PARTED.fullmatch(text)) is not None:
        yield parted["label"], parted["answer"]


def is_like_label(text: str) -> bool:
    """Return whether a text is numbered as labels are, or ends as they do."""
    return len(text) <= _MAX_LABEL_LINE and _LIKE_LABEL.fullmatch(text) is not None


def begins_with_label(layout: Layout, text: str, section: str | None) -> bool:
    """Return whether a text is a label with its answer, listed or not."""
    if layout.questions_in(text, section):
        return True
    labels = [label for label, _ in _unlisted(text)]
    return any(layout.question_like(label, section) is not None for label in labels)


def as_label(asked: list[Asked]) -> list[Asked]:
    """Return a question without the words that still belong to its label: "Police investigation?
    Officer in the case". What has a digit in it was written by somebody."""
    if len(asked) != 1:
        return asked
    question, tail = asked[0]
    is_answer = len(tail) > _MAX_LABEL_TAIL or any(map(str.isdecimal, tail))
    return [(question, tail if is_answer else "")]


def may_answer(open_: Answer, text: str) -> bool:
    """Return whether words below a label may be its answer: printed sentences, which forms have
    many of, must not fill a blank form."""
    question = open_.question
    if question.type == "contact" and open_.text:
        return _REACHED_AT.fullmatch(text) is not None
    if question.type == "long_text":
        return True
    is_day = question.type in ("date", "date_or_death", "moment")
    return len(text) <= _MAX_BELOW and (not is_day or any(map(str.isdecimal, text)))


def all_words(cell: Cell) -> str:
    """Return a cell's words, and those of the tables inside it row by row."""
    rows = (
        " | ".join(all_words(one) for one in row) for table in cell.nested for row in table.rows
    )
    return "\n".join(words for words in (cell.text, *rows) if words)
