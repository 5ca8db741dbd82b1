"""The command `mailbox-agent rules`: what is wrong with rule files, as a table for a person."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from agent.errors import ConfigError
from agent.invocation import find_overrides
from agent.show import open_console, print_table

rules_app = typer.Typer(no_args_is_help=True)


# Without a callback a group of one command would be that command.
@rules_app.callback()
def _rules() -> None:
    """Rules: how mails are told apart."""


@rules_app.command("check")
def check(
    context: typer.Context,
    partnership: Annotated[
        str, typer.Option(help="Whose rules, beside the shared ones: an area's slug, or all.")
    ] = "all",
    rules: Annotated[
        Path | None,
        typer.Option(help="A folder laid out as rules/; a file it lacks is the one in force."),
    ] = None,
) -> None:
    """Find rules that are never reached, words that are never found, and what stops a start.

    Exit code 78 where the agent would not start with these files or could take no mail, else 0:
    what is only of no use is printed, and the agent works.
    """
    from agent.rulecheck import check_rules, find_sources

    sources = find_sources(find_overrides(context), rules)
    with Console(stderr=True).status("checking the rules"):
        found = check_rules(sources, None if partnership == "all" else partnership)
    rows = [
        (_shown(one.file), one.where, ("STOPS: " if one.stops else "") + one.wrong, one.advice)
        for one in found
    ]
    out = open_console()
    print_table(out, ("file", "where", "what is wrong", "what to do"), rows, "The rules are good.")
    stopping = sum(one.stops for one in found)
    if found:
        print(f"{len(found)} found, {stopping} of them stop the agent.")
    if stopping:
        sys.exit(ConfigError.exit_code)


def _shown(file: str) -> str:
    """Return a path as short as it can be said from here."""
    here = Path.cwd()
    return str(Path(file).relative_to(here)) if Path(file).is_relative_to(here) else file
