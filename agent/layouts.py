"""Strict loading of form layouts (rules/forms/), and matching printed labels against them.

A layout is data: which titles and labels a form has, and which canonical field each one answers.
Nothing here looks at a document.
"""

import re
from collections.abc import Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from agent.declared import Declared, load_declared
from agent.errors import RuleError
from agent.labels import MAX_LABEL, NUMBERING_BEFORE, label_key, label_pattern
from agent.model.message import Kind

ValueType = Literal[
    "text",
    "long_text",
    "name",
    "name_and_address",
    "date",
    "date_or_death",
    "yes_no",
    "role_and_agency",
    "nhs_number",
    "moment",
]
# Types whose one answer gives two fields.
PAIRS = frozenset({"date_or_death", "role_and_agency"})

RowsField = Literal["family", "other_agencies", "chronology"]
ROW_KEYS: dict[str, tuple[str, ...]] = {
    "family": ("name", "relationship", "dob"),
    "other_agencies": ("agency", "contact", "reason"),
    "chronology": ("when", "event"),
}
# DESIGN section 4; the fields that tables of several rows give are in ROW_KEYS.
FIELDS = frozenset(
    {
        "child_name",
        "child_dob",
        "child_address",
        "child_gender",
        "child_ethnicity",
        "child_religion",
        "child_disability",
        "looked_after",
        "child_protection_plan",
        "open_to_social_care",
        "nhs_number",
        "incident_date",
        "incident_is_death",
        "incident_location",
        "carer_at_incident",
        "criminal_investigation",
        "coroner",
        "adult_safeguarding",
        "referral_date",
        "referrer_name",
        "referrer_role",
        "referrer_agency",
        "referrer_contact",
        "dsl_name",
        "dsl_role",
        "dsl_agency",
        "sibling_safeguarding",
        "summary",
        "reason_for_referral",
        "learning",
        "additional_info",
    }
)

# What may stand between a label and the answer behind it.
_GAP = r"(?P<gap>[\s?:.*]*(?:\([^()]*\)[\s?:.*]*)*(?:[-–—]+\s+)?)"
_GAP_SHOWS = re.compile(r"[?:)\n–—-]")


class Question(Declared):
    """A label and what its answer is: a question of its own, or a column of a table.

    Without `field` the label is known but its answer is not kept.
    """

    label: str
    also: tuple[str, ...] = ()
    type: ValueType = "text"
    field: str | None = None
    and_field: str | None = None
    required: bool = False

    @model_validator(mode="after")
    def _check_fields(self) -> Self:
        if (self.and_field is not None) != (self.type in PAIRS):
            raise ValueError(f"`and_field` goes with the types {', '.join(sorted(PAIRS))} only")
        if self.field is None and (self.required or self.and_field):
            raise ValueError(f"the label {self.label!r} needs a `field`")
        return self

    @property
    def labels(self) -> tuple[str, ...]:
        """Return every wording of the label."""
        return (self.label, *self.also)

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the fields its answer gives: none, one or two."""
        return tuple(name for name in (self.field, self.and_field) if name)


class TableLayout(Declared):
    """A table with a header row: one person's details, or with `rows` a list of records.

    `after` holds the words printed before it, which tell tables with equal headers apart. `name`
    is how a person is told of it.
    """

    name: str
    after: tuple[str, ...] = ()
    rows: RowsField | None = None
    columns: tuple[Question, ...] = Field(min_length=2)

    def columns_at(self, keys: Sequence[str]) -> tuple[Question | None, ...]:
        """Return the columns whose labels have these keys, None for a key that is no column's."""
        return tuple(self._by_key.get(key) for key in keys)

    @cached_property
    def _by_key(self) -> dict[str, Question]:
        return {label_key(label): column for column in self.columns for label in column.labels}


