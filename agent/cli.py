"""The command `mailbox-agent`. It wires and prints; what a command does stands in its module.

Heavy modules are imported by the command that needs them, so that every command starts at once.
"""

import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from agent import casecli, outboxcli, packcli, rehearsecli, show
from agent.clock import system_clock
from agent.config import CONFIG_VARIABLE
from agent.errors import AgentError, DataError
from agent.formcli import form_app
from agent.groupcli import group_app
from agent.invocation import read_config
from agent.logs import set_up_logging
from agent.peoplecli import people_app
from agent.registercli import register_app
from agent.rulescli import rules_app
from agent.store.db import Session

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Does the clerical part of serious-incident work in a partnership's shared mailbox.",
)
case_app = typer.Typer(no_args_is_help=True)
review_app = typer.Typer(no_args_is_help=True)
outbox_app = typer.Typer(no_args_is_help=True)
log_app = typer.Typer(no_args_is_help=True)
alarm_app = typer.Typer(no_args_is_help=True)
app.add_typer(case_app, name="case", help="Cases: what is open, what happened.")
app.add_typer(review_app, name="review", help="What waits for a person.")
app.add_typer(outbox_app, name="outbox", help="Mails that left, wait or are held.")
app.add_typer(alarm_app, name="alarm", help="Alarms about a child who may be in danger.")
app.add_typer(log_app, name="log", help="The action log and its chain.")
app.add_typer(form_app, name="form", help="Forms: what the agent reads in one, and new ones.")
case_app.command("event")(casecli.event)
case_app.command("adopt")(casecli.adopt)
case_app.command("complete")(casecli.complete)
case_app.command("pack")(packcli.pack)
case_app.command("requests")(casecli.requests)
for command in (outboxcli.release, outboxcli.cancel, outboxcli.resend, outboxcli.arrived):
    outbox_app.command()(command)
outbox_app.command()(outboxcli.pause)
outbox_app.command()(outboxcli.resume)
review_app.command()(outboxcli.file)
review_app.command()(outboxcli.export)
alarm_app.command()(outboxcli.acknowledge)
app.command("deadline")(casecli.deadline)
app.command("rehearse")(rehearsecli.rehearse)
app.add_typer(register_app, name="register", help="The contacts of the agencies.")
app.add_typer(group_app, name="group", help="Who meets about cases, and what waits for them.")
app.add_typer(people_app, name="people")
app.add_typer(rules_app, name="rules", help="The rules by which mails are told apart.")

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", "-c", envvar=CONFIG_VARIABLE, help="The configuration file."),
]


def main() -> None:
    """Run the command line; an error of ours is one line and the exit code of its kind."""
    try:
        app()
    except AgentError as error:
        print(f"mailbox-agent: {error}", file=sys.stderr)
        sys.exit(error.exit_code)


@app.callback()
def _remember_config(context: typer.Context, config: ConfigOption = None) -> None:
    context.obj = config


@app.command()
def migrate(context: typer.Context) -> None:
    """Make the database, or bring it to this version's schema."""
    from agent.store.db import Database

    config = read_config(context)
    database = Database(config.database)
    try:
        database.migrate()
        database.check_schema()
    finally:
        database.close()
    print("The database is ready.")


@app.command()
def check(context: typer.Context) -> None:
    """Read configuration, profiles, rules and templates, and say what is wrong or missing."""
    from agent.alarms import alarm_gaps
    from agent.area import load_area
    from agent.documents.ocr import find_missing
    from agent.lines import load_site_of

    config = read_config(context)
    for name, section in config.mailbox.items():
        site = load_site_of(name, section)
        office, _ = load_area(section.partnership, site.with_stand_ins(), config.overrides)
        print(f"mailbox {name}: {office.profile.name}, mode {section.mode}.")
        if missing := site.missing():
            print(f"  Needed in site.toml before `live`: {', '.join(missing)}.")
        for gap in alarm_gaps(office):
            print(f"  {gap}")
    if config.ocr and (programs := find_missing()):
        print(f"`ocr = true` needs what is not installed here: {', '.join(programs)}.")
    print("The configuration is good.")


@app.command()
def once(context: typer.Context) -> None:
    """Take what is new in every mailbox, send what is due, and end (for cron)."""
    from agent.service import Service

    config = read_config(context)
    set_up_logging(config.log)
    with Service(config, system_clock, threading.Event()) as service:
        trouble = service.run_once()
    if trouble:
        raise trouble[0]


