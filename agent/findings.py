"""What `locate` finds in a document and `extract` reads: answers and records, each with its place.

Data only; knows nothing of documents or of what answers mean.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from agent.questions import Question, RowsField, TableLayout


@dataclass(slots=True)
class Answer:
    """What is written beside a label; `text` is "" and `place` the label's own while nothing is.

    `table` is set for a column of a person's table; `label` is what is printed. `is_guessed`
    where nobody listed that label, and its key words tell what it asks.
    """

    question: Question
    place: str
    table: TableLayout | None = None
    text: str = ""
    label: str = ""
    is_guessed: bool = False

    def add(self, text: str, place: str) -> None:
        """Add words; the first ones decide the place."""
        if text:
            self.place = self.place if self.text else place
            self.text = f"{self.text}\n{text}" if self.text else text


@dataclass(frozen=True, slots=True)
class Row:
    """One record: what is written in each column the header named, or under labels of its own."""

    rows: RowsField | Literal["children"]
    cells: tuple[Answer, ...]


@dataclass(slots=True)
class Findings:
    """Everything found, in reading order. `labels` are the names of labels and tables seen,
    `unknown` those that look like labels and are none, `uneven` the tables with rows that do not
    fit their header; `guessed` those of questions whose label nobody listed."""

    answers: list[Answer] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)
    unknown: list[str] = field(default_factory=list)
    uneven: list[str] = field(default_factory=list)
    guessed: set[str] = field(default_factory=set)


def labelled_rows(answers: Iterable[Answer]) -> Iterator[Row]:
    """Yield the records whose parts have labels of their own, each begun by the label that says
    who it is: "MOTHER", then "D.O.B"."""
    cells: list[Answer] = []
    for answer in answers:
        rows = answer.question.rows
        if rows is None:
            continue
        if answer.question.label_field is not None and cells:
            yield Row(rows, tuple(cells))
            cells = []
        if answer.question.label_field is not None or cells:
            cells.append(answer)
    if cells and cells[0].question.rows is not None:
        yield Row(cells[0].question.rows, tuple(cells))
