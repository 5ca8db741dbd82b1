"""The commands `group agenda` and `group list`: who meets about what, and what waits for them."""

from typing import TYPE_CHECKING, Annotated

import typer

from agent import show
from agent.configured import load_configured, open_database
from agent.errors import DataError

if TYPE_CHECKING:
    from agent.grouprules import Group
    from agent.profile import Office

group_app = typer.Typer(no_args_is_help=True)

Whose = Annotated[
    str | None, typer.Option(help="Which partnership; needed where several are configured.")
]


@group_app.command()
def agenda(
    context: typer.Context,
    group: Annotated[str | None, typer.Argument(help="One group, by its id; else all.")] = None,
    partnership: Whose = None,
) -> None:
    """Print what each group has to consider, and when it meets next.

    `case event REF agenda_set --detail kind=GROUP --on DAY` puts a case on an agenda, and
    `meeting_held` with the same kind and an outcome takes it off.
    """
    from agent.agenda import agenda_of
    from agent.clock import system_clock
    from agent.london import london_day
    from agent.showgroups import print_agenda
    from agent.store.casefiles import load_files

    office = load_configured(context, partnership)
    chosen = _chosen(office, group)
    with open_database(context) as database, database.read() as session:
        files = load_files(session, office.profile.slug)
    today, out = london_day(system_clock()), show.open_console()
    for one in chosen:
        days = office.site.meetings.get(one.id, ())
        print_agenda(one, agenda_of(one, files), days, today, out)


@group_app.command("list")
def list_groups(context: typer.Context, partnership: Whose = None) -> None:
    """Print the groups of the area, what each considers and what its document lets it decide."""
    from agent.showgroups import print_group

    out = show.open_console()
    for one in load_configured(context, partnership).profile.group:
        print_group(one, out)


def _chosen(office: "Office", group: str | None) -> tuple["Group", ...]:
    groups = office.profile.group
    found = groups if group is None else tuple(one for one in groups if one.id == group)
    if not found:
        known = ", ".join(one.id for one in groups) or "none is declared"
        raise DataError(f"There is no such group in {office.profile.name}; known: {known}.")
    return found
