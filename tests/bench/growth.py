"""What a mail costs once there is much in the database, beside what it costs early on."""

import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from agent.samples import bench_mails
from tests.bench.metering import Spent, run_contender
from tests.bench.rows import Row, median
from tests.bench.surroundings import BenchDovecot, FarSink, a_folder, make_office

SEED = 10
AIM = 1.2

# Which columns hold the numbers of which table's rows: a copy of a row gets numbers of its own.
_NUMBERS = {
    "cases": {"id": "cases"},
    "case_keys": {"case_id": "cases"},
    "messages": {"id": "messages", "case_id": "cases"},
    "events": {"id": "events", "case_id": "cases", "message_row": "messages"},
    "notes": {"id": "notes", "case_id": "cases", "message_row": "messages"},
    "outbox": {"id": "outbox", "case_id": "cases", "answers": "messages"},
    "action_log": {"seq": "action_log"},
}
# What is looked up must not be found in a copy.
_WORDS = {"ref", "value", "item", "digest", "message_id", "key", "case_ref", "message_digest"}
# A day for each copy: the brakes never let so much leave in one hour.
_SENT_AT = "strftime('%Y-%m-%d %H:%M:%f000', sent_at, '-' || :copy || ' days')"
# The log is written in the order of time.
_LOGGED_AT = "strftime('%Y-%m-%d %H:%M:%f000', at, '+' || :copy || ' hours')"


def measure_growth(mails: int, times: int, rounds: int, say: Callable[[str], None]) -> list[Row]:
    """Return the row that compares a database of so many mails with one of `times` as many."""
    small: list[Spent] = []
    large: list[Spent] = []
    with BenchDovecot() as server, FarSink() as sink, a_folder() as folder:
        office = make_office(folder / "office", server.port, sink.port)
        run_contender("ours", office.folder)
        say(f"growth: a database of {times} times {mails} mails")
        server.fill(bench_mails(mails, SEED))
        run_contender("ours", office.folder)
        grown = shutil.copytree(office.folder, folder / "grown")
        stored, cases = multiply(grown / "state/agent.db", times)
        server.fill(bench_mails(mails, SEED + 1))
        for number in range(rounds):
            say(f"growth: round {number + 1} of {rounds}")
            for base, spent in ((office.folder, small), (grown, large)):
                copy = shutil.copytree(base, folder / f"{base.name}-{number}")
                spent.append(run_contender("ours", copy))
                shutil.rmtree(copy)
    ratio = median(one.cpu_s for one in large) / median(one.cpu_s for one in small)
    what = f"CPU of a mail at {stored} stored mails and {cases} cases to one at {mails} mails"
    return [Row(what, f"{ratio:.2f} x", f"at most {AIM} x", ratio <= AIM)]


def multiply(
    database: Path, times: int, tables: Sequence[str] = tuple(_NUMBERS)
) -> tuple[int, int]:
    """Copy every row of these tables until there are `times` as many; return how many mails and
    cases there are then.

    The log's chain does not hold afterwards: here only its length counts.
    """
    with closing(sqlite3.connect(database)) as connection, connection:
        had = {table: _count(connection, table) for table in _NUMBERS}
        copies = [_copying(connection, table, had) for table in tables]
        for copy in range(1, times):
            for copying in copies:
                connection.execute(copying, {"copy": copy})
        connection.execute("UPDATE log_head SET seq = (SELECT max(seq) FROM action_log)")
        return _count(connection, "messages"), _count(connection, "cases")


def _copying(connection: sqlite3.Connection, table: str, had: dict[str, int]) -> str:
    """Return the statement that makes copy number `:copy` of what the table had."""
    numbers = _NUMBERS[table]
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    values = []
    for column in columns:
        if column in numbers:
            values.append(f"{column} + :copy * {had[numbers[column]]}")
        elif column in _WORDS:
            values.append(f"iif({column} = '', '', {column} || '-' || :copy)")
        elif (table, column) == ("action_log", "at"):
            values.append(_LOGGED_AT)
        else:
            values.append(_SENT_AT if column == "sent_at" else column)
    first = next(iter(numbers))
    originals = f"SELECT {', '.join(values)} FROM {table} WHERE {first} <= {had[numbers[first]]}"
    return f"INSERT INTO {table} ({', '.join(columns)}) {originals}"


def _count(connection: sqlite3.Connection, table: str) -> int:
    found: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    return found
