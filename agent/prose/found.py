"""What one reading of prose found: a value, where it was read, how plain it is. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from agent.model.form import FieldValue, Problem, Value
from agent.prose.passage import Said


@dataclass(frozen=True, slots=True)
class Found:
    """A value read in a sentence; of several, those with the highest `rank` count."""

    value: Value
    said: Said
    raw: str
    confidence: float
    rank: int = 0

    def as_field(self) -> FieldValue:
        """Return it as a form's answer."""
        return FieldValue(self.value, self.said.source, self.raw, self.confidence)


def only(found: Iterable[Found], label: str) -> tuple[Found | None, tuple[Problem, ...]]:
    """Return the one value of the highest rank; two different ones are none, and a problem."""
    best = list(found)
    if not best:
        return None, ()
    top = max(one.rank for one in best)
    best = [one for one in best if one.rank == top]
    if len({_key(one.value) for one in best}) > 1:
        return None, (Problem("two_answers", label),)
    return max(best, key=lambda one: one.confidence), ()


def _key(value: Value) -> Value:
    return " ".join(value.casefold().split()) if isinstance(value, str) else value
