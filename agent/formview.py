"""One document as the agent sees it, whole: the form read from it, and what of it was not read.

Pure. For a person who holds the document beside it; reads nothing that `extract` does not.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.extract import extract, short_texts
from agent.findings import Findings
from agent.labels import label_key
from agent.layouts import Layout
from agent.locate import find_answers
from agent.model.document import Block, Cell, Document, Paragraph, Table
from agent.model.form import FieldValue, Form


@dataclass(frozen=True, slots=True)
class NotKept:
    """An answer to a question of the form whose answers the agent does not keep."""

    label: str
    text: str
    place: str


@dataclass(frozen=True, slots=True)
class FormView:
    """A document, the form in it if it is one, and the rest.

    `title` is the text by which the form was known, None where its labels alone told it. `fields`
    are those the document asks for, in its order; `not_asked` the layout's others. `unassigned` are
    the texts that stand under no label of the form; without a form that is every text.
    """

    document: Document
    form: Form | None = None
    title: str | None = None
    fields: tuple[tuple[str, FieldValue | None], ...] = ()
    not_asked: tuple[str, ...] = ()
    not_kept: tuple[NotKept, ...] = ()
    unassigned: tuple[Paragraph, ...] = ()


def view_document(document: Document, layouts: Sequence[Layout]) -> FormView:
    """Return a document with the form that one of the layouts reads in it."""
    form = extract(document, layouts)
    if form is None:
        return FormView(document, unassigned=tuple(_texts(document.blocks)))
    layout = next(one for one in layouts if one.id == form.layout)
    headers = [block for block in document.blocks if block.place.startswith("header ")]
    found = find_answers([one for one in document.blocks if one not in headers], layout)
    title = _title(document, layout)
    asked = _asked(document, layout, found)
    answers = [one for one in found.answers if one.text and not one.question.fields]
    return FormView(
        document=document,
        form=form,
        title=title,
        fields=tuple((name, form.fields[name]) for name in asked),
        not_asked=tuple(name for name in form.fields if name not in asked),
        not_kept=tuple(NotKept(one.question.label, one.text, one.place) for one in answers),
        unassigned=tuple(_Rest(layout, found, title).of_blocks(document.blocks)),
    )


def _title(document: Document, layout: Layout) -> str | None:
    texts = [(text, label_key(text)) for text in short_texts(document.blocks)]
    found = layout.find_title(texts)
    return None if found is None else texts[-found.before][0]


def _asked(document: Document, layout: Layout, found: Findings) -> list[str]:
    """Return the fields the document asks for, in its order; tables without any row come last."""
    places = [one.place for one in _cells(document.blocks)]
    answers = [(one.place, one.question.fields) for one in found.answers]
    answers += [(row.cells[0].place, (row.rows,)) for row in found.rows if row.cells]
    order = {place: at for at, place in reversed(list(enumerate(places)))}
    answers.sort(key=lambda one: order.get(one[0], len(places)))
    asked = [name for _, names in answers for name in names]
    for table in layout.table:
        if table.name in found.labels:
            columns = (name for column in table.columns for name in column.fields)
            asked += [table.rows] if table.rows else columns
    return list(dict.fromkeys(asked))


def _cells(blocks: Sequence[Block]) -> Iterator[Paragraph | Cell]:
    """Yield every paragraph and cell in reading order."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
            continue
        for row in block.rows:
            for cell in row:
                yield cell
                yield from _cells(cell.nested)


def _texts(blocks: Sequence[Block]) -> Iterator[Paragraph]:
    return (Paragraph(one.text, one.place) for one in _cells(blocks) if one.text)


class _Rest:
    """What is left of a document without the form's own words and the answers found."""

    def __init__(self, layout: Layout, found: Findings, title: str | None) -> None:
        self._layout = layout
        self._title = title
        self._sections = {None, *(one.section for one in layout.question)}
        labels = (label for one in layout.question for label in one.labels)
        self._labels = {label_key(label) for label in labels}
        told = [one.text for one in found.answers]
        told += [cell.text for row in found.rows for cell in row.cells]
        # Each line counts as often as it was found, so that a second "No" elsewhere is seen.
        self._told = Counter(line for text in told for line in text.split("\n"))

    def of_blocks(self, blocks: Sequence[Block]) -> Iterator[Paragraph]:
        """Yield what is left of these blocks, in reading order."""
        for block in blocks:
            if isinstance(block, Paragraph):
                yield from self._of_text(block.text, block.place)
            else:
                yield from self._of_table(block)

    def _of_table(self, table: Table) -> Iterator[Paragraph]:
        for row in table.rows:
            headed = self._layout.tables_headed([cell.text for cell in row])
            if headed:
                columns = headed[0][1]
                strange = [cell for cell, one in zip(row, columns, strict=True) if one is None]
                yield from (Paragraph(cell.text, cell.place) for cell in strange if cell.text)
            # A table in an answer is told as one line a row.
            elif len(row) == 1 or not self._take(" | ".join(cell.text for cell in row)):
                for cell in row:
                    yield from self._of_text(cell.text, cell.place)
                    yield from self.of_blocks(cell.nested)

    def _of_text(self, text: str, place: str) -> Iterator[Paragraph]:
        text = self._layout.without_instructions(text)
        if not text or self._take(text) or self._is_printed(text):
            return
        rest = self._behind_labels(text)
        if rest is None:
            rest = "\n".join(filter(None, map(self._of_line, text.split("\n"))))
        if rest:
            yield Paragraph(rest, place)

    def _of_line(self, line: str) -> str:
        if self._take(line) or self._is_printed(line):
            return ""
        rest = self._behind_labels(line)
        return line if rest is None else rest

    def _behind_labels(self, text: str) -> str | None:
        """Return what is left behind the labels a text begins with, None where it has none."""
        for section in self._sections:
            if asked := self._layout.questions_in(text, section):
                left = (one for _, answer in asked for one in answer.split("\n"))
                return "\n".join(one for one in left if one and not self._take(one))
        return None

    def _is_printed(self, text: str) -> bool:
        key = label_key(text)
        title = self._layout.find_title([(text, key)]) if key else None
        is_title = text == self._title or (title is not None and title.is_whole)
        return is_title or key in self._labels or self._layout.is_heading(text)

    def _take(self, text: str) -> bool:
        """Take the lines out of what was found; returns whether all of them were found."""
        lines = Counter(text.split("\n"))
        if not lines <= self._told:
            return False
        self._told -= lines
        return True
