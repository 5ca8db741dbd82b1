"""The command `mailbox-agent rehearse`: it loads the office to try, and prints what would have been
done. Nothing is sent or kept."""

import logging
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent import show
from agent.errors import ConfigError
from agent.invocation import find_overrides
from agent.logs import set_up_logging

if TYPE_CHECKING:
    from agent.adopted import AdoptedCase
    from agent.letters import Templates
    from agent.profile import Office
    from agent.rehearse import StoredMail
    from agent.rows import Row
    from agent.script import Script


def rehearse(
    context: typer.Context,
    path: Annotated[
        Path | None, typer.Argument(help="Folder of .eml, Maildir, mbox, or one .eml.")
    ] = None,
    partnership: Annotated[
        str | None, typer.Option(help="Whose procedure to follow; else the script's.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON row a mail.")] = False,
    site: Annotated[Path | None, typer.Option(help="The office's site.toml.")] = None,
    register: Annotated[Path | None, typer.Option(help="The contact register, as CSV.")] = None,
    cases: Annotated[Path | None, typer.Option(help="Cases the office had, as JSON.")] = None,
    script: Annotated[
        Path | None, typer.Option(help="Dated steps to play through, with rows for all they bring.")
    ] = None,
    rules: Annotated[
        Path | None,
        typer.Option(help="Rules to try, laid out as rules/; tells what they would change."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="New folder for the mails it would have sent, and the rows.")
    ] = None,
) -> None:
    """Show what the agent would have done with stored mail. Nothing is sent or kept."""
    from agent.adopted import load_cases
    from agent.area import NOBODY
    from agent.profile import Site, load_site
    from agent.register import load_register
    from agent.rehearse import compare, find_mails, keep_rows, load_offices, make_folder
    from agent.rehearse import rehearse as rows_of
    from agent.script import load_script

    set_up_logging("auto", logging.WARNING)
    told = None if script is None else load_script(script)
    slug = _whose(partnership, told)
    if path is None and told is None:
        raise typer.BadParameter("name stored mail (PATH), or a --script.")
    facts = Site() if site is None else load_site(site)
    adopted = () if cases is None else load_cases(cases)
    known = NOBODY if register is None else load_register(register)
    office, before, templates = load_offices(
        slug, facts.with_stand_ins(), known, find_overrides(context), rules
    )
    mails = () if path is None else find_mails(path)
    if path is not None and not mails:
        _warn(f"{path} holds no mail.")
    if rules is not None and before is None:
        _warn(f"{slug} is new: there is nothing to compare.")
    if out is not None:
        make_folder(out)
    if told is not None:
        rows = _story(told, mails, office, templates, adopted, out)
        _print_story(keep_rows(rows, out) if out is not None else rows, as_json=as_json)
        return
    rows = rows_of(mails, office, templates, adopted, out)
    if before is not None:
        rows = compare(rows, rows_of(mails, before, templates, adopted))
    if out is not None:
        rows = keep_rows(rows, out)
    show.print_rehearsal(rows, len(mails), as_json=as_json, compares=before is not None)


def _whose(partnership: str | None, script: "Script | None") -> str:
    """Return whose procedure to follow: what the command says must not differ from the script."""
    if script is None:
        if partnership is None:
            raise typer.BadParameter("say whose procedure to follow, by --partnership.")
        return partnership
    if partnership not in (None, script.partnership):
        raise ConfigError(f"The script is of `{script.partnership}`, not of `{partnership}`.")
    return script.partnership


def _story(
    script: "Script",
    mails: "Sequence[StoredMail]",
    office: "Office",
    templates: "Templates",
    adopted: "Sequence[AdoptedCase]",
    out: Path | None,
) -> "Iterator[Row]":
    from agent.rehearse import on_stage
    from agent.story import tell_story

    with on_stage(office, templates, out) as stage:
        yield from tell_story(stage, script, mails, adopted, _warn)


def _print_story(rows: "Iterator[Row]", *, as_json: bool) -> None:
    from agent.showstory import print_story

    print_story(rows, as_json=as_json)


def _warn(text: str) -> None:
    print(f"mailbox-agent: {text}", file=sys.stderr)
