"""The groups of an area on the screen: what each may decide, and what waits for it."""

from collections.abc import Sequence
from datetime import date

from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent.agenda import Item
from agent.grouprules import Group
from agent.london import spoken_day


def print_group(group: Group, out: Console) -> None:
    """Print what a group considers and what its document lets it decide."""
    out.print(Text(f"{group.name} ({group.id})", style="bold"))
    out.print(Text(f"  considers: {', '.join(group.considers).replace('_', ' ')}"))
    for outcome in group.outcomes:
        out.print(Text(f"  - {outcome}"))
    out.print(Text(f"  {group.source}", style="dim"))


def print_agenda(
    group: Group, items: Sequence[Item], days: Sequence[date], today: date, out: Console
) -> None:
    """Print what waits for a group, and when it meets next."""
    coming = [day for day in sorted(days) if day >= today]
    told = spoken_day(coming[0]) if coming else "no day is set ([meetings] of site.toml)"
    out.print(Text(group.name, style="bold"), Text(f"meets next: {told}"))
    if not items:
        out.print(Text("  Nothing waits for it."))
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("case", "type", "for the group since", "on the agenda of"):
        table.add_column(heading)
    for one in items:
        put_on = spoken_day(one.put_on) if one.put_on else "not put on one yet"
        kind = one.case_type.replace("_", " ")
        table.add_row(one.ref, kind, spoken_day(one.since), put_on)
    out.print(table)
