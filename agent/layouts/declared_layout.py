"""One form as declared: its titles, questions, tables and parts, and what tells it from others.

Looks at no document.
"""

from collections.abc import Collection, Sequence
from datetime import date
from functools import cached_property
from typing import Self

from pydantic import Field, model_validator

from agent.declared import Declared
from agent.labels import label_key
from agent.layouts.titles import TitleFound, Titles
from agent.model.message import Kind
from agent.questions import FIELDS, ROW_KEYS, Question, Section, TableLayout

# So many labels of other forms make a document another.
_FOREIGN = 2
# A form of its own layout has nearly all of its labels; a year's old or an edited one has not.
_CLOSE = 0.6


class DeclaredLayout(Declared):
    """One form: how it is recognised and what its labels ask.

    A `generic` layout is tried only where none of the others fits. In a title `...` stands for
    words between. `needs` names fields of which the document must ask for at least one. A document
    without any title is this form from `untitled_labels` labels on. `foreign` are labels of other
    forms that use its title: a document with several of them is not this form. An `addition` is
    what people add to a form: it is one only where the document holds hardly anything else.
    """

    id: str
    kind: Kind
    titles: tuple[str, ...] = Field(min_length=1)
    minimum_labels: int = Field(ge=1)
    untitled_labels: int | None = Field(default=None, ge=4)
    needs: tuple[str, ...] = ()
    generic: bool = False
    addition: bool = False
    source: str
    checked_on: date
    headings: tuple[str, ...] = ()
    instructions: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    question: tuple[Question, ...] = Field(min_length=1)
    table: tuple[TableLayout, ...] = ()
    section: tuple[Section, ...] = ()

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        allowed = {None: FIELDS} | {rows: frozenset(keys) for rows, keys in ROW_KEYS.items()}
        asked = [(one.rows, one) for one in self.question]
        asked += [(table.rows, one) for table in self.table for one in table.columns]
        for rows, question in asked:
            if unknown := set(question.fields) - allowed[rows]:
                raise ValueError(f"no field is called `{unknown.pop()}` ({question.label!r})")
        labels = [(one.section, label_key(label)) for one in self.question for label in one.labels]
        if doubled := [pair for pair in labels if labels.count(pair) > 1 or not pair[1]]:
            raise ValueError(f"the label {doubled[0][1]!r} stands twice or is empty")
        begun = {one.name for one in self.section} | {one.begins for one in self.question}
        if unbegun := {one.section for one in self.question} - begun - {None}:
            raise ValueError(f"nothing on the form begins the section `{min(map(str, unbegun))}`")
        if unknown := set(self.needs) - set(self.fields):
            raise ValueError(f"`needs` names {unknown.pop()}, which no label asks for")
        return self

    @property
    def fields(self) -> tuple[str, ...]:
        """Return every canonical field the form asks for, in its order, each once."""
        single = [name for one in self.question for name in one.gives]
        for table in self.table:
            single += [table.rows] if table.rows else [n for c in table.columns for n in c.fields]
        return tuple(dict.fromkeys(single))

    @cached_property
    def filling(self) -> tuple[str, ...]:
        """Return the fields of which an answer makes the form a filled one."""
        single = [name for one in self.question if one.fills for name in one.gives]
        for table in self.table:
            columns = [one for one in table.columns if one.fills]
            single += [name for one in columns for name in one.fields] if not table.rows else []
            single += [table.rows] if table.rows and columns else []
        return tuple(dict.fromkeys(single))

    def required(self) -> list[tuple[Question, str]]:
        """Return the questions that must be answered, each with the name a person knows it by."""
        found = [(one, one.name) for one in self.question if one.required]
        for table in self.table:
            found += [(one, f"{table.name}: {one.label}") for one in table.columns if one.required]
        return found

    def find_title(self, texts: Sequence[tuple[str, str]]) -> TitleFound | None:
        """Return the best place where the form's title stands among short texts of a document,
        each given with its label key."""
        return self._titles.find(texts)

    def fits(
        self, labels: Collection[str], guessed: Collection[str] = (), *, titled: bool = True
    ) -> bool:
        """Return whether enough labels were found for a document to be this form.

        Of a form that has the title, labels that nobody listed (`guessed`) count by half.
        """
        needed = self.minimum_labels if titled else self.untitled_labels
        listed = self._telling & set(labels)
        alike = self._telling & set(guessed) - listed if titled else set()
        if needed is None or len(listed) + len(alike) / 2 < needed:
            return False
        labels = {*labels, *alike}
        return not self.needs or any(
            one.name in labels and set(one.fields) & set(self.needs) for one in self.question
        )

    def is_loose(self, labels: Collection[str]) -> bool:
        """Return whether so many labels are missing that another layout may fit better."""
        return len(labels) < _CLOSE * (len(self.question) + len(self.table))

    def is_other(self, keys: Collection[str]) -> bool:
        """Return whether labels of a document, as keys, tell that it is another form."""
        return len(self._foreign.intersection(keys)) >= _FOREIGN

    @cached_property
    def _titles(self) -> Titles:
        return Titles(self.titles)

    @cached_property
    def _telling(self) -> frozenset[str]:
        questions = frozenset(one.name for one in self.question if one.fills)
        return questions | {
            one.name for one in self.table if any(column.fills for column in one.columns)
        }

    @cached_property
    def _foreign(self) -> frozenset[str]:
        return frozenset(map(label_key, self.foreign))
