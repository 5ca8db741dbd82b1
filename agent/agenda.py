"""What stands on a group's agenda: the cases it considers and has not met on yet. Pure.

It puts nothing on an agenda and takes nothing off: a person records `agenda_set` and
`meeting_held`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from agent.grouprules import Group
from agent.model.case import CaseEvent, CaseFile

_CONSIDERED = frozenset({"open", "paused"})


@dataclass(frozen=True, slots=True)
class Item:
    """A case on an agenda: since when it is for the group, and for which day it was put there."""

    ref: str
    case_type: str
    since: date
    put_on: date | None


def agenda_of(group: Group, files: Iterable[CaseFile]) -> tuple[Item, ...]:
    """Return what the group has to consider: what has a day first, then the longest waiting."""
    items = [item for file in files if (item := _item(group, file)) is not None]
    return tuple(sorted(items, key=lambda one: (one.put_on or date.max, one.since, one.ref)))


def _item(group: Group, file: CaseFile) -> Item | None:
    from_on = group.considers.get(file.case.type, ())
    if file.case.state not in _CONSIDERED:
        return None
    begins = [one for one in file.events if _is_one(one, from_on)]
    if not begins:
        return None
    ends = (f"meeting_held:{group.id}", *group.until)
    ended = [place for place, one in enumerate(file.events) if _is_one(one, ends)]
    since_then = file.events[ended[-1] + 1 :] if ended else file.events
    put = [one for one in since_then if _is_one(one, (f"agenda_set:{group.id}",))]
    # A meeting that only adjourned is followed by a new place on an agenda.
    if ended and not put:
        return None
    return Item(file.case.ref, file.case.type, begins[0].on, put[-1].on if put else None)


def _is_one(event: CaseEvent, names: Sequence[str]) -> bool:
    details = (event.detail.get("kind", ""), event.detail.get("outcome", ""))
    return any(
        event.anchor == name and (not detail or detail in details)
        for name, _, detail in (one.partition(":") for one in names)
    )
