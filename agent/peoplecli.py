"""The commands on the people who sign in to the page: the first administrator comes from here."""

import secrets
from typing import Annotated

import typer

from agent.configured import load_line, open_database
from agent.rights import ROLE_MEANING, Role

people_app = typer.Typer(
    no_args_is_help=True,
    help=f"Who may sign in to the page. Roles: "
    f"{'; '.join(f'{role}: {words}' for role, words in ROLE_MEANING.items())}.",
)
Email = Annotated[str, typer.Argument(help="The person's address, as site.toml has it.")]
Whose = Annotated[str | None, typer.Option(help="Whose page; needed where several are configured.")]


@people_app.command()
def add(
    context: typer.Context,
    email: Email,
    role: Annotated[list[Role], typer.Option(help="Once for each role.")],
    name: Annotated[str, typer.Option(help="What the page calls them; else the address.")] = "",
    partnership: Whose = None,
    no_password: Annotated[
        bool, typer.Option("--no-password", help="They sign in by the work account only.")
    ] = False,
) -> None:
    """Let a person sign in, or give them other roles; prints a new account's first password."""
    from agent.clock import system_clock
    from agent.people import give_roles, invite

    with open_database(context) as database:
        line = load_line(context, database, partnership)
        password = None if no_password else secrets.token_urlsafe(12)
        now = system_clock()
        is_new = invite(line, email, name or email, password, "command line", now)
        give_roles(line, email, frozenset(role), "command line", now)
    print(f"{email}: {', '.join(role)} of {line.office.profile.name}.")
    if is_new and password is not None:
        print(f"First password: {password}  (the person changes it under their name)")


@people_app.command("list")
def list_people(context: typer.Context, partnership: Whose = None) -> None:
    """List who may sign in, and what they may be."""
    from agent.store.accounts import list_accounts

    with open_database(context) as database:
        slug = load_line(context, database, partnership).office.profile.slug
        with database.read() as session:
            found = list_accounts(session, slug)
    for account in found:
        print(f"{account.email}: {', '.join(sorted(account.roles[slug]))}")


@people_app.command()
def password(context: typer.Context, email: Email, partnership: Whose = None) -> None:
    """Give a person a new password, which is printed; wherever they are signed in, it ends."""
    from agent.clock import system_clock
    from agent.people import change_password

    fresh = secrets.token_urlsafe(12)
    with open_database(context) as database:
        line = load_line(context, database, partnership)
        change_password(line, email, fresh, "command line", system_clock())
    print(f"New password: {fresh}")
