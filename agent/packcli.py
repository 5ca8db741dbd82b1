"""The command `case pack`, which puts the documents of a case's meeting into a folder."""

from pathlib import Path
from typing import Annotated

import typer

from agent.configured import load_configured, open_database


def pack(
    context: typer.Context,
    ref: Annotated[str, typer.Argument(help="The case's reference, ours or the office's own.")],
    out: Annotated[Path, typer.Option(help="The folder to put the pack into.")],
    by: Annotated[str, typer.Option(help="Who releases it: a role or an address of site.toml.")],
) -> None:
    """Put the documents of the rapid review meeting together: a zip, and a PDF with an index.

    Nothing is sent. Exit code 65 where a pack is there already, 77 where the person may not.
    """
    from agent.clock import system_clock
    from agent.invocation import read_config
    from agent.packrelease import release_pack
    from agent.store.casefiles import get_case_file
    from agent.store.files import FileStore

    files = FileStore(read_config(context).files)
    with open_database(context) as database:
        with database.read() as session:
            _, partnership = get_case_file(session, ref)
        office = load_configured(context, partnership)
        made, written = release_pack(database, files, office, ref, out, by, system_clock())
    for path in written:
        print(f"Written: {path}")
    if made.pdf is None:
        print("No PDF: LibreOffice is not installed here.")
    for name in made.unprinted:
        print(f"Could not be printed, so the PDF has a page that says so: {name}")
    for name, why in made.collected.missing:
        print(f"Not there: {name} ({why})")
    for told in made.collected.left_out:
        print(f"Left out: {told}")
