"""A form as read: the canonical fields of DESIGN section 4 with the place each value came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# A text, a yes/no (incident_is_death), or rows (family, other_agencies, chronology).
Value = str | bool | tuple[Mapping[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class FieldValue:
    """One answer. `raw` is the answer as typed; `source` is file and place in words."""

    value: Value = field(repr=False)
    source: str
    raw: str = field(repr=False)
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about the form a person wants to know: a fixed code, the question's label."""

    code: str
    label: str

    def __str__(self) -> str:
        return f"{self.code}: {self.label}" if self.label else self.code


@dataclass(frozen=True, slots=True)
class Form:
    """A filled or blank form recognised in a document.

    `fields` has a key for every field the layout declares; a question left empty is None.
    `filled` is false where no question has an answer: a blank form.
    """

    layout: str
    kind: str
    filename: str
    fields: Mapping[str, FieldValue | None] = field(repr=False)
    problems: tuple[Problem, ...] = ()
    filled: bool = True

    def value(self, name: str) -> Value | None:
        """Return the value of a field, or None where it is empty or not on this form."""
        answer = self.fields.get(name)
        return None if answer is None else answer.value

    def text(self, name: str) -> str | None:
        """Return a field's value where it is a text, else None."""
        value = self.value(name)
        return value if isinstance(value, str) else None
