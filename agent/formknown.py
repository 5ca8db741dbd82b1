"""What the layouts in use know of labels and tables: which field a label of a new form gives.
Pure; a guess is made only where a label is known, a likeness is only mentioned."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process, utils

from agent.formshape import Headed
from agent.layouts import Layout
from agent.model.message import Kind
from agent.questions import Question, TableLayout

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

    def __post_init__(self) -> None:
        self.layouts = sorted(
            self.layouts, key=lambda one: (one.kind is not self.kind, one.generic)
        )

    def is_label(self, text: str) -> bool:
        """Return whether a text is known for a label and for no heading."""
        if any(one.is_heading(text) for one in self.layouts):
            return False
        return any(one.question_at(text) is not None for one in self.layouts)

    def begin(self, heading: str) -> None:
        """Take in a heading."""
        for layout in self.layouts:
            self._sections[layout.id] = layout.section_after(heading)

    def question(self, label: str) -> Question | None:
        """Return the known question with this label in the part of the form being read."""
        found: list[tuple[bool, bool, Question]] = []
        for layout in self.layouts:
            section = self._sections.get(layout.id)
            question = layout.question_at(label, section)
            if question is not None:
                self._sections[layout.id] = question.begins or section
                is_other = layout.kind is not self.kind
                found.append((is_other, question.section is None, question))
        if not found:
            return None
        # Forms of its kind know more than others, and this part of a form more than any part.
        is_other, _, question = min(found, key=lambda one: one[:2])
        # What stands on a form before it is sent out does so on forms of that kind.
        return question.model_copy(update={"fills": True}) if is_other else question

    def table(self, headed: Headed) -> KnownTable | None:
        """Return what is known of a table's header: by the words before it where several tables
        have the same columns."""
        others: tuple[str, ...] = ()
        for layout in self.layouts:
            fitting = layout.tables_headed(headed.labels)
            announced = layout.table_after(headed.before) if headed.before else None
            best = [one for one in fitting if one[1].count(None) == fitting[0][1].count(None)]
            chosen = [one for one in fitting if one[0] is announced] or best
            if len(chosen) == 1:
                return KnownTable(*chosen[0])
            others = others or tuple(table.name for table, _ in best)
        return KnownTable(None, (), others) if others else None

    def like(self, label: str) -> tuple[str, str] | None:
        """Return the field and wording of the known label most like this one, if one is alike."""
        wordings = {
            wording: question.field
            for layout in reversed(self.layouts)
            for question in layout.question
            if question.field is not None and question.section is None
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
