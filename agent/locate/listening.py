"""What a pass over a document listens for: the words of paragraphs and single cells, and which
question is open for an answer.

Pure; rows and headers of tables are the part of `search`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from agent.findings import Answer, Findings
from agent.layouts import Layout
from agent.locate.asking import Asked, as_label, find_asked, guess_asked, is_like_label, may_answer
from agent.model.document import Cell, Paragraph
from agent.questions import Question, TableLayout

# How much of an unknown label a person is shown.
_MAX_LABEL_SHOWN = 120
# A line without a colon is a label only among so many that are listed, and if it is as short.
_SURE_LABELS = 3
_MAX_BARE = 80
_DIGIT = re.compile(r"\d")
# What goes on below its first words: a long answer, and another way to reach somebody.
GOING_ON = ("long_text", "contact")
# Where a line of plain text stands.
TYPED = "line "

# The table being read, and the column that each cell of a row belongs to.
Header = tuple[TableLayout, tuple[Question | None, ...]]


@dataclass(slots=True)
class Listening:
    """`open` is the question that waits for its answer below; `announced` the table whose words
    came last; `section` the part of the form being read; `header` the table being read."""

    layout: Layout
    found: Findings = field(default_factory=Findings)
    open: Answer | None = None
    announced: TableLayout | None = None
    section: str | None = None
    header: Header | None = None

    def words(self, text: str, place: str, *, has_box: bool = False) -> bool:
        """Take in words that stand alone, with a box for an answer below them or without; returns
        whether they are known words of the form."""
        text = self.layout.without_instructions(text)
        if not text:
            return True
        if self.layout.is_heading(text):
            self.open, self.header = None, None
            self.announced = self.layout.table_after(text)
            self.section = self.layout.section_after(text)
            # "Referrer:" heads a part of the form as well as it asks for a name.
            if (question := self.layout.question_at(text, self.section)) is not None:
                self.ask(question, Paragraph(text, place))
            return True
        if self._goes_on(text, place):
            return False
        if self.open is not None and self._is_relative(text):
            self.open.add(text, place)
            self.open = None
            return True
        asked = as_label(self.asked(text)) if has_box else self.asked(text)
        if asked and not self._is_told_of(asked[0][0]):
            self.answer(asked, text, place)
            return True
        if not asked and (guessed := self.guessed(text, is_label=has_box)):
            self.answer(guessed, text, place, is_guessed=True)
            return True
        if not asked and (bare := self._bare(text)) is not None:
            self.ask(bare, Paragraph(text, place), is_guessed=True)
            return True
        if has_box and self._is_strange(text):
            return False
        if self.open is not None:
            if may_answer(self.open, text):
                self.open.add(text, place)
            self._close_if_short(text)
        return False

    def _goes_on(self, text: str, place: str) -> bool:
        """Take in a further line of an address in a plain text; returns whether it was one."""
        last = self.found.answers[-1] if self.found.answers else None
        if last is None or self.open is not None or not last.text or not place.startswith(TYPED):
            return False
        is_address = (last.question.field or "").endswith("_address")
        is_next = _line(place) == _line(last.place) + 1 + last.text.count("\n")
        is_words = len(text) <= _MAX_BARE and not text.isupper() and not self.asked(text)
        if not (is_address and is_next and is_words and not is_like_label(text)):
            return False
        last.add(text, place)
        return True

    def _bare(self, text: str) -> Question | None:
        """Return what a short line asks that nothing shows to be a label but its key words, where
        a form is being read and no long answer is open."""
        is_waiting = self.open is not None and self.open.question.type in GOING_ON
        is_line = len(text) <= _MAX_BARE and text[-1].isalpha() and not _DIGIT.search(text)
        if is_waiting or not is_line or len(self.found.labels) < _SURE_LABELS:
            return None
        like = self.layout.question_like(text, self.section, least=2)
        return None if like is None or self._was_asked(like) else like

    def _is_relative(self, text: str) -> bool:
        """Return whether "Mother" below a question is the answer to it, and no label."""
        question = self.layout.question_at(text, self.section)
        if question is None or question.rows is None or text.endswith(":"):
            return False
        return self.open is not None and not self.open.text and self.open.question.rows is None

    def _is_strange(self, text: str) -> bool:
        """Take in words above a box that nobody listed: a label of something else, or a hint to
        the question that is open."""
        if is_like_label(text):
            self.report_unknown(text)
            self.open = None
        return self.open is None or not self.open.text

    def _is_told_of(self, question: Question) -> bool:
        """Return whether a label only stands in a long answer: "Mother: seen twice in May"."""
        if self.open is None or self.open.question.type != "long_text":
            return False
        is_of_others = question.field is None or question.rows is not None or not question.fills
        return self.open.question.fills and question.begins is not None and is_of_others

    def asked(self, text: str) -> list[Asked]:
        return find_asked(self.layout, text, self.section)

    def guessed(self, text: str, *, is_label: bool) -> list[Asked]:
        """Return what a label that nobody listed asks; but a label that does not stand where only
        a label stands asks nothing that was asked before."""
        is_in_answer = self.open is not None and self.open.question.type == "long_text"
        guessed = guess_asked(
            self.layout, text, self.section, is_label=is_label, is_in_answer=is_in_answer
        )
        return [one for one in guessed if is_label or not self._was_asked(one[0])]

    def _was_asked(self, question: Question) -> bool:
        return any(set(one.question.fields) & set(question.fields) for one in self.found.answers)

    def like(self, text: str) -> Question | None:
        return self.layout.question_like(text, self.section)

    def ask(
        self, question: Question, cell: Cell | Paragraph, *, is_guessed: bool = False
    ) -> Answer:
        self.header = None
        self.section = question.begins or self.section
        self.open = Answer(question, cell.place, label=cell.text, is_guessed=is_guessed)
        self.found.answers.append(self.open)
        (self.found.guessed if is_guessed else self.found.labels).add(question.name)
        return self.open

    def answer(
        self,
        asked: Sequence[Asked],
        text: str,
        place: str,
        *,
        is_guessed: bool = False,
    ) -> None:
        for question, answer in asked:
            label = text.removesuffix(answer) if len(asked) == 1 else question.label
            asking = Paragraph(label, place)
            self.ask(question, asking, is_guessed=is_guessed).add(answer, place)
        self._close_if_short(asked[-1][1])

    def _close_if_short(self, text: str) -> None:
        """Stop listening where words have followed a short question; a long one may go on, and a
        way to reach somebody may follow another."""
        if self.open is not None and text and self.open.question.type not in GOING_ON:
            self.open = None

    def report_unknown(self, text: str) -> None:
        if text:
            self.found.unknown.append(" ".join(text.split())[:_MAX_LABEL_SHOWN])

    def is_label(self, text: str) -> bool:
        return self.layout.question_at(text, self.section) is not None


def _line(place: str) -> int:
    """Return the number of a line of plain text."""
    return int(place.removeprefix(TYPED).partition(" ")[0])
