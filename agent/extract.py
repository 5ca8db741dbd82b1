"""Reads a form out of a document: finds the layout that fits, and turns answers into fields.

Pure, and never a guess: what cannot be read for certain stays as written, with a problem. Which
words answer which label is found by `locate`, what they mean by `answers`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from agent import answers, dates
from agent.labels import label_key
from agent.layouts import ROW_KEYS, Layout
from agent.locate import Answer, Findings, Row, find_answers
from agent.model.document import Document, Paragraph
from agent.model.form import FieldValue, Form, Problem, Value

# No short answer is longer; a longer one is kept as written, so that no pattern runs over a book.
_MAX_SHORT = 2_000
# A table of thousands of unknown rows is one finding for a person, not thousands.
_MAX_PROBLEMS = 50

Parsed = tuple[str | bool | None, ...]


def extract(document: Document, layouts: Sequence[Layout]) -> Form | None:
    """Return the form in a document, or None where no layout fits: title and enough labels.

    Of several that fit, the one with the most labels. A form without any answer is not `filled`
    and has no problems beside that.
    """
    fitting: list[tuple[Layout, Findings]] = []
    for layout in layouts:
        if _has_title(document, layout):
            found = find_answers(document.blocks, layout)
            if len(found.labels) >= layout.minimum_labels:
                fitting.append((layout, found))
    if not fitting:
        return None
    return _form(document.filename, *max(fitting, key=lambda one: len(one[1].labels)))


def _has_title(document: Document, layout: Layout) -> bool:
    return any(layout.has_title(text) for text in _texts(document))


def _texts(document: Document) -> Iterator[str]:
    """Yield what may be a title: paragraphs, and cells of tables' first rows."""
    for block in document.blocks:
        if isinstance(block, Paragraph):
            yield block.text
        else:
            for row in block.rows[:1]:
                yield from (cell.text for cell in row)


def _form(filename: str, layout: Layout, found: Findings) -> Form:
    sheet = _Sheet(filename)
    for answer in found.answers:
        sheet.take(answer)
    for row in found.rows:
        sheet.take_row(row)
    fields = {name: sheet.value(name) for name in layout.fields}
    is_filled = any(value is not None for value in fields.values())
    problems = [*sheet.problems, *_left_empty(layout, fields)]
    problems += [Problem("label_unknown", label) for label in found.unknown]
    problems += [Problem("uneven_row", name) for name in found.uneven]
    return Form(
        layout=layout.id,
        kind=layout.kind.value,
        filename=filename,
        fields=fields,
        problems=tuple(dict.fromkeys(problems))[:_MAX_PROBLEMS] if is_filled else (),
        filled=is_filled,
    )


def _left_empty(layout: Layout, fields: Mapping[str, FieldValue | None]) -> Iterator[Problem]:
    for question, name in layout.required():
        if all(fields[one] is None for one in question.fields):
            yield Problem("required_empty", name)


@dataclass(slots=True)
class _Sheet:
    """The fields of one form as they fill up; the first answer to a field stands."""

    filename: str
    fields: dict[str, FieldValue] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    records: dict[str, list[Mapping[str, str | None]]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def take(self, answer: Answer) -> None:
        """Take in one answer."""
        question, label = answer.question, _label(answer)
        for name, value in zip(question.fields, self._parsed(answer), strict=False):
            if value is None:
                continue
            first = self.fields.get(name)
            if first is None:
                source = f"{self.filename}, {answer.place}"
                self.fields[name] = FieldValue(value, source, answer.text)
            elif not _is_same(first.value, value):
                self.problems.append(Problem("two_answers", label))

    def take_row(self, row: Row) -> None:
        """Take in one record; one with nothing in the columns kept is no record."""
        assert row.table.rows is not None
        record: dict[str, str | None] = dict.fromkeys(ROW_KEYS[row.table.rows])
        for cell in row.cells:
            for name, value in zip(cell.question.fields, self._parsed(cell), strict=False):
                record[name] = value if isinstance(value, str) else None
        if any(record.values()):
            self.records.setdefault(row.table.rows, []).append(record)
            self.rows.setdefault(row.table.rows, []).append(row)

    def value(self, name: str) -> FieldValue | None:
        """Return what a field holds, or None."""
        if name not in self.records:
            return self.fields.get(name)
        rows = self.rows[name]
        raw = "\n".join(" | ".join(cell.text for cell in row.cells) for row in rows)
        source = f"{self.filename}, {_row_place(rows[0])}"
        return FieldValue(tuple(self.records[name]), source, raw)

    def _parsed(self, answer: Answer) -> Parsed:
        question = answer.question
        text = answers.without_blanks(answer.text)
        if not text or not question.fields:
            return ()
        if answers.points_elsewhere(text):
            self.problems.append(Problem("see_elsewhere", _label(answer)))
            return (text,)
        if question.type == "long_text" or len(text) > _MAX_SHORT:
            return (text,)
        parsed, problem = _PARSERS[question.type](text)
        if problem is not None:
            self.problems.append(Problem(problem, _label(answer)))
        return parsed


def _label(answer: Answer) -> str:
    label = answer.question.label
    return label if answer.table is None else f"{answer.table.name}: {label}"


def _row_place(row: Row) -> str:
    return row.cells[0].place.rpartition(" cell ")[0]


def _is_same(one: Value, other: Value) -> bool:
    """Return whether two answers say the same, whatever the order of a name's words."""
    if isinstance(one, str) and isinstance(other, str):
        return _bag(one) == _bag(other)
    return one == other


def _bag(text: str) -> list[str]:
    return sorted(map(label_key, text.replace(",", " ").split()))


def _text(text: str) -> tuple[Parsed, str | None]:
    return (answers.parse_ticks(text) or None,), None


def _yes_no(text: str) -> tuple[Parsed, str | None]:
    return (answers.parse_yes_no(text) or None,), None


def _name(text: str) -> tuple[Parsed, str | None]:
    return (answers.parse_name(text),), None


def _name_and_address(text: str) -> tuple[Parsed, str | None]:
    return (answers.parse_name_before_address(text),), None


def _date(text: str) -> tuple[Parsed, str | None]:
    day = dates.parse_date(text)
    return ((text,), "unreadable_date") if day is None else ((day.isoformat(),), None)


def _date_or_death(text: str) -> tuple[Parsed, str | None]:
    # The day may stand beside an empty box as well as beside a ticked one.
    (day,), problem = _date(text)
    return (day, answers.parse_is_death(answers.parse_ticks(text))), problem


def _role_and_agency(text: str) -> tuple[Parsed, str | None]:
    return answers.parse_agency_and_role(text), None


def _nhs_number(text: str) -> tuple[Parsed, str | None]:
    number = answers.parse_nhs_number(text)
    return ((text,), "unreadable_nhs_number") if number is None else ((number,), None)


def _moment(text: str) -> tuple[Parsed, str | None]:
    day = dates.parse_moment(text)
    return (text if day is None else day.isoformat(),), None


_PARSERS: Mapping[str, Callable[[str], tuple[Parsed, str | None]]] = {
    "text": _text,
    "name": _name,
    "name_and_address": _name_and_address,
    "date": _date,
    "date_or_death": _date_or_death,
    "yes_no": _yes_no,
    "role_and_agency": _role_and_agency,
    "nhs_number": _nhs_number,
    "moment": _moment,
}
