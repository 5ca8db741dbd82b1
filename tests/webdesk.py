"""The page at work, for tests: the demonstration's office after its fortnight beside a second
partnership, served by the product's own server, and a browser without a screen to use it with.

Making the office takes a quarter of a minute, so that it is made once and copied.
"""

import io
import os
import shutil
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from lxml import html
from rich.console import Console

from agent.config import Config, load_config
from agent.demo import run_demo
from agent.line import Line
from agent.lines import load_line_of
from agent.people import give_roles, hash_password, invite
from agent.pipeline import IN_THIS_PROCESS
from agent.rights import Role
from agent.service import Service
from agent.store import accounts, actionlog, cases, inbox, outbox, work
from agent.store.db import Database
from agent.store.inbox import StoredMessage
from agent.web.server import Beside
from tests.desk import referral
from tests.servers import free_port

# A Friday morning, a quarter of an hour after the story has ended.
FRIDAY = datetime(2026, 11, 20, 11, 25, tzinfo=UTC)
PASSWORD = "correct horse battery"
ANNA = "business.manager@northshirescp.example"
DEV = "duty@northshirescp.example"
LEAD = "strategic.lead@northshirescp.example"
VERA = "viewer@northshirescp.example"
ARTHUR = "auditor@northshirescp.example"
ADA = "administrator@northshirescp.example"
LEWIS = "lewis@lewisham.example"
PEOPLE: Mapping[str, tuple[str, str, tuple[Role, ...]]] = {
    ANNA: ("northshire", "Anna Ashworth", (Role.APPROVER, Role.ADMINISTRATOR)),
    LEAD: ("northshire", "Sam Lead", (Role.APPROVER,)),
    DEV: ("northshire", "Dev Okafor", (Role.OFFICER,)),
    VERA: ("northshire", "Vera Lind", (Role.VIEWER,)),
    ARTHUR: ("northshire", "Arthur Bell", (Role.AUDITOR,)),
    ADA: ("northshire", "Ada Min", (Role.ADMINISTRATOR,)),
    LEWIS: ("lewisham", "Lewis Ham", (Role.APPROVER, Role.ADMINISTRATOR)),
}
_SECOND = """
[mailbox.second]
partnership = "lewisham"
mode = "shadow"
site = "second.toml"
[mailbox.second.maildir]
path = "second"
[mailbox.second.out_maildir]
path = "second-out"
"""
_SECOND_SITE = """
mailbox = "reviews@lewisham.example"
phone = "01632 960500"
mash_phone = "01632 960501"
out_of_hours_phone = "01632 960502"
[roles]
business_manager = "lewis@lewisham.example"
"""


class Moments:
    """A clock that stands where it is put."""

    def __init__(self, now: datetime = FRIDAY) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **lapse: float) -> None:
        """Let time pass."""
        self.now += timedelta(**lapse)


def make_office(folder: Path) -> None:
    """Make the deployment: two partnerships, their people, mail in both."""
    run_demo(folder, Console(file=io.StringIO()))
    for box in ("second", "second-out"):
        for part in ("cur", "new", "tmp"):
            (folder / box / part).mkdir(parents=True)
    (folder / "second.toml").write_text(_SECOND_SITE)
    with (folder / "agent.toml").open("a") as file:
        file.write(_SECOND)
    config = load_config(folder / "agent.toml", {})
    moments = Moments()
    with Service(config, moments, threading.Event()) as service:
        service.run_once()
        deliver(folder / "second", 1, _second_referral(), FRIDAY)
        service.run_once()
    database = Database(config.database)
    for email, (slug, name, roles) in PEOPLE.items():
        line = _line(config, database, slug)
        invite(line, email, name, PASSWORD, "the test", FRIDAY)
        give_roles(line, email, roles, "the test", FRIDAY)
    _same_password(database)
    database.close()


def _same_password(database: Database) -> None:
    """Give everybody the one password: the demonstration's people were given ones of chance."""
    hashed = hash_password(PASSWORD)
    with database.write() as session:
        for email in PEOPLE:
            account = accounts.find_account(session, email)
            assert account is not None
            accounts.set_password(session, account.id, hashed)


def _line(config: Config, database: Database, slug: str) -> Line:
    name = next(name for name, one in config.mailbox.items() if one.partnership == slug)
    return load_line_of(config, name, database, IN_THIS_PROCESS)


def _second_referral() -> bytes:
    return referral({"child_name": "Morgan Birch"}, message_id="<1@lewisham.example>")


def deliver(maildir: Path, number: int, raw: bytes, at: datetime) -> None:
    """Put a mail into a Maildir as a mail server does."""
    path = maildir / "tmp" / f"{int(at.timestamp())}.{number:03d}.test"
    path.write_bytes(raw)
    os.utime(path, (at.timestamp(), at.timestamp()))
    path.rename(maildir / "new" / path.name)


