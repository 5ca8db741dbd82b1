"""What is said to whoever decides, beside the clocks: national rules on particular children, and
what an area's document takes for a serious incident.

Declared data and nothing else; nothing is ever decided by it.
"""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from pydantic import Field

from agent.declared import Declared, Figure


class Notices(Declared):
    """What the national rules ask where a child or an incident belongs to another authority too,
    and where the child is looked after; the last is added where the child has died."""

    out_of_area: Figure[str]
    looked_after: Figure[str]
    looked_after_death: Figure[str]


class Criterion(Declared):
    """One thing that makes an incident one to be looked at, in our own words."""

    says: str
    source: str


class Exclusion(Declared):
    """One thing that the area's document leaves to another process, in our own words.

    Where a referral has the phrases `words` and none of the phrases `unless` (sets of words.toml),
    a person is asked whether it applies; without `words` it is only shown.
    """

    says: str
    source: str
    words: str = ""
    unless: str = ""


class Criteria(Declared):
    """What an area decides by; shown with a case, and never counted or weighed."""

    met_when: Annotated[tuple[Criterion, ...], Field(min_length=1)]
    excluded: tuple[Exclusion, ...] = ()
    checked_on: date

    def asked_sets(self) -> Iterator[str]:
        """Yield the sets of phrases that it asks for."""
        for one in self.excluded:
            yield from filter(None, (one.words, one.unless))
