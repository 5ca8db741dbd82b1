"""Real databases for the tests: an SQLite file, and a private PostgreSQL from Debian's server.

A test that asks for `database` runs once on each engine. The PostgreSQL cluster lives in a
temporary folder, listens on loopback only, and ends with the run; no service of the system is
touched. `conftest.py` brings these fixtures to every test.
"""

import getpass
import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from agent.store.db import Database

_SWIFT = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=40")


class Cluster:
    """A PostgreSQL server of this test run, and the databases made in it."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        self._numbers = itertools.count(1)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port: int = free.getsockname()[1]

    def start(self) -> None:
        """Make the cluster and return once it answers."""
        if os.geteuid() == 0:
            shutil.chown(self._folder, "postgres", "postgres")
        data = str(self._folder / "data")
        make = ["initdb", "-D", data, "-U", "agent", "-A", "trust", "-E", "UTF8", "--locale=C"]
        done = self._program([*make, "--no-sync", "--no-instructions"])
        assert done.wait(60) == 0, (self._folder / "output").read_text()
        listen = ("-p", str(self._port), "-c", "listen_addresses=127.0.0.1")
        swift = [word for setting in _SWIFT for word in ("-c", setting)]
        serve = ["postgres", "-D", data, *listen, "-c", "unix_socket_directories=", *swift]
        self._server = self._program(serve)
        for _ in range(300):
            try:
                return self._run("CREATE DATABASE migrated")
            except psycopg.OperationalError:
                assert self._server.poll() is None, (self._folder / "output").read_text()
                time.sleep(0.1)
        raise AssertionError("PostgreSQL did not start")

    def stop(self) -> None:
        """End the server; its clients are cut off."""
        self._server.send_signal(signal.SIGINT)
        self._server.wait(60)

    def url(self, name: str) -> str:
        """Return the URL of a database of the cluster."""
        return f"postgresql+psycopg://agent@127.0.0.1:{self._port}/{name}"

    def make_database(self, template: str) -> str:
        """Make a database and return its name."""
        name = f"test_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop_database(self, name: str) -> None:
        """Drop a database, whoever is connected."""
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        where = f"host=127.0.0.1 port={self._port} user=agent dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(statement.encode())

    def _program(self, words: list[str]) -> "subprocess.Popen[bytes]":
        # The server refuses to run as root; Debian's package makes the user `postgres` for it.
        user = "postgres" if os.geteuid() == 0 else None
        group: dict[str, object] = {"group": "postgres", "extra_groups": []} if user else {}
        with (self._folder / "output").open("ab") as output:
            return subprocess.Popen(
                [str(self._programs / words[0]), *words[1:]],
                cwd=self._folder,
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "Asia/Tokyo"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                user=user,
                **group,  # type: ignore[arg-type]
            )


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Give the PostgreSQL server of this run, with a database `migrated` to copy from."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip(
            "PostgreSQL is not installed (Debian: apt-get install postgresql); "
            "this test needs a real server"
        )
    with tempfile.TemporaryDirectory(prefix=f"pg-{getpass.getuser()}-") as folder:
        server = Cluster(found[-1].parent, Path(folder))
        server.start()
        try:
            migrated = Database(server.url("migrated"))
            migrated.migrate()
            migrated.close()
            yield server
        finally:
            server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Give the engine this round of the test runs on."""
    name: str = request.param
    return name


@pytest.fixture
def empty_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a database in which nothing has been made."""
    if engine_name == "sqlite":
        yield f"sqlite:///{tmp_path}/state/agent.db"
        return
    server: Cluster = request.getfixturevalue("cluster")
    name = server.make_database("template0")
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture
def database(
    engine_name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Database]:
    """Give a migrated database of this test's own."""
    if engine_name == "sqlite":
        made = Database(f"sqlite:///{tmp_path}/state/agent.db")
        made.migrate()
        yield made
        made.close()
        return
    server: Cluster = request.getfixturevalue("cluster")
    name = server.make_database("migrated")
    made = Database(server.url(name))
    yield made
    made.close()
    server.drop_database(name)
