"""What the layouts in use already know of labels and tables: which field a label of a new form
gives. Pure; for `formlearn` only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from agent.formshape import Headed
from agent.labels import label_key
from agent.layouts import Layout
from agent.model.message import Kind
from agent.questions import Question, TableLayout

# From here on a label is like enough to a known one to be worth a look; never more than that.
_ALIKE = 82


@dataclass(slots=True)
class Known:
    """The known layouts, those of the form's own kind first, and the part of the form being read:
    the same label asks for somebody else's name under another heading."""

    layouts: tuple[Layout, ...]
    _sections: dict[str, str | None] = field(default_factory=dict)

    @classmethod
    def of(cls, layouts: Sequence[Layout], kind: Kind | None) -> "Known":
        """Return what layouts know of a form of that kind; a form's own layout goes before a
        generic one."""
        ranked = sorted(layouts, key=lambda one: (one.kind is not kind, one.generic))
        return cls(tuple(ranked))

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
        """Return the known question with this label, in the part of the form being read; one whose
        answer is kept before one whose is not."""
        found = []
        for layout in self.layouts:
            question = layout.question_at(label, self._sections.get(layout.id))
            if question is not None:
                found.append(question)
                self._sections[layout.id] = question.begins or self._sections.get(layout.id)
        kept = (one for one in found if one.field is not None)
        return found[0] if found and self._decides(found[0]) else next(kept, None) or next(iter(found), None)
