"""A fortnight of an invented partnership, run by the daemon's own code on a Maildir and SQLite, and
told in tables: what arrived, what the agent did and why, what left, what waits for a person."""

import hashlib
import os
import shutil
import signal
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from agent import show
from agent.clock import system_clock
from agent.config import Config, load_config
from agent.daemon import Daemon
from agent.demooffice import OFFICE, Deed, deeds, invite_people, move_in
from agent.errors import ConfigError
from agent.london import LONDON
from agent.model.case import CaseFile
from agent.profile import Office
from agent.rows import Row, mail_row
from agent.samples import SampleMail, demo_mails
from agent.service import Service
from agent.showrequests import print_requests
from agent.store import inbox, outbox
from agent.store.casefiles import load_files
from agent.store.db import Database
from agent.web.server import Beside

START = datetime(2026, 11, 9, 8, 0, tzinfo=UTC)
# Why something happens beside the mail: a person did it, or its hour came.
_WHY = {True: "A person says so; the agent decides nothing.", False: "Its rung of the ladder came."}
_MARK = ".safeguarding-mailbox-agent-demo"
_CONFIG = """\
# The embedded default: SQLite, and Maildirs for mail in and out.
database = "sqlite:///state/agent.db"
files = "state/files"

[mailbox.reviews]
partnership = "northshire"
mode = "live"
site = "site.toml"

[mailbox.reviews.maildir]
path = "incoming"

[mailbox.reviews.out_maildir]
path = "outgoing"
"""


def run_demo(folder: Path, out: Console, *, stays: bool = False) -> None:
    """Make the demo in `folder` and print what happened; where it `stays`, the agent goes on from
    there and the page is open until Ctrl+C.

    Raises:
        ConfigError: the folder holds something that is not an earlier demo.
    """
    config = _set_up(folder)
    mails = demo_mails(START)
    out.print(Rule("A fortnight of the Northshire Safeguarding Children Partnership (invented)"))
    story = _live_through(config, folder / "incoming", mails, out)
    database = Database(config.database)
    try:
        out.print(Rule("What happened, what the agent did, and why"))
        out.print(story.table)
        out.print(Rule("Whom it asked, who was reminded, who answered"))
        for file in story.asked:
            print_requests(file, story.office, story.until, out)
        with database.read() as session:
            out.print(Rule("The cases"))
            show.print_cases(session, out)
            out.print(Rule("Which mails went out"))
            show.print_outbox(session, out)
            out.print(Rule("What waits for a person"))
            show.print_waiting(session, out)
    finally:
        database.close()
    _print_places(folder, out)
    people = invite_people(config, story.until)
    out.print(Rule("The page that the office works from"))
    for email, password, words in people:
        out.print(Text(f"{email}  password {password}  ({words})"))
    if stays:
        _stay_open(config, story.until, out)
        return
    command = f".venv/bin/mailbox-agent -c {folder}/agent.toml web"
    out.print(Text(f"Open it by:  {command}  and then http://127.0.0.1:8400"))


def _stay_open(config: Config, until: datetime, out: Console) -> None:
    """Let the agent go on where the story ended, and serve the page, until somebody stops it."""
    began, signals = system_clock(), {signal.SIGINT, signal.SIGTERM}
    # Blocked here, they wait for `sigwait`; every thread started later inherits that.
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)

    def clock() -> datetime:
        return until + (system_clock() - began)

    with Service(config, clock, threading.Event()) as service, Beside(config, clock):
        daemon = Daemon(service)
        daemon.start()
        out.print(Text(f"\nOpen {config.web.url} in a browser. Ctrl+C ends it."))
        try:
            signal.sigwait(signals)
        finally:
            daemon.finish()


def _set_up(folder: Path) -> Config:
    """Make the folder with its configuration and Maildirs; an earlier demo in it goes first."""
    if folder.exists():
        if any(folder.iterdir()) and not (folder / _MARK).exists():
            raise ConfigError(f"{folder} holds something else: name another place by --folder.")
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / _MARK).touch()
    for part in ("cur", "new", "tmp"):
        (folder / "incoming" / part).mkdir(parents=True)
    shutil.copy(OFFICE / "site.toml", folder / "site.toml")
    (folder / "agent.toml").write_text(_CONFIG, encoding="utf-8")
    config = load_config(folder / "agent.toml", {})
    database = Database(config.database)
    database.migrate()
    database.close()
    return config


@dataclass(frozen=True, slots=True)
class _Story:
    """The fortnight, told; `asked` are the cases on which agencies were asked."""

    table: Table
    asked: tuple[CaseFile, ...]
    office: Office
    until: datetime


