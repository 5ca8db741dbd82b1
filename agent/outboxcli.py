"""The commands on mails that wait, on the switch that stops them all, on alarms and on mails that
a person files. What each does stands in `outgoing` and `filing`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.configured import load_line, open_database

if TYPE_CHECKING:
    from agent.line import Line

Mails = Annotated[list[int], typer.Argument(help="Numbers of `outbox list`.")]
By = Annotated[str, typer.Option(help="Who says so: a role or an address of site.toml.")]
Whose = Annotated[
    str | None, typer.Option(help="Whose mailbox; needed where several are configured.")
]


def release(context: typer.Context, mails: Mails, by: By, partnership: Whose = None) -> None:
    """Let held mails leave, exactly as they are."""
    _handle(context, "release", mails, by, partnership)


def cancel(context: typer.Context, mails: Mails, by: By, partnership: Whose = None) -> None:
    """Keep mails from ever leaving."""
    _handle(context, "cancel", mails, by, partnership)


def resend(context: typer.Context, mails: Mails, by: By, partnership: Whose = None) -> None:
    """Send mails again: a scoping letter is written anew, with a date of its own."""
    _handle(context, "resend", mails, by, partnership)


def arrived(context: typer.Context, mails: Mails, by: By, partnership: Whose = None) -> None:
    """Take uncertain mails for sent: somebody knows that they arrived."""
    _handle(context, "arrived", mails, by, partnership)


def pause(context: typer.Context, by: By, partnership: Whose = None) -> None:
    """Stop all sending at once; what is due waits in the outbox."""
    from agent.clock import system_clock
    from agent.settling import set_sending

    with _line(context, by, partnership) as line:
        set_sending(line, by, system_clock(), is_on=False)
    print("Nothing leaves until `mailbox-agent outbox resume`.")


def resume(context: typer.Context, by: By, partnership: Whose = None) -> None:
    """Let mails leave again."""
    from agent.clock import system_clock
    from agent.settling import set_sending

    with _line(context, by, partnership) as line:
        set_sending(line, by, system_clock(), is_on=True)
    print("Mails leave again.")


def acknowledge(
    context: typer.Context,
    by: By,
    mail: Annotated[
        int | None, typer.Option(help="Only the alarm of this mail (its row); else every one.")
    ] = None,
    partnership: Whose = None,
) -> None:
    """Acknowledge alarms: they are repeated until a named person does."""
    from agent.clock import system_clock
    from agent.settling import acknowledge_alarms

    with _line(context, by, partnership) as line:
        count = acknowledge_alarms(line, mail, by, system_clock())
    print(f"{count} alarms acknowledged by {by}.")


def file(
    context: typer.Context,
    mail: Annotated[int, typer.Argument(help="The mail's row, as `review list` names it.")],
    by: By,
    case: Annotated[
        str | None, typer.Option(help="The case it belongs to; without one it opens a case.")
    ] = None,
    partnership: Whose = None,
) -> None:
    """Say where a mail belongs: on a case, or on one of its own."""
    from agent.clock import system_clock
    from agent.filing import file_mail, open_from_mail
    from agent.store import inbox

    now = system_clock()
    with _line(context, by, partnership) as line:
        with line.database.read() as session:
            message = inbox.get_message(session, mail)
        if case is None:
            decision = open_from_mail(line, message, by, now)
        else:
            decision = file_mail(line, message, case, by, now)
    print(f"The mail is on {decision.case}.")


def export(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="A new folder.")],
    partnership: Whose = None,
) -> None:
    """Save what people corrected, as JSON lines, and the mails it was about, as examples for
    rules. They hold personal data: keep the folder as you keep the mailbox."""
    from agent.rehearse import make_folder
    from agent.store.corrections import list_corrections

    with open_database(context) as database:
        line = load_line(context, database, partnership)
        with database.read() as session:
            found = list_corrections(session, line.office.profile.slug)
        make_folder(folder)
        lines = "".join(f"{one.as_json()}\n" for one in found)
        (folder / "corrections.jsonl").write_text(lines, encoding="utf-8")
        digests = {one.digest for one in found}
        for digest in digests:
            (folder / f"{digest}.eml").write_bytes(line.files.get(digest))
    print(f"{len(found)} corrections of {len(digests)} mails are in {folder}.")


def _handle(
    context: typer.Context, what: str, mails: list[int], by: str, partnership: str | None
) -> None:
    from agent.clock import system_clock
    from agent.outgoing import HANDLES
    from agent.store.outbox import get_listed

    with _line(context, by, partnership) as line:
        with line.database.read() as session:
            meant = [get_listed(session, mail) for mail in mails]
        HANDLES[what](line, meant, by, system_clock())
    print(f"{what}: {len(mails)} mails, by {by}.")


@contextmanager
def _line(context: typer.Context, by: str, partnership: str | None) -> "Iterator[Line]":
    from agent.authority import roles_of
    from agent.errors import NotAuthorised

    with open_database(context) as database:
        line = load_line(context, database, partnership)
        if not roles_of(by, line.office):
            raise NotAuthorised(f"{by} holds no role in site.toml and may not do this.")
        yield line
