"""What the layouts in use know of labels and tables: which field a label of a new form gives.
Pure; a guess is made only where a label is known, a likeness is only mentioned."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process, utils

from agent.formshape import Headed
from agent.labels import label_key
from agent.layouts import Layout
from agent.model.message import Kind
from agent.questions import Question, TableLayout

# Headings over what is asked about the child, as other than about its family.
_OF_CHILD = re.compile(r"\b(?:child|young person|subject)\b", re.IGNORECASE)
_OF_OTHERS = re.compile(
    r"\bother|famil|household|parent|carer|sibling|relative|\d\s*$", re.IGNORECASE
)
# From here on a label is like enough to a known one to be worth a look.
_ALIKE = 82


@dataclass(frozen=True, slots=True)
class KnownTable:
    """The known table with the header of a new one, and its columns by the new one's cells.

    `table` is None and `others` names the candidates where several have that header.
    """

    table: TableLayout | None
    columns: tuple[Question | None, ...]
    others: tuple[str, ...] = ()


@dataclass(slots=True)
class Known:
    """The known layouts and in which of its parts each one is now: the same label asks for somebody
    else under another heading. A form's own layout goes before a generic one."""

    layouts: Sequence[Layout]
    kind: Kind | None
    _sections: dict[str, str | None] = field(default_factory=dict)
    # None before the first heading that follows a question: a form begins with the child.
    _is_known_part: bool | None = None

    def __post_init__(self) -> None:
        self.layouts = sorted(
            self.layouts, key=lambda one: (one.kind is not self.kind, one.generic)
        )

    def is_label(self, text: str) -> bool:
        """Return whether a text is known for a label and for no heading."""
        if any(one.is_heading(text) for one in self.layouts):
            return False
        return any(one.question_at(text) is not None for one in self.layouts)

    def begin(self, heading: str, is_first: bool = False) -> None:
        """Take in a heading; one that is first, before any question, may belong to the title."""
        for layout in self.layouts:
            self._sections[layout.id] = layout.section_after(heading)
        is_known = any(layout.is_heading(heading) for layout in self.layouts)
        is_of_child = _OF_CHILD.search(heading) and not _OF_OTHERS.search(heading)
        self._is_known_part = is_known or bool(is_of_child) or (None if is_first else False)

    def question(self, label: str) -> Question | None:
        """Return the known question with this label in the part of the form being read.

        A label that asks for different people's data in different parts ("Name", "Date of birth")
        is known only in a part that is.
        """
        found = [
            (layout, question)
            for layout in self.layouts
            if (question := layout.question_at(label, self._sections.get(layout.id))) is not None
        ]
        if not found:
            return None
        # Forms of its kind know more than others, and this part of a form more than any part.
        layout, question = min(
            found, key=lambda one: (one[0].kind is not self.kind, one[1].section is None)
        )
        is_own = layout.kind is self.kind
        is_told = is_own if self._is_known_part is None else self._is_known_part
        if question.section is None and not is_told and self._depends_on_part(label):
            return None
        for other, asked in found:
            self._sections[other.id] = asked.begins or self._sections.get(other.id)
        if question.begins is not None:
            self._is_known_part = True
        # What stands on a form before it is sent out does so on forms of that kind.
        return question if is_own else question.model_copy(update={"fills": True})

    def _depends_on_part(self, label: str) -> bool:
        key = label_key(label)
        return any(
            key == label_key(wording)
            for layout in self.layouts
            for question in layout.question
            if question.section is not None
            for wording in question.labels
        )

    def table(self, headed: Headed) -> KnownTable | None:
        """Return what is known of a table's header: by the words before it where several tables
        have the same columns."""
        others: tuple[str, ...] = ()
        for layout in self.layouts:
            fitting = layout.tables_headed(headed.labels)
            announced = layout.table_after(headed.before) if headed.before else None
            best = [one for one in fitting if one[1].count(None) == fitting[0][1].count(None)]
            chosen = [one for one in fitting if one[0] is announced] or best
            if len(chosen) == 1 and (chosen[0][0] is announced or not others):
                return KnownTable(*chosen[0])
            others = others or tuple(table.name for table, _ in best)
        return KnownTable(None, (), others) if others else None

    def like(self, label: str) -> tuple[str, str] | None:
        """Return the field and wording of the known label most like this one, if one is alike."""
        wordings = {
            wording: question.field
            for layout in reversed(self.layouts)
            for question in layout.question
            if question.field is not None and question.rows is None and question.section is None
            for wording in question.labels
        }
        found = process.extractOne(
            label,
            list(wordings),
            scorer=fuzz.token_sort_ratio,
            processor=utils.default_process,
            score_cutoff=_ALIKE,
        )
        return None if found is None else (wordings[found[0]], found[0])
