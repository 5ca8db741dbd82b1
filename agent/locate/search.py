"""One pass over the blocks of a document, in reading order: which words answer which label.

Pure; knows nothing of what answers mean. Tables come as `arrange` leaves them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from agent.findings import Answer, Findings, Row
from agent.layouts import Layout
from agent.locate.arrange import is_box
from agent.model.document import Block, Cell, Paragraph, Table
from agent.questions import Question, TableLayout

# How much of an unknown label a person is shown.
_MAX_LABEL_SHOWN = 120
# A short question's answer in the paragraph below it is a line at most.
_MAX_BELOW = 120
# What stands behind a label in its own cell, above or beside its answer, still is the label.
_MAX_LABEL_TAIL = 100
_GOING_ON = ("long_text", "contact")
_UNLISTED = re.compile(r"(?P<label>[^:?\n]{3,160}[:?])\s*(?P<answer>.*)", re.DOTALL)
# Another way to reach somebody, on a line of its own.
_REACHED_AT = re.compile(r"[^\n]{0,80}(?:@|\d[\d\s()-]{8,})[^\n]{0,80}")


# The table being read, and the column that each cell of a row belongs to.
Header = tuple[TableLayout, tuple[Question | None, ...]]


@dataclass(slots=True)
class Search:
    """One pass. `open` is the question that waits for its answer below; `announced` the table
    whose words came last; `section` the part of the form being read; `header` the table being read
    and the column each cell belongs to; `above` the labels over the columns of the next row.
    `hanging` is a question asked in the last row of a table, whose answer no paragraph gives."""

    layout: Layout
    found: Findings = field(default_factory=Findings)
    open: Answer | None = None
    announced: TableLayout | None = None
    section: str | None = None
    header: Header | None = None
    above: Sequence[Answer | None] = ()
    begun: dict[str, Answer] = field(default_factory=dict)
    hanging: Answer | None = None
    is_form: bool = False

    def block(self, block: Block, below: Block | None = None) -> None:
        """Take in the next paragraph or table, with the block below it."""
        if isinstance(block, Paragraph):
            if self.hanging is self.open:
                self.open = None
            self.words(block.text, block.place, has_box=is_box(below))
            return
        self.header = None
        self.is_form = any(self.layout.has_label(cell.text) for row in block.rows for cell in row)
        for index, row in enumerate(block.rows):
            under = block.rows[index + 1] if index + 1 < len(block.rows) else ()
            if not self._take_below(row) and not self._ask_above(row, under):
                is_last = index + 1 == len(block.rows)
                has_box = is_box(below) if is_last else len(block.rows) == 2 and len(under) == 1
                self._row(row, has_box=has_box)
        self.header = None
        self.hanging = self.open if len(block.rows) > 2 else None

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
                self._ask(question, Paragraph(text, place))
            return True
        asked = _as_label(self._asked(text)) if has_box else self._asked(text)
        if asked and not self._is_told_of(asked[0][0]):
            self._answer(asked, text, place)
            return True
        if not asked and (guessed := self._guessed(text, is_label=has_box)):
            self._answer(guessed, text, place, is_guessed=True)
            return True
        if self.open is not None:
            if _may_answer(self.open, text):
                self.open.add(text, place)
            self._close_if_short(text)
        return False

    def _is_told_of(self, question: Question) -> bool:
        """Return whether a label only stands in a long answer: "Mother: seen twice in May"."""
        if self.open is None or self.open.question.type != "long_text":
            return False
        is_of_others = question.field is None or question.rows is not None or not question.fills
        return self.open.question.fills and question.begins is not None and is_of_others

    def _ask_above(self, row: tuple[Cell, ...], below: tuple[Cell, ...]) -> bool:
        """Take in a row of labels with their answers in the row below; returns whether it is one.

        At least two cells, and more than half, must be labels whose answers are kept, and no
        cell below one.
        """
        if len(row) < 2 or len(row) != len(below):
            return False
        if len(row) == 2 and not self._is_label(row[1].text):
            return False
        asked, section = [], self.section
        for cell in row:
            asked.append(self.layout.question_at(cell.text, section))
            section = asked[-1].begins or section if asked[-1] else section
        known = len({one.name for one in asked if one is not None and one.field is not None})
        if known < 2 or known * 2 <= len(row) or self._heads(row):
            return False
        if any(self._asked(cell.text) for cell in below):
            return False
        above: list[Answer | None] = []
        for question, cell in zip(asked, row, strict=True):
            like = question or self.layout.question_like(cell.text, self.section)
            if like is not None:
                above.append(self._ask(like, cell, is_guessed=question is None))
            else:
                self._report_unknown(cell.text)
                above.append(None)
        self.above = above
        self.open = None
        return True

    def _take_below(self, row: tuple[Cell, ...]) -> bool:
        """Take in the answers under a row of labels; returns whether there was one."""
        if not self.above:
            return False
        for answer, cell in zip(self.above, row, strict=True):
            if answer is not None:
                answer.add(self.layout.without_instructions(_all_words(cell)), cell.place)
        self.above = ()
        return True

    def _row(self, row: tuple[Cell, ...], *, has_box: bool) -> None:
        first = next((cell.text for cell in row if cell.text), None)
        if first is None and not any(cell.nested for cell in row):
            return
        if self._begin_header(row):
            return
        if len(row) == 1:
            self._single(row[0], has_box=has_box)
        elif self.header is not None and self._is_record(self.header, row, first or ""):
            self._record(self.header, row)
        else:
            self._labelled(row)

    def _is_record(self, header: Header, row: tuple[Cell, ...], first: str) -> bool:
        """Return whether a row goes on with the records under a header. "GP - Bell Lane Practice"
        begins one, though "GP" is a label elsewhere."""
        table, columns = header
        if table.rows is not None and len(row) == len(columns) > 2:
            return not self._is_label(first)
        return not self._asked(first)

    def _asked(self, text: str) -> list[tuple[Question, str]]:
        """Return the questions a text begins with, each with the answer behind its label."""
        question = self.layout.question_at(text, self.section)
        if question is not None:
            return [(question, "")]
        return self.layout.questions_in(text, self.section)

    def _guessed(self, text: str, *, is_label: bool) -> list[tuple[Question, str]]:
        """Return what a label that nobody listed asks, with the answer behind it.

        One that does not stand where only a label stands must end like one; and a long answer is
        ended by none that was asked before.
        """
        found = _UNLISTED.match(text)
        whole = is_label or (found is not None and not found["answer"])
        is_in_answer = self.open is not None and self.open.question.type == "long_text"
        like = self.layout.question_like(text, self.section) if whole else None
        has_own_line = found is not None and text[found.end("label") :].startswith("\n")
        if like is None and found is not None and (is_label or has_own_line or not is_in_answer):
            like, whole = self.layout.question_like(found["label"], self.section), False
        if like is None or (not is_label and self._was_asked(like)):
            return []
        return [(like, "" if whole or found is None else found["answer"])]

    def _begins_with_label(self, text: str, section: str | None) -> bool:
        if self.layout.questions_in(text, section):
            return True
        found = _UNLISTED.match(text)
        return found is not None and self.layout.question_like(found["label"], section) is not None

    def _was_asked(self, question: Question) -> bool:
        return any(set(one.question.fields) & set(question.fields) for one in self.found.answers)

    def _ask(
        self, question: Question, cell: Cell | Paragraph, *, is_guessed: bool = False
    ) -> Answer:
        self.header = None
        self.section = question.begins or self.section
        self.open = Answer(question, cell.place, label=cell.text, is_guessed=is_guessed)
        self.found.answers.append(self.open)
        if not is_guessed:
            self.found.labels.add(question.name)
        return self.open

    def _answer(
        self,
        asked: Sequence[tuple[Question, str]],
        text: str,
        place: str,
        *,
        is_guessed: bool = False,
    ) -> None:
        for question, answer in asked:
            label = text.removesuffix(answer) if len(asked) == 1 else question.label
            asking = Paragraph(label, place)
            self._ask(question, asking, is_guessed=is_guessed).add(answer, place)
        self._close_if_short(asked[-1][1])

    def _close_if_short(self, text: str) -> None:
        """Stop listening where words have followed a short question; a long one may go on, and a
        way to reach somebody may follow another."""
        if self.open is not None and text and self.open.question.type not in _GOING_ON:
            self.open = None

    def _single(self, cell: Cell, *, has_box: bool) -> None:
        """Take in a row of one cell: a heading, a label, a box with an answer, or a frame."""
        is_frame = any(self._knows(table) for table in cell.nested)
        header = self.header
        text = cell.text if is_frame else _all_words(cell)
        if self.open is not None or "\n" not in text or self._asked(text):
            is_known = self.words(text, cell.place, has_box=has_box)
        else:
            known = [self.words(line, cell.place) for line in text.split("\n")]
            is_known = any(known)
        if is_frame:
            for table in cell.nested:
                self.block(table)
        elif header is not None and not is_known:
            self.header = header
            self._record(header, (cell,))

    def _labelled(self, row: Sequence[Cell]) -> None:
        """Take in a row of labels, each with its answer in the cells after it."""
        answer: Answer | None = None
        is_pair = len(row) == 2
        for index, cell in enumerate(row):
            if not cell.text and not cell.nested:
                # The lower part of a label merged over rows asks the same question again.
                answer = self.begun.get(cell.place, answer)
                continue
            asked, is_guessed = self._asked(cell.text), False
            if answer is not None and is_pair and not answer.text:
                # In a plain pair the second cell is the answer, whatever it begins with.
                asked = asked if self._asks_more(answer, cell.text) else []
            elif not asked:
                asked = self._guessed(cell.text, is_label=is_pair and index == 0)
                is_guessed = True
            if asked:
                if is_pair and index == 0 and row[1].text:
                    section = asked[-1][0].begins or self.section
                    has_more = self._begins_with_label(row[1].text, section)
                    asked = asked if has_more else _as_label(asked)
                self._answer(asked, cell.text, cell.place, is_guessed=is_guessed)
                answer = self.begun[cell.place] = self.found.answers[-1]
            elif answer is not None:
                answer.add(self.layout.without_instructions(_all_words(cell)), cell.place)
            else:
                self._unlabelled(row[index:])
                return
        if answer is not None:
            # An empty cell is an answer too: nothing more is expected below.
            self.open = None

    def _unlabelled(self, row: Sequence[Cell]) -> None:
        """Take in cells that no label stands before: a heading, a table typed as an answer, or
        a label that the layout does not know."""
        text = row[0].text
        if self.layout.is_heading(text):
            self.words(text, row[0].place)
        elif self._is_told(row):
            assert self.open is not None
            self.open.add(" | ".join(_all_words(cell) for cell in row), row[0].place)
        elif self.layout.without_instructions(text) and self.found.labels:
            self._report_unknown(text)
        for cell in row:
            for table in cell.nested:
                self.block(table)

    def _is_told(self, row: Sequence[Cell]) -> bool:
        """Return whether a row stands in a long answer: of a table without labels, or of several
        columns."""
        if self.open is None or self.open.question.type != "long_text":
            return False
        return len(row) > 2 or (len(row) == 2 and not self.is_form and bool(row[1].text))

    def _report_unknown(self, text: str) -> None:
        if text:
            self.found.unknown.append(" ".join(text.split())[:_MAX_LABEL_SHOWN])

    def _is_label(self, text: str) -> bool:
        return self.layout.question_at(text, self.section) is not None

    def _asks_more(self, answer: Answer, text: str) -> bool:
        """Return whether the second cell of a pair is a label too. "Mother" and "School" may be
        labels of a form and are answers to "Carer" or "Agency"."""
        question = self.layout.question_at(text, self.section)
        is_asking = question is not None and question.field is not None and question.rows is None
        return is_asking and question != answer.question

    def _heads(self, row: Sequence[Cell]) -> bool:
        return bool(self.layout.tables_headed([cell.text for cell in row]))

    def _begin_header(self, row: Sequence[Cell]) -> bool:
        """Take in a header row, and remember whose it is; returns whether it was one."""
        fitting = self.layout.tables_headed([cell.text for cell in row])
        if not fitting:
            return False
        announced = [one for one in fitting if one[0] is self.announced]
        best = [one for one in fitting if one[1].count(None) == fitting[0][1].count(None)]
        unused = [one for one in best if one[0].name not in self.found.labels]
        self.header = (announced or unused or best)[0]
        self.found.labels.add(self.header[0].name)
        self.open, self.announced = None, None
        return True

    def _record(self, header: Header, row: Sequence[Cell]) -> None:
        """Take in a row under a header."""
        table, columns = header
        if len(row) != len(columns):
            self.found.uneven.append(table.name)
        cells: list[Answer] = []
        for column, cell in zip(columns, row, strict=False):
            if column is not None:
                words = self.layout.without_instructions(_all_words(cell))
                cells.append(Answer(column, cell.place, table, words))
        if table.rows is None:
            self.found.answers.extend(cells)
        else:
            self.found.rows.append(Row(table.rows, tuple(cells)))

    def _knows(self, table: Table) -> bool:
        """Return whether a nested table holds parts of the form rather than an answer."""
        return any(
            self._heads(row)
            or any(self._is_label(cell.text) for cell in row)
            or any(self._knows(inner) for cell in row for inner in cell.nested)
            for row in table.rows
        )


def _as_label(asked: list[tuple[Question, str]]) -> list[tuple[Question, str]]:
    """Return a question without the words that still belong to its label: "Police investigation?
    Officer in the case". What has a digit in it was written by somebody."""
    if len(asked) != 1:
        return asked
    question, tail = asked[0]
    is_answer = len(tail) > _MAX_LABEL_TAIL or any(map(str.isdecimal, tail))
    return [(question, tail if is_answer else "")]


def _may_answer(open_: Answer, text: str) -> bool:
    """Return whether words below a label may be its answer: printed sentences, which forms have
    many of, must not fill a blank form."""
    question = open_.question
    if question.type == "contact" and open_.text:
        return _REACHED_AT.fullmatch(text) is not None
    if question.type == "long_text":
        return True
    is_day = question.type in ("date", "date_or_death", "moment")
    return len(text) <= _MAX_BELOW and (not is_day or any(map(str.isdecimal, text)))


def _all_words(cell: Cell) -> str:
    """Return a cell's words, and those of the tables inside it row by row."""
    rows = (
        " | ".join(_all_words(one) for one in row) for table in cell.nested for row in table.rows
    )
    return "\n".join(words for words in (cell.text, *rows) if words)
