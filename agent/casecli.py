"""The commands `case event` and `case adopt`, which record on cases, and `deadline`, which shows
how their dates came about. What may be recorded is judged by `acts`."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent import show
from agent.configured import load_configured, open_database
from agent.errors import RefusedAct

if TYPE_CHECKING:
    from agent.profile import Office
    from agent.store.db import Database

Ref = Annotated[str, typer.Argument(help="The case's reference, ours or the office's own.")]


def event(
    context: typer.Context,
    ref: Ref,
    name: Annotated[str, typer.Argument(metavar="EVENT", help="Such as panel_notified.")],
    by: Annotated[str, typer.Option(help="Who says so: a role or an address of site.toml.")],
    on: Annotated[str | None, typer.Option(help="The day it happened; else today.")] = None,
    detail: Annotated[
        list[str] | None,
        typer.Option(help="key=value, several times: outcome=met, agencies=police;icb."),
    ] = None,
) -> None:
    """Record an event on a case: a decision somebody took, a meeting, a letter, a date.

    Exit code 65 where it cannot be so, 77 where the person may not record it; nothing is then
    recorded but that it was tried.
    """
    from agent.acting import carry_out
    from agent.acts import Act
    from agent.authority import roles_of
    from agent.clock import system_clock
    from agent.london import london_day

    now = system_clock()
    day = london_day(now) if on is None else _day(on)
    with open_database(context) as database:
        office = _office_of_case(context, database, ref)
        act = Act(name, day, by, roles_of(by, office), _pairs(detail or []), "command line")
        decision = carry_out(database, office, ref, act, now)
    for line in decision.log:
        print(f"{decision.case}: {line.reason}")
    for task in decision.tasks:
        print(f"For a person: {task.text or task.code}")


def complete(
    context: typer.Context,
    ref: Ref,
    by: Annotated[str, typer.Option(help="Who adds it: a role or an address of site.toml.")],
    detail: Annotated[
        list[str],
        typer.Option(help="key=value, several times: summary=..., period=..., family=..."),
    ],
) -> None:
    """Add what the scoping letters still need: they leave by themselves once nothing is missing."""
    from agent.acting import complete as add
    from agent.authority import roles_of
    from agent.clock import system_clock
    from agent.errors import NotAuthorised

    with open_database(context) as database:
        office = _office_of_case(context, database, ref)
        if not roles_of(by, office):
            raise NotAuthorised(f"{by} holds no role in site.toml and may not add to a case.")
        decision = add(database, office, ref, _pairs(detail), by, system_clock())
    print(f"{decision.case}: added {decision.log[0].reason}.")


def adopt(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The office's open cases, as JSON.")],
    partnership: Annotated[
        str | None, typer.Option(help="Whose they are; needed where several are configured.")
    ] = None,
    by: Annotated[str, typer.Option(help="Who hands them over.")] = "the office",
) -> None:
    """Take over cases that the office had before or beside the agent; known ones stay."""
    from agent.acting import adopt as take_over
    from agent.adopted import load_cases
    from agent.clock import system_clock

    entries = load_cases(file)
    with open_database(context) as database:
        office = load_configured(context, partnership)
        done = take_over(database, office, entries, by, system_clock())
    for decision in done:
        print(f"{decision.case}: {decision.log[0].reason}")
    print(f"{len(done)} of {len(entries)} cases taken over; the others were known already.")


def deadline(context: typer.Context, ref: Ref) -> None:
    """Show every clock of a case, and how its date was counted, day by day."""
    from agent.clock import system_clock
    from agent.showclocks import print_clocks
    from agent.store.casefiles import get_case_file

    with open_database(context) as database:
        office = _office_of_case(context, database, ref)
        with database.read() as session:
            file, _ = get_case_file(session, ref)
    print_clocks(file, office, system_clock(), show.open_console())


def requests(context: typer.Context, ref: Ref) -> None:
    """Show what each agency was asked, when it was reminded, and what it answered."""
    from agent.clock import system_clock
    from agent.showrequests import print_requests
    from agent.store.casefiles import get_case_file

    with open_database(context) as database:
        office = _office_of_case(context, database, ref)
        with database.read() as session:
            file, _ = get_case_file(session, ref)
    print_requests(file, office, system_clock(), show.open_console())


def _office_of_case(context: typer.Context, database: "Database", ref: str) -> "Office":
    from agent.store.casefiles import get_case_file

    with database.read() as session:
        _, partnership = get_case_file(session, ref)
    return load_configured(context, partnership)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RefusedAct(f"`{text}` is no day of the calendar; write 2026-12-31.") from None


def _pairs(texts: list[str]) -> dict[str, str]:
    """Return key=value texts as a mapping; what is named twice becomes a list."""
    found: dict[str, str] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            raise typer.BadParameter(f"`{text}`: write key=value, such as outcome=met.")
        key = key.strip()
        found[key] = f"{found[key]};{value}" if key in found else value
    return found