class Layout(Declared):
    """One form: how it is recognised and what its labels ask."""

    id: str
    kind: Kind
    titles: tuple[str, ...] = Field(min_length=1)
    minimum_labels: int = Field(ge=1)
    source: str
    checked_on: date
    headings: tuple[str, ...] = ()
    instructions: tuple[str, ...] = ()
    question: tuple[Question, ...] = Field(min_length=1)
    table: tuple[TableLayout, ...] = ()

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        allowed = {None: FIELDS} | {rows: frozenset(keys) for rows, keys in ROW_KEYS.items()}
        groups = [(None, self.question), *((one.rows, one.columns) for one in self.table)]
        for rows, questions in groups:
            for question in questions:
                if unknown := set(question.fields) - allowed[rows]:
                    raise ValueError(f"no field is called `{unknown.pop()}` ({question.label!r})")
        labels = [label_key(label) for one in self.question for label in one.labels]
        if doubled := [label for label in labels if labels.count(label) > 1 or not label]:
            raise ValueError(f"the label {doubled[0]!r} stands twice or is empty")
        return self

    @property
    def fields(self) -> tuple[str, ...]:
        """Return every canonical field the form asks for, in its order, each once."""
        single = [name for one in self.question for name in one.fields]
        for table in self.table:
            single += [table.rows] if table.rows else [n for c in table.columns for n in c.fields]
        return tuple(dict.fromkeys(single))

    def required(self) -> list[tuple[Question, str]]:
        """Return the questions that must be answered, each with the name a person knows it by."""
        found = [(one, one.label) for one in self.question if one.required]
        for table in self.table:
            found += [(one, f"{table.name}: {one.label}") for one in table.columns if one.required]
        return found

    def has_title(self, text: str) -> bool:
        """Return whether a short text holds one of the form's titles."""
        if len(text) > MAX_LABEL // 2:
            return False
        key = label_key(text)
        return any(title in key for title in self._titles)

    def question_at(self, text: str) -> Question | None:
        """Return the question whose label this text is."""
        return self._by_key.get(label_key(text))

    def questions_in(self, text: str) -> list[tuple[Question, str]]:
        """Return the questions of a text that begins with a label, each with the answer after it.

        A label counts where a colon, question mark, bracket, dash or line break ends it; a further
        label on the same short line only with its colon. Empty where no label begins the text.
        """
        found = self._label_first.match(text)
        if found is None or not _GAP_SHOWS.search(found["gap"]):
            return []
        question = self._by_key[label_key(found["label"])]
        rest = text[found.end() :]
        further = self._label_within.search(rest) if len(rest) <= MAX_LABEL else None
        if further is None:
            return [(question, rest.strip())]
        more = self.questions_in(rest[further.start() :].lstrip())
        return [(question, rest[: further.start()].strip()), *more]

    def is_heading(self, text: str) -> bool:
        """Return whether the text is a heading, which ends the answer before it."""
        return label_key(text) in self._headings

    def table_after(self, text: str) -> TableLayout | None:
        """Return the table that these words announce."""
        return self._announced.get(label_key(text))

    def tables_headed(
        self, texts: Sequence[str]
    ) -> list[tuple[TableLayout, tuple[Question | None, ...]]]:
        """Return the tables whose header row this may be, each with the columns of its cells: at
        least two, and more than half of the row, are known."""
        if len(texts) < 2:
            return []
        keys = [label_key(text) for text in texts]
        headed = ((table, table.columns_at(keys)) for table in self.table)
        return [
            (table, columns)
            for table, columns in headed
            if (known := len(columns) - columns.count(None)) >= 2 and known * 2 > len(columns)
        ]

    def without_instructions(self, text: str) -> str:
        """Return a text without the printed instructions its lines begin with."""
        lines = [self._without_instruction(line) for line in text.split("\n")]
        return "\n".join(line for line in lines if line)

    def _without_instruction(self, line: str) -> str:
        if not label_key(line[:MAX_LABEL]).startswith(self._instruction_starts):
            return line
        found = self._instruction.match(line)
        return line if found is None else line[found.end() :].strip()

    @cached_property
    def _titles(self) -> tuple[str, ...]:
        return tuple(label_key(title) for title in self.titles)

    @cached_property
    def _by_key(self) -> dict[str, Question]:
        return {label_key(label): one for one in self.question for label in one.labels}

    @cached_property
    def _headings(self) -> frozenset[str]:
        return frozenset(label_key(heading) for heading in self.headings)

    @cached_property
    def _announced(self) -> dict[str, TableLayout]:
        return {label_key(words): table for table in self.table for words in table.after}

    @cached_property
    def _instruction_starts(self) -> tuple[str, ...]:
        return tuple(label_key(words)[:12] for words in self.instructions)

    @cached_property
    def _instruction(self) -> re.Pattern[str]:
        return label_pattern(self.instructions, NUMBERING_BEFORE, r"[\s.:)]*")

    @cached_property
    def _label_first(self) -> re.Pattern[str]:
        labels = [label for one in self.question for label in one.labels]
        return label_pattern(labels, NUMBERING_BEFORE, _GAP)

    @cached_property
    def _label_within(self) -> re.Pattern[str]:
        labels = [label for one in self.question for label in one.labels]
        return label_pattern(labels, r"(?<=\s)", r"\s*(?:\([^()]*\)\s*)?:")


def load_layouts(places: Sequence[Path]) -> tuple[Layout, ...]:
    """Return the layouts in files, or in folders of them, in order.

    Raises:
        RuleError: a file is wrong, or two of them declare the same id; the text names the file.
    """
    layouts: dict[str, Layout] = {}
    for place in places:
        for path in sorted(place.glob("*.toml")) if place.is_dir() else [place]:
            layout = load_declared(path, Layout)
            if layout.id in layouts:
                raise RuleError(f"{path}: a layout with the id `{layout.id}` is already declared.")
            layouts[layout.id] = layout
    return tuple(layouts.values())
