"""One pass over the blocks of a document, in reading order: which words answer which label.

Pure; knows nothing of what answers mean. Tables come as `arrange` leaves them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from agent.findings import Answer, Row
from agent.locate.arrange import is_box
from agent.locate.asking import all_words, as_label, begins_with_label
from agent.locate.listening import GOING_ON, TYPED, Header, Listening
from agent.model.document import Block, Cell, Paragraph, Table
from agent.questions import ROW_KEYS


@dataclass(slots=True)
class Search(Listening):
    """One pass. `above` are the labels over the columns of the next row; `begun` the questions
    whose label is merged over rows, by its place; `hanging` is a question asked in the last row of
    a table, whose answer no paragraph gives; `is_form` says that the table being read has labels,
    `has_child` that a child has been read under its header."""

    above: Sequence[Answer | None] = ()
    begun: dict[str, Answer] = field(default_factory=dict)
    hanging: Answer | None = None
    is_form: bool = False
    has_child: bool = False

    def block(self, block: Block, below: Block | None = None) -> None:
        """Take in the next paragraph or table, with the block below it."""
        if isinstance(block, Paragraph):
            if self.hanging is self.open:
                self.open = None
            self.words(block.text, block.place, has_box=is_box(below))
            return
        self.header = None
        self.is_form = any(self.layout.has_label(cell.text) for row in block.rows for cell in row)
        is_stacked = self._is_stacked(block)
        for index, row in enumerate(block.rows):
            under = block.rows[index + 1] if index + 1 < len(block.rows) else ()
            if not self._take_below(row) and not self._ask_above(row, under):
                is_last = index + 1 == len(block.rows)
                has_box = is_box(below) if is_last else is_stacked and index % 2 == 0
                self._row(row, has_box=has_box)
        self.header = None
        is_empty = self.open is not None and not self.open.text
        self.hanging = self.open if is_empty and len(block.rows) > 2 else None

    def _is_stacked(self, table: Table) -> bool:
        """Return whether labels and their boxes stand under one another in one column."""
        texts = [row[0].text for row in table.rows if len(row) == 1]
        if len(texts) != len(table.rows) or len(texts) % 2:
            return False
        labels = [text for text in texts[::2] if self.layout.has_label(text) or self.like(text)]
        return len(texts) == 2 or len(labels) * 2 > len(texts) // 2

    def _ask_above(self, row: tuple[Cell, ...], below: tuple[Cell, ...]) -> bool:
        """Take in a row of labels with their answers in the row below; returns whether it is one.

        At least two cells, and more than half, must be labels whose answers are kept, and no
        cell below one.
        """
        if len(row) < 2 or len(row) != len(below):
            return False
        if len(row) == 2 and not self.is_label(row[1].text):
            return False
        asked, section = [], self.section
        for cell in row:
            asked.append(self.layout.question_at(cell.text, section))
            section = asked[-1].begins or section if asked[-1] else section
        known = {one.name for one in asked if one is not None and one.field is not None}
        likes = [one or self.like(cell.text) for one, cell in zip(asked, row, strict=True)]
        asking = {one.name for one in likes if one is not None and one.field is not None}
        asking = asking if len(row) > 2 and known else known
        if len(asking) < 2 or len(asking) * 2 <= len(row) or self._heads(row):
            return False
        if any(self.asked(cell.text) for cell in below):
            return False
        above: list[Answer | None] = []
        for question, cell in zip(asked, row, strict=True):
            like = question or self.like(cell.text)
            if like is not None:
                above.append(self.ask(like, cell, is_guessed=question is None))
            else:
                self.report_unknown(cell.text)
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
                answer.add(self.layout.without_instructions(all_words(cell)), cell.place)
        self.above = ()
        return True

    def _row(self, row: tuple[Cell, ...], *, has_box: bool) -> None:
        first = next((cell.text for cell in row if cell.text), None)
        if first is None and not any(cell.nested for cell in row):
            return
        if self._begin_header(row):
            return
        self._begin_bare(row)
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
            question = self.layout.question_at(first, self.section)
            return question is None or question.rows is not None
        return not self.asked(first)

    def _single(self, cell: Cell, *, has_box: bool) -> None:
        """Take in a row of one cell: a heading, a label, a box with an answer, or a frame."""
        is_frame = any(self._knows(table) for table in cell.nested)
        header = self.header
        text = cell.text if is_frame else all_words(cell)
        if self.open is not None or "\n" not in text or self.asked(text):
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
            asked, is_guessed = self.asked(cell.text), False
            if answer is not None and is_pair and not answer.text:
                # In a plain pair the second cell is the answer, whatever it begins with.
                asked = asked if self._asks_more(answer, cell.text) else []
            elif not asked:
                asked = self.guessed(cell.text, is_label=is_pair and index == 0)
                is_guessed = True
            if asked:
                if is_pair and index == 0 and row[1].text:
                    section = asked[-1][0].begins or self.section
                    has_more = begins_with_label(self.layout, row[1].text, section)
                    asked = asked if has_more else as_label(asked)
                self.answer(asked, cell.text, cell.place, is_guessed=is_guessed)
                answer = self.begun[cell.place] = self.found.answers[-1]
            elif answer is not None:
                answer.add(self.layout.without_instructions(all_words(cell)), cell.place)
            else:
                self._unlabelled(row[index:])
                return
        if answer is not None:
            # An empty cell is an answer too: nothing more is expected below. But the lines of a
            # cell that was pasted into a plain text go on there.
            is_typed = answer.place.startswith(TYPED) and bool(answer.text)
            self.open = answer if is_typed and answer.question.type in GOING_ON else None

    def _unlabelled(self, row: Sequence[Cell]) -> None:
        """Take in cells that no label stands before: a heading, a table typed as an answer, or
        a label that the layout does not know."""
        text = row[0].text
        if self.layout.is_heading(text):
            self.words(text, row[0].place)
        elif self._is_told(row):
            assert self.open is not None
            self.open.add(" | ".join(all_words(cell) for cell in row), row[0].place)
        elif self.layout.without_instructions(text) and self.found.labels:
            self.report_unknown(text)
        for cell in row:
            for table in cell.nested:
                self.block(table)

    def _is_told(self, row: Sequence[Cell]) -> bool:
        """Return whether a row stands in a long answer: of a table without labels, or of several
        columns."""
        if self.open is None or self.open.question.type != "long_text":
            return False
        return len(row) > 2 or (len(row) == 2 and not self.is_form and bool(row[1].text))

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
        # "Role | Team Manager" is a label and its answer, though other tables ask for a team.
        if len(row) == 2 and self.is_label(row[0].text) and not self.layout.heads(row[1].text):
            return False
        fitting = self.layout.tables_headed([cell.text for cell in row])
        if not fitting:
            return False
        announced = [one for one in fitting if one[0] is self.announced]
        best = [one for one in fitting if one[1].count(None) == fitting[0][1].count(None)]
        unused = [one for one in best if one[0].name not in self.found.labels]
        self.header = (announced or unused or best)[0]
        self.found.labels.add(self.header[0].name)
        self.open, self.announced, self.has_child = None, None, False
        return True

    def _begin_bare(self, row: Sequence[Cell]) -> None:
        """Begin an announced list that has lost its header: its cells are those that are kept."""
        table = self.announced
        self.announced = None
        if table is None or table.rows is None or len(row) < 2:
            return
        kept = tuple(one for one in table.columns if one.fields)
        columns = {name: one for one in reversed(kept) for name in one.fields}
        usual = tuple(columns[name] for name in ROW_KEYS[table.rows] if name in columns)
        is_record = len(row) == len(usual) and bool(row[0].text)
        if is_record and not any(self.layout.has_label(cell.text) for cell in row[:1]):
            self.header = (table, usual)
            self.found.labels.add(table.name)
            self.open = None

    def _record(self, header: Header, row: Sequence[Cell]) -> None:
        """Take in a row under a header."""
        table, columns = header
        if len(row) != len(columns):
            self.found.uneven.append(table.name)
        cells: list[Answer] = []
        for column, cell in zip(columns, row, strict=False):
            if column is not None:
                words = self.layout.without_instructions(all_words(cell))
                cells.append(Answer(column, cell.place, table, words))
        is_child = any("child_name" in one.question.fields and one.text for one in cells)
        if table.rows is None and is_child and self.has_child:
            self.found.rows.append(Row("children", tuple(cells)))
        elif table.rows is None:
            self.has_child = self.has_child or is_child
            self.found.answers.extend(cells)
        else:
            self.found.rows.append(Row(table.rows, tuple(cells)))

    def _knows(self, table: Table) -> bool:
        """Return whether a nested table holds parts of the form rather than an answer."""
        return any(
            self._heads(row)
            or any(self.is_label(cell.text) for cell in row)
            or any(self._knows(inner) for cell in row for inner in cell.nested)
            for row in table.rows
        )
