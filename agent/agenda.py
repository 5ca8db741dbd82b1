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
    since: date | None
    put_on: date | None


def agenda_of(group: Group, files: Iterable[CaseFile]) -> tuple[Item, ...]:
    """Return what the group has to consider: what has a day first, then the longest waiting."""
    items = [item for file in files if (item := _item(group, file)) is not None]
    last = date.max
    return tuple(sorted(items, key=lambda one: (one.put_on or last, one.since or last, one.ref)))


def _item(group: Group, file: CaseFile) -> Item | None:
    from_on = group.considers.get(file.case.type, ())
    if file.case.state not in _CONSIDERED:
        return None
    begins = [one for one in file.events if _is_one(one, from_on)]
    if not begins:
        return None
    # A meeting that only adjourned is followed by a new place on an agenda.
    after_meeting = file.events
    for place, one in enumerate(file.events):
        if _is_one(one, (f"meeting_held:{group.id}", *group.until)):
            after_meeting = file.events[place + 1 :]
    put = [one for one in after_meeting if _is_one(one, (f"agenda_set:{group.id}",))]
    if after_meeting is not file.events and not put:
        return None
    return Item(file.case.ref, file.case.type, begins[0].on, put[-1].on if put else None)


def _is_one(event: CaseEvent, names: Sequence[str]) -> bool:
    details = (event.detail.get("kind", ""), event.detail.get("outcome", ""))
    return any(
        event.anchor == name and (not detail or detail in details)
        for name, _, detail in (one.partition(":") for one in names)
    )
