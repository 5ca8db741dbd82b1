"""The command `mailbox-agent register`: the office's contacts, kept in the store."""

from pathlib import Path
from typing import Annotated

import typer

from agent.configured import load_configured, open_database
from agent.show import open_console, print_table

register_app = typer.Typer(no_args_is_help=True)

Whose = Annotated[
    str | None, typer.Option(help="Whose register; needed where several are configured.")
]


@register_app.command("import")
def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The contacts, as CSV.")],
    by: Annotated[str, typer.Option(help="Who imports it: your address in site.toml.")],
    partnership: Whose = None,
) -> None:
    """Put a file in the place of the register. New addresses count once a second person imports it.

    Exit code 77 where the person holds no role, 78 where the file is wrong; nothing then changes.
    """
    from agent.clock import system_clock
    from agent.register import load_register
    from agent.registering import import_register

    wanted = load_register(file)
    office = load_configured(context, partnership)
    with open_database(context) as database:
        done = import_register(database, office, wanted, by, system_clock())
    for line in done.decision.log:
        print(f"{line.detail['agency']}: {line.action} ({line.private}).")
    waiting = len(done.waiting)
    print(f"{len(done.entries)} contacts; {waiting} wait for a second person.")
    print("A running agent takes it up by itself.")


@register_app.command("list")
def list_contacts(context: typer.Context, partnership: Whose = None) -> None:
    """List the contacts, and which of them wait for a second person."""
    from agent.store.contacts import list_entries

    office = load_configured(context, partnership)
    with open_database(context) as database, database.read() as session:
        entries = list_entries(session, office.profile.slug)
    rows = [
        (
            entry.agency.id,
            entry.contact.name,
            entry.contact.email or entry.contact.channel,
            entry.proposed_by,
            entry.confirmed_by or "waits for a second person",
        )
        for entry in entries
    ]
    headings = ("agency", "contact", "address", "proposed by", "confirmed by")
    print_table(open_console(), headings, rows, "The register is empty.")
