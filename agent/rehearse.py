"""What would the agent have done? The same line over stored mail, a throw-away database, a clock
that follows the mails, and nothing sent.

A rehearsal runs as `live`, never as backlog, and is never refused for what the office has not
filled in yet: what is missing is a marked stand-in.
"""

import hashlib
import json
import mailbox
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from agent.adopted import AdoptedCase, decide_adoption
from agent.documents.apart import reading_apart
from agent.errors import ConfigError, DataError
from agent.letters import Templates
from agent.line import Line
from agent.model.message import Fetched, Position
from agent.model.register import Register
from agent.parse import parse
from agent.pipeline import take
from agent.profile import Office, Site
from agent.record import record_act
from agent.ringing import next_alarm_at, ring_due
from agent.rows import Row, mail_row
from agent.rulecheck import find_areas, find_sources, load_from
from agent.send import Route, Sender
from agent.store import cases, inbox, outbox
from agent.store.casefiles import find_next_look
from agent.store.db import Database
from agent.store.files import FileStore
from agent.sweep import sweep

# Who says what a case was before the agent came.
THE_OFFICE = "the office"
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
# A rehearsal's references are keyed too, but its key is nobody's secret.
_SECRET = b"rehearsal"
# What of a mail's row tells whether other rules would treat it otherwise.
_COMPARED = ("kind", "also", "live_risk", "review_reasons", "tasks", "replied")
_MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class StoredMail:
    """One mail of a rehearsal: the name it is shown by, how its bytes are read, and the file it is
    alone in, if it is."""

    name: str
    read: Callable[[], bytes]
    file: Path | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """A line over a throw-away database, and a sender that sends nothing."""

    line: Line
    sender: Sender

    @property
    def database(self) -> Database:
        """Return the throw-away database."""
        return self.line.database

    def take(self, name: str, raw: bytes | None, received_at: datetime, now: datetime) -> Row:
        """Let a mail arrive, send what is due, and return the mail's row."""
        fetched = Fetched(
            folder="",
            item=name,
            received_at=received_at,
            size_bytes=len(raw or b""),
            raw=raw,
            backlog=False,
            position=Position(0, 0, 0, _LONG_AGO),
            problem=None if raw is not None else "unreadable",
        )
        outcome = take(self.line, fetched, now)
        self.settle(now)
        with self.database.read() as session:
            message = inbox.get_message(session, outcome.message_row)
            return mail_row(session, message, name, repeated=outcome.repeated)

    def settle(self, now: datetime) -> None:
        """Send what is due, do what is due on cases and alarms, and send what that brings."""
        self.sender.deliver_due(lambda: now)
        while sweep(self.line, now) + ring_due(self.line, now):
            self.sender.deliver_due(lambda: now)

    def next_look(self) -> datetime | None:
        """Return when something may be due next, or None."""
        with self.database.read() as session:
            look_at = find_next_look(session, self.line.office.profile.slug)
        moments = (look_at, next_alarm_at(self.line))
        return min((one for one in moments if one is not None), default=None)


class _Nowhere:
    """The transport of a rehearsal: takes every mail, sends none, and lays it into `out` if that is
    a folder, under its digest."""

    def __init__(self, out: Path | None) -> None:
        self._out = out

    def send(self, sender: str, to: str, raw: bytes) -> None:
        """Take the mail."""
        del sender, to  # They are told by the outbox.
        if self._out is not None:
            (self._out / f"{hashlib.sha256(raw).hexdigest()}.eml").write_bytes(raw)

    def close(self) -> None:
        """Nothing is open."""


def find_mails(path: Path) -> tuple[StoredMail, ...]:
    """Return the mails of a folder of .eml files, a Maildir, an mbox or one .eml, by name.

    Raises:
        DataError: there is nothing of the kind there.
    """
    if path.is_dir():
        subfolders = [path / "cur", path / "new"]
        if all(folder.is_dir() for folder in subfolders):
            files = [file for folder in subfolders for file in folder.iterdir() if file.is_file()]
        else:
            files = [file for file in path.rglob("*") if file.suffix.lower() == ".eml"]
        return tuple(
            StoredMail(file.relative_to(path).as_posix(), file.read_bytes, file)
            for file in sorted(files)
        )
    if not path.is_file():
        raise DataError(f"{path}: there is no such folder or file to rehearse.")
    with path.open("rb") as opened:
        is_mbox = opened.read(5) == b"From "
    if not is_mbox:
        return (StoredMail(path.name, path.read_bytes, path),)
    return tuple(_mbox_mails(path))


def load_offices(
    slug: str, site: Site, register: Register, overrides: Path | None, rules: Path | None
) -> tuple[Office, Office | None, Templates]:
    """Return the office under the rules to try, and the same under those in force, else None.

    There is nothing to compare without `rules`, or where only they know the partnership.

    Raises:
        RuleError: a file is wrong or missing; the text names it, and the rule.
    """
    in_force = find_sources(overrides)
    if rules is None:
        office, templates = load_from(in_force, slug, site, register)
        return office, None, templates
    office, templates = load_from(find_sources(overrides, rules), slug, site, register)
    if slug not in find_areas(in_force):
        return office, None, templates
    return office, load_from(in_force, slug, site, register)[0], templates