def _live_through(
    config: Config, incoming: Path, mails: Sequence[SampleMail], out: Console
) -> _Story:
    """Let every mail arrive and everybody act at their time, the agent take its round a moment
    later, and tell it."""
    moments = _Moments(START)
    arrivals = [(mail.received_at, mail) for mail in mails]
    steps: list[tuple[datetime, SampleMail | Deed]] = [
        *arrivals,
        *((deed.at, deed) for deed in deeds(START)),
    ]
    steps.sort(key=lambda step: step[0])
    table = _table()
    with Service(config, moments, threading.Event()) as service, Progress(console=out) as progress:
        # The first contact is silent; this mailbox is still empty then.
        service.run_once()
        move_in(service.intakes[0].line, START)
        service.run_once()
        bar = progress.add_task("a fortnight of mail", total=len(steps))
        taken: set[str] = set()
        for number, (at, step) in enumerate(steps):
            line, moments.now = service.intakes[0].line, at + timedelta(seconds=2)
            before = _sent(line.database)
            if isinstance(step, SampleMail):
                _deliver(incoming, number, step)
            elif step.do is not None:
                step.do(line, at)
            service.run_once()
            if isinstance(step, SampleMail):
                _tell_mail(table, line.database, step, taken)
            else:
                _tell_deed(table, step, _sent(line.database)[len(before) :])
            progress.advance(bar)
        line = service.intakes[0].line
        with line.database.read() as session:
            asked = [one for one in load_files(session, line.office.profile.slug) if _is_asked(one)]
        return _Story(table, tuple(asked), line.office, moments.now)


class _Moments:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def _deliver(incoming: Path, number: int, mail: SampleMail) -> None:
    """Put a mail into the Maildir as a mail server does, dated when it arrived."""
    path = incoming / "tmp" / f"{int(mail.received_at.timestamp())}.{number:03d}.demo"
    path.write_bytes(mail.raw)
    os.utime(path, (mail.received_at.timestamp(), mail.received_at.timestamp()))
    path.rename(incoming / "new" / path.name)


def _is_asked(file: CaseFile) -> bool:
    return any(event.anchor == "scoping_sent" for event in file.events)


def _table() -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading, ratio in (
        ("when", 2),
        ("what happened", 5),
        ("what the agent did", 4),
        ("why", 5),
    ):
        table.add_column(heading, ratio=ratio, overflow="fold")
    return table


def _tell_mail(table: Table, database: Database, mail: SampleMail, taken: set[str]) -> None:
    digest = hashlib.sha256(mail.raw).hexdigest()
    with database.read() as session:
        message = inbox.find_message(session, "reviews", digest)
        if message is None:
            return
        row = mail_row(session, message, message.item, repeated=digest in taken)
    did, why = _deeds(row, str(message.reading["why"]), digest in taken)
    _add(table, mail.received_at, mail.description, did, why)
    taken.add(digest)


def _tell_deed(table: Table, deed: Deed, sent: Sequence[outbox.Listed]) -> None:
    """Tell what a person did, or at an hour at which something left, that it did."""
    if not sent and deed.do is None:
        return
    left = Counter((mail.template, mail.state == "held") for mail in sent)
    did = "; ".join(_told(*made, times) for made, times in left.items()) or "records it"
    _add(table, deed.at, deed.description or "The hour of reminders", did, _WHY[bool(deed.do)])


def _told(template: str, is_held: bool, times: int) -> str:
    if is_held:
        return f"drafted {template} ({times}), held for a person"
    return f"sent {template} to {times}"


def _add(table: Table, at: datetime, *cells: str) -> None:
    when = f"{at.astimezone(LONDON):%a %d %b %H:%M}"
    table.add_row(*(Text(cell) for cell in (when, *cells)))


def _sent(database: Database) -> list[outbox.Listed]:
    """Return every mail made so far, the oldest first."""
    with database.read() as session:
        return list(reversed(outbox.list_outbox(session, limit=1000)))


def _deeds(row: Row, why: str, repeated: bool) -> tuple[str, str]:
    if repeated:
        return "nothing", "The same mail, byte for byte, was taken before."
    deeds = []
    if row["case"]:
        deeds.append(f"{'opened' if row['case_opened'] else 'joined to'} {row['case']}")
    deeds.extend(f"sent {mail['template']}" for mail in row["sent"])
    if row["needs_review"]:
        deeds.append(f"asks a person ({', '.join(row['review_reasons'])})")
    deeds.extend(f"task for a person ({code})" for code in row["tasks"])
    return "; ".join(deeds) or "noted, left unanswered", why


def _print_places(folder: Path, out: Console) -> None:
    out.print(Rule("Where everything lies"))
    places = (
        ("incoming/new", "the mails as they arrived; nothing in there was changed"),
        ("outgoing/new", "the mails that left, exactly as sent"),
        ("state/agent.db", "cases, events, outbox and the action log"),
        ("state/files", "every mail's bytes, by their SHA-256"),
        ("agent.toml, site.toml", "the configuration of this demo"),
    )
    table = Table(box=None, show_header=False, pad_edge=False)
    for place, meaning in places:
        table.add_row(Text(f"{folder}/{place}"), Text(meaning))
    out.print(table)
    command = f".venv/bin/mailbox-agent -c {folder}/agent.toml"
    out.print(Text(f"\nLook further:  {command} case list | review list | log show | log verify"))