class Site:
    """A served page, with the agent behind it, in a folder of its own."""

    def __init__(self, folder: Path, extra: str = "") -> None:
        self.folder = folder
        port = free_port()
        path = folder / "agent.toml"
        path.write_text(f"{path.read_text()}\n[web]\nport = {port}\n{extra}")
        self.config = load_config(path, {})
        self.url = self.config.web.url
        self.moments = Moments()
        self.database = Database(self.config.database)
        self._delivered = 100

    def line(self, slug: str = "northshire") -> Line:
        """Return a partnership's line as it is now."""
        return _line(self.config, self.database, slug)

    def case(self, number: int) -> str:
        """Return the reference of the case that the agent opened as that one, from 1."""
        with self.database.read() as session:
            found = [one.ref for one in cases.list_cases(session, "northshire", limit=100_000)]
        return next(ref for ref in reversed(found) if ref.startswith(f"NOR-2026-{number:04d}-"))

    def newest(self) -> StoredMessage:
        """Return the mail that came last."""
        with self.database.read() as session:
            return inbox.list_newest(session, "northshire", 1, None)[0]

    def actions(self, count: int = 12) -> list[str]:
        """Return the last acts of the log, whose chain holds."""
        with self.database.read() as session:
            assert actionlog.verify(session).ok
            return [line.action for line in actionlog.show(session, limit=count)]

    def asked_of(self, row: int) -> list[str]:
        """Return the codes of what waits for a person about a mail."""
        with self.database.read() as session:
            return [note.code for note in work.list_for_message(session, row, is_open=True)]

    def works(self) -> None:
        """Let the agent take one round."""
        with Service(self.config, self.moments, threading.Event()) as service:
            service.run_once()

    def receives(self, raw: bytes) -> None:
        """Let a mail arrive now, and the agent work on it."""
        self._delivered += 1
        deliver(self.folder / "incoming", self._delivered, raw, self.moments.now)
        self.works()

    def mails(self, state: str | None = None, slug: str = "northshire") -> list[outbox.Listed]:
        """Return a partnership's outbox, newest first; of one state where it is named."""
        with self.database.read() as session:
            found = outbox.list_outbox(session, limit=1000)
        return [one for one in found if one.partnership == slug and state in (None, one.state)]

    def visitor(self, email: str | None = None) -> "Visitor":
        """Return a browser, signed in where somebody is named."""
        visitor = Visitor(self.url)
        if email is not None:
            visitor.sign_in(email)
        return visitor


class Visitor:
    """A browser without a screen: it follows links' addresses and posts forms as they stand."""

    def __init__(self, url: str) -> None:
        self.client = httpx.Client(base_url=url, timeout=30, follow_redirects=True)
        self.page: Any = None
        self.answer: Any = None

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def sign_in(self, email: str, password: str = PASSWORD) -> "Visitor":
        """Sign in by the form."""
        self.get("/sign-in")
        return self.post("/sign-in", email=email, password=password)

    def get(self, path: str) -> "Visitor":
        """Open a page."""
        return self._shows(self.client.get(path))

    def fetch(self, path: str) -> None:
        """Open a page without looking at it."""
        self.answer = self.client.get(path)

    def fields(self, action: str, number: int = 0) -> list[tuple[str, str]]:
        """Return the fields of a form on the page as a browser would post them."""
        forms = [one for one in self.page.forms if one.get("action") == action]
        assert forms, f"the page has no form to {action}: {self.actions}"
        return list(forms[number].form_values())

    @property
    def actions(self) -> list[str]:
        """Return where the forms of the page go."""
        return [one.get("action") for one in self.page.forms]

    def post(
        self,
        action: str,
        number: int = 0,
        files: Mapping[str, tuple[str, bytes]] | None = None,
        **changed: str | Sequence[str],
    ) -> "Visitor":
        """Fill a form of the page in, and post it."""
        fields = [one for one in self.fields(action, number) if one[0] not in changed]
        for name, value in changed.items():
            fields += [(name, one) for one in ([value] if isinstance(value, str) else value)]
        return self.send(action, fields, files)

    def send(
        self,
        action: str,
        fields: Sequence[tuple[str, str]],
        files: Mapping[str, tuple[str, bytes]] | None = None,
    ) -> "Visitor":
        """Post these fields."""
        data: dict[str, list[str]] = {}
        for name, value in fields:
            data.setdefault(name, []).append(value)
        data = {name: value for name, value in data.items() if not files or name not in files}
        return self._shows(self.client.post(action, data=data, files=files))

    def _shows(self, answer: httpx.Response) -> "Visitor":
        self.answer = answer
        is_page = answer.headers.get("content-type", "").startswith("text/html")
        self.page = html.fromstring(answer.text) if is_page and answer.text else None
        return self

    @property
    def status(self) -> int:
        """Return the status of the last answer."""
        return int(self.answer.status_code)

    @property
    def path(self) -> str:
        """Return the address of the page that is shown."""
        return str(self.answer.url.path)

    @property
    def text(self) -> str:
        """Return the words of the page."""
        return " ".join(self.page.text_content().split())

    @property
    def problem(self) -> str:
        """Return what the page says was wrong, or ""."""
        found = self.page.find_class("govuk-error-summary__list")
        return " ".join(found[0].text_content().split()) if found else ""

    @property
    def said(self) -> str:
        """Return what the page says was done, or ""."""
        found = self.page.find_class("govuk-notification-banner__heading")
        return " ".join(found[0].text_content().split()) if found else ""


@contextmanager
def serving(
    made: Path, folder: Path, extra: str = "", own: Mapping[str, str] | None = None
) -> Iterator[Site]:
    """Serve a copy of a made office; `own` are its own files of rules and templates, by path."""
    place = folder / "office"
    shutil.copytree(made, place)
    for name, content in (own or {}).items():
        (place / "own" / name).parent.mkdir(parents=True, exist_ok=True)
        (place / "own" / name).write_text(content)
    if own:
        config = place / "agent.toml"
        config.write_text(f'overrides = "own"\n{config.read_text()}')
    site = Site(place, extra)
    try:
        with Beside(site.config, site.moments):
            yield site
    finally:
        site.database.close()
