"""Reads a form out of a document: finds the layout that fits, and turns answers into fields.

Pure, and never a guess. Which words answer which label is found by `locate`, what they mean by
`sheet`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from agent import answers, dates
from agent.findings import Findings, labelled_rows
from agent.labels import MAX_LABEL, label_key
from agent.layouts import Layout, TitleFound
from agent.locate import find_answers
from agent.model.document import Block, Document, Paragraph
from agent.model.form import FieldValue, Form, Problem
from agent.model.message import Kind
from agent.sheet import Sheet

# A table of thousands of unknown rows is one finding for a person, not thousands.
_MAX_PROBLEMS = 50
# A text with more holds no title.
_MAX_TITLE = MAX_LABEL // 2
_NO_TITLE = TitleFound(is_whole=False, before=0, length=0)
# With so many listed labels, or its own title, a document's unlisted ones count too.
_SURE_LABELS = 3
# A layout that knows so many times the labels of another fits better than that.
_CLEARLY_MORE = 1.25
# What may stand beside a chronology that is a document of its own: a title, a name, a reference.
_MAX_BESIDE = 6
# The days that say when the form was written; a chronology alone may end long before.
_WRITTEN_ABOUT = frozenset({"referral_date", "incident_date", "date_completed"})


def extract(document: Document, layouts: Sequence[Layout]) -> Form | None:
    """Return the form in a document, or None where no layout fits: title and enough labels.

    Generic layouts are tried only where no other fits, or where one fits so badly that a generic
    one of its kind may know more of its labels. A form without any answer is not `filled` and has
    no problems beside that.
    """
    reading = _Reading(document, [one for one in document.blocks if not _is_header(one)])
    forms = [one for one in layouts if not one.addition]
    own = reading.best(one for one in forms if not one.generic)
    if own is not None and not own.layout.is_loose(own.found.labels):
        return own.form
    generic = reading.best(one for one in forms if one.generic)
    if own is not None:
        is_better = generic is not None and generic.knows_more(own)
        return generic.form if generic is not None and is_better else own.form
    found = generic or reading.best_untitled(forms)
    if found is None and reading.is_short() and document.format != "body":
        found = reading.best(one for one in layouts if one.addition)
        found = found if found is not None and found.form.filled else None
    return None if found is None else found.form


def _is_header(block: Block) -> bool:
    return block.place.startswith("header ")


@dataclass(slots=True)
class _Reading:
    """A document as it is tried on one layout after another."""

    document: Document
    blocks: Sequence[Block]
    titles: list[tuple[str, str]] = field(init=False)
    keys: set[str] = field(init=False)

    def __post_init__(self) -> None:
        texts = short_texts(self.document.blocks)
        self.titles = [(text, label_key(text)) for text in texts]
        self.keys = {label_key(text) for text in _texts(self.blocks)}

    def best(self, layouts: Iterable[Layout]) -> "_Fitting | None":
        """Return the form that fits best by its title and its labels."""
        fitting = []
        for layout in layouts:
            title = layout.find_title(self.titles)
            if title is not None and not layout.is_other(self.keys):
                found = find_answers(self.blocks, layout)
                is_sure = title.is_whole or len(found.labels) >= _SURE_LABELS
                guessed = found.guessed if is_sure else ()
                if layout.fits(found.labels, guessed):
                    fitting.append(self._fitting(layout, title, found))
        return max(fitting, key=_Fitting.rank, default=None)

    def best_untitled(self, layouts: Iterable[Layout]) -> "_Fitting | None":
        """Return the form of a document that has lost its title, by its labels alone."""
        fitting = []
        for layout in layouts if len(self.blocks) > 1 or _has_table(self.blocks) else ():
            if layout.untitled_labels is not None:
                found = find_answers(self.blocks, layout)
                if layout.fits(found.labels, titled=False):
                    fitting.append(self._fitting(layout, _NO_TITLE, found))
        return max(fitting, key=_Fitting.rank, default=None)

    def _fitting(self, layout: Layout, title: TitleFound, found: Findings) -> "_Fitting":
        return _Fitting(layout, title, found, _form(self.document, layout, found))

    def is_short(self) -> bool:
        """Return whether the document holds hardly anything but its tables."""
        words = [one for one in self.blocks if isinstance(one, Paragraph)]
        return len(words) <= _MAX_BESIDE and len(words) < len(self.blocks)


def _texts(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text
        else:
            yield from (cell.text for row in block.rows for cell in row)


def _has_table(blocks: Sequence[Block]) -> bool:
    return any(not isinstance(block, Paragraph) for block in blocks)


@dataclass(frozen=True, slots=True)
class _Fitting:
    layout: Layout
    title: TitleFound
    found: Findings
    form: Form

    def knows_more(self, other: "_Fitting") -> bool:
        """Return whether it is a form of the same kind that knows clearly more of the labels."""
        is_more = len(self.found.labels) > _CLEARLY_MORE * len(other.found.labels)
        return self.layout.kind is other.layout.kind and is_more

    def rank(self) -> tuple[bool, TitleFound, bool, int]:
        """Return what says which of several forms a document is.

        A return whose own questions are answered is one whatever else the document holds: some
        areas send the filled referral round with a section for the agency under it. Then the
        form whose title comes first.
        """
        form = self.form
        asked = self.layout.needs if self.layout.kind is Kind.SCOPING_RETURN else ()
        is_answered = any(form.fields[name] is not None for name in asked)
        return is_answered, self.title, form.filled, len(self.found.labels)


def short_texts(blocks: Sequence[Block]) -> Iterator[str]:
    """Yield what may be a title: short paragraphs, cells of tables' first rows, rows of one cell,
    line by line."""
    for block in blocks:
        if isinstance(block, Paragraph):
            texts = [block.text]
        else:
            rows = [row for index, row in enumerate(block.rows) if index == 0 or len(row) == 1]
            texts = [
                line for row in rows for cell in row for line in (cell.text, *_first(cell.text))
            ]
        for text in texts:
            if text and len(text) <= _MAX_TITLE:
                yield text
                # Of a title in two languages each is one.
                yield from text.split(" / ") if " / " in text else ()


def _first(text: str) -> Iterator[str]:
    line, _, rest = text.partition("\n")
    if rest:
        yield line


def _form(document: Document, layout: Layout, found: Findings) -> Form:
    sheet = Sheet(document.filename, _latest_day(found))
    for answer in found.answers:
        if answer.question.rows is None:
            sheet.take(answer)
    for row in (*found.rows, *labelled_rows(found.answers)):
        sheet.take_row(row)
    sheet.settle_child()
    fields = {name: sheet.value(name) for name in layout.fields}
    if (children := sheet.part_children()) is not None:
        fields = {**fields, **{name: sheet.value(name) for name in fields}, "children": children}
    is_filled = any(fields[name] is not None for name in layout.filling)
    problems = [*sheet.problems, *_left_empty(layout, fields)]
    problems += [Problem("label_unknown", label) for label in found.unknown]
    problems += [Problem("uneven_row", name) for name in found.uneven]
    return Form(
        layout=layout.id,
        kind=layout.kind.value,
        filename=document.filename,
        fields=fields,
        problems=tuple(dict.fromkeys(problems))[:_MAX_PROBLEMS] if is_filled else (),
        filled=is_filled,
    )


def _latest_day(found: Findings) -> date | None:
    """Return the last day the form tells of, None where it does not say when it was written."""
    written = [
        dates.parse_date(answers.without_blanks(answer.text))
        for answer in found.answers
        if answer.question.field in _WRITTEN_ABOUT
    ]
    if not any(written):
        return None
    told = [
        dates.parse_moment(cell.text)
        for row in found.rows
        for cell in row.cells
        if cell.question.type == "moment"
    ]
    return max(day for day in (*written, *told) if day is not None)


def _left_empty(layout: Layout, fields: Mapping[str, FieldValue | None]) -> Iterator[Problem]:
    for question, name in layout.required():
        if all(fields[one] is None for one in question.fields):
            yield Problem("required_empty", name)
