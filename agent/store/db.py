"""The database: its engine, the two kinds of transaction, and its schema's version.

No table is named here beyond the settings that `migrate` makes. What a driver says is turned into
one sentence of ours, because a driver's own text can quote the row it refused.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    create_engine,
    event,
    insert,
    inspect,
    make_url,
    text,
)
from sqlalchemy.exc import ArgumentError

from agent.errors import ConfigError, SchemaError
from agent.store.likefill import give_like_keys
from agent.store.tables import REVISIONS, SETTINGS
from agent.store.trouble import explained

# What a transaction is handed around as. Statements are run on tables alone, and the ORM's session
# would cost more for each of them than it gives.
Session = Connection

# How long a writer waits for another one before it gives up; `?timeout=` in the URL overrides it.
_WAIT_FOR_LOCK_S = 10

# Names this program's migration lock in PostgreSQL; any number that no other program uses.
_MIGRATION_LOCK = 0x5AFE_6A4D


class Database:
    """One database, SQLite by file or PostgreSQL by URL.

    `durable=False` lets SQLite skip waiting for the disk, for a database that is thrown away.

    Raises:
        ConfigError: the URL is not one of a database file or a PostgreSQL server.
    """

    def __init__(self, url: str, *, durable: bool = True) -> None:
        self._url = _checked(url)
        self._file = Path(self._url.database or "") if self._url.drivername == "sqlite" else None
        self._place = str(self._file or self._url.render_as_string(hide_password=True))
        if self._url.get_backend_name() == "sqlite":
            self._engine = _sqlite_engine(self._url, durable)
            self._reader: Engine = self._engine
            self._writer: Engine = self._engine.execution_options(immediate=True)
        else:
            self._engine = _postgresql_engine(self._url)
            # One snapshot for all statements of a read, as SQLite gives by itself.
            self._reader = self._engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            self._writer = self._engine

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session that sees the database as it stood at its first statement."""
        with explained(self._place), self._reader.connect() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give a session whose work is committed at the end, or undone on any exception.

        On SQLite there is one writer at a time, from the beginning to the end.
        """
        with explained(self._place), self._writer.begin() as session:
            yield session

    def migrate(self) -> None:
        """Make the database if it is missing and bring it to this program's schema.

        Safe to run twice and from two processes at once. Raises SchemaError for a newer database.
        """
        self._make_file()
        with explained(self._place), self._writer.begin() as connection:
            if connection.dialect.name == "postgresql":
                lock = text("SELECT pg_advisory_xact_lock(:name)")
                connection.execute(lock, {"name": _MIGRATION_LOCK})
            if _revision(connection) not in (None, *REVISIONS):
                raise SchemaError(_NEWER)
            _upgrade(connection)
            if not connection.scalar(_HAS_KEY):
                key = {"name": "reference_key", "value": secrets.token_hex(32)}
                connection.execute(insert(SETTINGS), key)
            give_like_keys(connection)

    def check_schema(self) -> None:
        """Return if the database is at this program's schema; else raise SchemaError."""
        file = self._file
        if file is not None and not file.exists():
            raise SchemaError(f"There is no database at {file}: run `mailbox-agent migrate`.")
        with explained(self._place), self._reader.connect() as connection:
            revision = _revision(connection)
        if revision == REVISIONS[-1]:
            return
        raise SchemaError(_OLDER if revision in (None, *REVISIONS) else _NEWER)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _make_file(self) -> None:
        """Make the file of an SQLite database for its owner alone; its companions inherit that."""
        file = self._file
        if file is None or file.exists():
            return
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise ConfigError(f"The database {file} cannot be made: {error.strerror}.") from error


_OLDER = "The database is older than this program: run `mailbox-agent migrate`."
_NEWER = (
    "This program is older than the database: install the version that migrated it, or a newer."
)
_HAS_KEY = text("SELECT count(*) FROM settings WHERE name = 'reference_key'")


def _checked(url: str) -> URL:
    """Return the parsed URL; a password in it never stands in an error."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise ConfigError(
            "`database` is not a URL such as sqlite:///state/agent.db or "
            "postgresql+psycopg://user@host/name."
        ) from None
    if parsed.drivername == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise ConfigError("`database` names no file: write sqlite:///state/agent.db.")
    if parsed.drivername == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername not in ("sqlite", "postgresql+psycopg"):
        raise ConfigError(
            f"`database` is of the kind {parsed.drivername}; the agent knows sqlite and "
            "postgresql+psycopg."
        )
    return parsed


def _sqlite_engine(url: URL, durable: bool) -> Engine:
    wait = {} if "timeout" in url.query else {"timeout": _WAIT_FOR_LOCK_S}
    # isolation_level None: sqlite3 would begin transactions itself, late and never IMMEDIATE.
    engine = create_engine(
        url, hide_parameters=True, connect_args={"isolation_level": None, **wait}
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("immediate", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _postgresql_engine(url: URL) -> Engine:
    # A server that was restarted costs one ping per transaction, not one failed mail.
    return create_engine(url, hide_parameters=True, pool_pre_ping=True)


def _revision(connection: Connection) -> str | None:
    """Return the schema's revision, or None where no migration has ever run."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def _upgrade(connection: Connection) -> None:
    # Only migrating needs alembic, and importing it takes longer than opening the database.
    from alembic import command
    from alembic.config import Config

    config = Config()
    folder = str(Path(__file__).with_name("migrations"))
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
