"""A fortnight of an invented partnership, run by the daemon's own code on a Maildir and SQLite, and
told in tables: what arrived, what the agent did and why, what left, what waits for a person."""

import hashlib
import os
import shutil
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from agent import show
from agent.config import Config, load_config
from agent.errors import ConfigError
from agent.london import LONDON
from agent.rows import Row, mail_row
from agent.samples import SampleMail, demo_mails
from agent.service import Service
from agent.store import inbox
from agent.store.db import Database, Session

START = datetime(2026, 11, 9, 8, 0, tzinfo=UTC)
_MARK = ".safeguarding-mailbox-agent-demo"
_SITE = """\
# The office of an invented partnership.
mailbox = "reviews@northshirescp.example"
phone = "01632 960100"
mash_phone = "01632 960999"
out_of_hours_phone = "01632 960998"
"""
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


def run_demo(folder: Path, out: Console) -> None:
    """Make the demo in `folder` and print what happened.

    Raises:
        ConfigError: the folder holds something that is not an earlier demo.
    """
    config = _set_up(folder)
    mails = demo_mails(START)
    out.print(Rule("A fortnight of the Northshire Safeguarding Children Partnership (invented)"))
    _live_through(config, folder / "incoming", mails, out)
    database = Database(config.database)
    try:
        with database.read() as session:
            out.print(Rule("What arrived, what the agent did, and why"))
            out.print(_story(session, mails))
            out.print(Rule("The cases it opened"))
            show.print_cases(session, out)
            out.print(Rule("Which mails went out"))
            show.print_outbox(session, out)
            out.print(Rule("What waits for a person"))
            show.print_waiting(session, out)
    finally:
        database.close()
    _print_places(folder, out)


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
    (folder / "site.toml").write_text(_SITE, encoding="utf-8")
    (folder / "agent.toml").write_text(_CONFIG, encoding="utf-8")
    config = load_config(folder / "agent.toml", {})
    database = Database(config.database)
    database.migrate()
    database.close()
    return config


def _live_through(
    config: Config, incoming: Path, mails: tuple[SampleMail, ...], out: Console
) -> None:
    """Let every mail arrive at its time and the agent take its round a moment later."""
    moments = _Moments(START)
    with Service(config, moments, threading.Event()) as service, Progress(console=out) as progress:
        # The first contact is silent; this mailbox is still empty then.
        service.run_once()
        bar = progress.add_task("a fortnight of mail", total=len(mails))
        for number, mail in enumerate(mails):
            _deliver(incoming, number, mail)
            moments.now = mail.received_at + timedelta(seconds=2)
            service.run_once()
            progress.advance(bar)


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


def _story(session: Session, mails: tuple[SampleMail, ...]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading, ratio in (("when", 2), ("what arrived", 5), ("what the agent did", 4), ("why", 5)):
        table.add_column(heading, ratio=ratio, overflow="fold")
    taken: set[str] = set()
    for mail in mails:
        digest = hashlib.sha256(mail.raw).hexdigest()
        message = inbox.find_message(session, "reviews", digest)
        if message is None:
            continue
        row = mail_row(session, message, message.item, repeated=digest in taken)
        did, why = _deeds(row, str(message.reading["why"]), digest in taken)
        when = f"{mail.received_at.astimezone(LONDON):%a %d %b %H:%M}"
        table.add_row(*(Text(cell) for cell in (when, mail.description, did, why)))
        taken.add(digest)
    return table


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