def rehearse(
    mails: Sequence[StoredMail],
    office: Office,
    templates: Templates,
    adopted: Sequence[AdoptedCase] = (),
    out: Path | None = None,
) -> Iterator[Row]:
    """Yield a row a mail, in the order the mails were received (then by name).

    Into the folder `out` goes every mail that would have left, as an .eml file.
    """
    dated = sorted((received_at(mail), index) for index, mail in enumerate(mails))
    with on_stage(office, templates, out) as stage:
        take_over(stage, adopted, _LONG_AGO)
        now = _LONG_AGO
        for arrived_at, index in dated:
            now = max(now, arrived_at)
            mail = mails[index]
            yield stage.take(mail.name, read(mail), arrived_at, now)


@contextmanager
def on_stage(office: Office, templates: Templates, out: Path | None) -> Iterator[Stage]:
    """Give an office at work that keeps and sends nothing.

    Into the folder `out` goes every mail that would have left, as an .eml file.
    """
    with reading_apart() as reader, tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
        database = Database(f"sqlite:///{folder}/agent.db", durable=False)
        try:
            database.migrate()
            files = FileStore(Path(folder) / "files", durable=False)
            line = Line("rehearsal", "live", office, templates, database, files, reader, _SECRET)
            route = Route(office.site.mailbox, _Nowhere(out))
            sender = Sender(database, {line.mailbox: route}, {line.mailbox: office})
            yield Stage(line, sender)
            if out is not None:
                _name_sent(database, out)
        finally:
            database.close()


def take_over(
    stage: Stage, entries: Sequence[AdoptedCase], now: datetime, until: date | None = None
) -> None:
    """Let the office have had these cases before; events later than `until` are left out."""
    office = stage.line.office
    for entry in entries:
        decision = decide_adoption(entry, THE_OFFICE, office.register, until=until)
        with stage.database.write() as session:
            record_act(session, office.profile.slug, decision, THE_OFFICE, now)


def compare(rows: Iterable[Row], others: Iterable[Row]) -> Iterator[Row]:
    """Yield `rows`, and behind each what `others`, the rows by the rules in force, say instead."""
    for after, before in zip(rows, others, strict=True):
        yield after
        if any(_unordered(before[key]) != _unordered(after[key]) for key in _COMPARED):
            yield {
                "type": "difference",
                "file": after["file"],
                "sha256": after["sha256"],
                "before": {key: before[key] for key in (*_COMPARED, "rule")},
                "after": {key: after[key] for key in (*_COMPARED, "rule")},
            }


def keep_rows(rows: Iterable[Row], folder: Path) -> Iterator[Row]:
    """Yield the rows and write each into rows.jsonl as it comes."""
    with (folder / "rows.jsonl").open("w", encoding="utf-8") as file:
        for row in rows:
            print(json.dumps(row, ensure_ascii=False), file=file, flush=True)
            yield row


def make_folder(path: Path) -> None:
    """Make a folder that only its owner may read: answers to practitioners will lie in it.

    Raises:
        ConfigError: it cannot be made, or is there and not empty.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        is_empty = next(path.iterdir(), None) is None
    except OSError as error:
        raise ConfigError(f"{path}: no folder can be made there ({error}).") from error
    if not is_empty:
        raise ConfigError(f"{path}: it is not empty; name a new folder.")


def _unordered(value: object) -> object:
    return sorted(value) if isinstance(value, list) else value


def _name_sent(database: Database, out: Path) -> None:
    """Name every mail that left by its place in the order, its case and its key."""
    with database.read() as session:
        left = outbox.list_outbox(session, outbox.State.SENT, limit=sys.maxsize)
        for at, mail in enumerate(reversed(left), start=1):
            words = f"{at:04}-{cases.find_ref(session, mail.case_id) or ''}-{mail.key}"
            name = re.sub(r"[^A-Za-z0-9]+", "-", words)[:_MAX_NAME]
            (out / f"{mail.digest}.eml").rename(out / f"{name}.eml")


def received_at(mail: StoredMail) -> datetime:
    """Return when a stored mail was received, as its own headers say."""
    raw = read(mail)
    return _LONG_AGO if raw is None else parse(raw).received_at


def read(mail: StoredMail) -> bytes | None:
    """Return the bytes of a stored mail, or None where they cannot be read."""
    try:
        return mail.read()
    except OSError:
        return None


def _mbox_mails(path: Path) -> Iterator[StoredMail]:
    box = mailbox.mbox(path, create=False)
    for key in box.iterkeys():
        yield StoredMail(f"{path.name}:{key}", partial(box.get_bytes, key))
