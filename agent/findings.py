"""What `locate` finds in a document and `extract` reads: answers and records, each with its place.

Data only; knows nothing of documents or of what answers mean.
"""

from dataclasses import dataclass, field

from agent.questions import Question, TableLayout


@dataclass(slots=True)
class Answer:
    """What is written beside a label; `text` is "" and `place` the label's own while nothing is.

    `table` is set for a column of a person's table.
    """

    question: Question
    place: str
    table: TableLayout | None = None
    text: str = ""

    def add(self, text: str, place: str) -> None:
        """Add words; the first ones decide the place."""
        if text:
            self.place = self.place if self.text else place
            self.text = f"{self.text}\n{text}" if self.text else text


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a table with rows: what is written in each column the header named."""

    table: TableLayout
    cells: tuple[Answer, ...]


@dataclass(slots=True)
class Findings:
    """Everything found, in reading order. `labels` are the names of labels and tables seen,
    `unknown` those that look like labels and are none, `uneven` the tables with rows that do not
    fit their header."""

    answers: list[Answer] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)
    unknown: list[str] = field(default_factory=list)
    uneven: list[str] = field(default_factory=list)