@app.command()
def run(context: typer.Context) -> None:
    """Watch the mailboxes until told to stop; SIGHUP reads rules and templates again."""
    from agent.daemon import Daemon
    from agent.service import Service

    config = read_config(context)
    set_up_logging(config.log)
    # Blocked here, the signals wait for `sigwait`; every thread started later inherits that.
    signals = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    with Service(config, system_clock, threading.Event()) as service:
        daemon = Daemon(service)
        daemon.start()
        while signal.sigwait(signals) == signal.SIGHUP:
            daemon.reload(lambda: read_config(context))
        daemon.finish()


@app.command()
def web(context: typer.Context) -> None:
    """Serve the page that the business unit works from, until told to stop."""
    from agent.web.server import serve

    config = read_config(context)
    set_up_logging(config.log)
    serve(config, system_clock)


@app.command()
def explain(
    context: typer.Context,
    mail: Annotated[str, typer.Argument(help="Row id, Message-ID, or the digest's beginning.")],
    as_json: Annotated[bool, typer.Option("--json", help="The JSON row of the mail.")] = False,
) -> None:
    """Say what the agent saw in a mail, which rules it passed over, and what it did."""
    with _reading(context) as session:
        show.explain(session, mail, show.open_console(), as_json=as_json)


@case_app.command("list")
def list_cases(context: typer.Context) -> None:
    """List the newest cases."""
    with _reading(context) as session:
        show.print_cases(session, show.open_console())


@case_app.command("show")
def show_case(
    context: typer.Context, ref: Annotated[str, typer.Argument(help="The case's reference.")]
) -> None:
    """Show one case: its children, events and log, and by what the area decides on it."""
    from agent.configured import load_configured
    from agent.model.case import CaseType
    from agent.showcriteria import print_criteria
    from agent.store.casefiles import get_case_file

    out = show.open_console()
    with _reading(context) as session:
        file, partnership = get_case_file(session, ref)
        show.print_case(session, file.case.ref, out)
    if file.case.type is CaseType.SERIOUS_INCIDENT:
        print_criteria(load_configured(context, partnership), out)


@review_app.command("list")
def list_waiting(context: typer.Context) -> None:
    """List what waits for a person, the oldest first."""
    with _reading(context) as session:
        show.print_waiting(session, show.open_console())


@outbox_app.command("list")
def list_outbox(context: typer.Context) -> None:
    """List the newest mails out, with their states."""
    with _reading(context) as session:
        show.print_outbox(session, show.open_console())


@log_app.command("show")
def show_log(
    context: typer.Context,
    case: Annotated[str | None, typer.Option(help="Only this case.")] = None,
    limit: Annotated[int, typer.Option(help="How many lines, the newest.")] = 50,
) -> None:
    """Show the newest lines of the action log."""
    with _reading(context) as session:
        show.print_log(session, case, limit, show.open_console())


@log_app.command("verify")
def verify_log(
    context: typer.Context,
    head: Annotated[
        str | None, typer.Option(help="A head noted earlier, to see a cut tail.")
    ] = None,
) -> None:
    """Check the chain of the action log; exit 65 where it does not hold."""
    from agent.store.actionlog import verify

    with _reading(context) as session:
        found = verify(session, head)
    print(f"{found.sentence} Head: {found.head}")
    if not found.ok:
        sys.exit(DataError.exit_code)


@contextmanager
def _reading(context: typer.Context) -> Iterator[Session]:
    """Give a session on the configured database, for reading."""
    from agent.store.db import Database

    database = Database(read_config(context).database)
    try:
        database.check_schema()
        with database.read() as session:
            yield session
    finally:
        database.close()


@app.command()
def demo(
    folder: Annotated[Path, typer.Option(help="Where to put it; must not exist yet.")] = Path(
        "demo-run"
    ),
) -> None:
    """Run an invented partnership's fortnight end to end and show what the agent did."""
    from agent.demo import run_demo

    set_up_logging("auto", logging.WARNING)
    # A person at a terminal looks at the page afterwards; a machine reads what is printed.
    stays = sys.stdout.isatty() and not os.environ.get("CI")
    run_demo(folder, show.open_console(), stays=stays)
