"""The groups that meet about referrals and cases: what each considers and what it may decide.

Declared data and nothing else: what stands on an agenda is told by `agenda`.
"""

import re
from collections.abc import Mapping
from datetime import date
from itertools import chain
from typing import Annotated, Self

from pydantic import Field, model_validator

from agent.clockrules import Events, what_is_wrong
from agent.declared import Declared
from agent.model.case import CaseType

_WORD = re.compile(r"[^\W_]+")


class Group(Declared):
    """One body of the area; `id` is the kind of its meetings, as events name it.

    `considers` names the events from which on a case of a type is for it: until it has met on the
    case, or one of `until` has happened. `outcomes` are what its document lets it decide, in our
    own words; () where it is silent.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    name: str
    considers: Annotated[Mapping[CaseType, Events], Field(min_length=1)]
    until: Events = ()
    outcomes: tuple[str, ...] = ()
    source: str
    checked_on: date

    @model_validator(mode="after")
    def _name_events(self) -> Self:
        for text in (*chain.from_iterable(self.considers.values()), *self.until):
            if wrong := what_is_wrong(text):
                raise ValueError(f"group `{self.id}`: {wrong}")
        return self

    def knows(self, outcome: str) -> bool:
        """Return whether its document names this outcome, or one that has these words in a row."""
        said = _plain(outcome)
        return not self.outcomes or any(said in _plain(one) for one in self.outcomes)


def find_group(groups: tuple[Group, ...], kind: str) -> Group | None:
    """Return the group whose meetings are of this kind, or None."""
    return next((one for one in groups if one.id == kind), None)


def _plain(text: str) -> str:
    """Return the words alone, with a blank on each side, so that only whole ones are found."""
    return f" {' '.join(_WORD.findall(text.lower()))} "
