"""What a page costs with much behind it: every list, with filters and pages far down."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.bench.growth import multiply
from tests.bench.rows import Row, percentile
from tests.bench.surroundings import a_folder
from tests.webdesk import ANNA, Site, Visitor, make_office, serving

AIM_MS = 100
# The lists of the page with their filters; `{case}`, `{seq}`, `{row}` stand for some in the middle.
LISTS = (
    "",
    "/review",
    "/review?sort=task",
    "/review?after={row}",
    "/cases",
    "/cases?late=yes",
    "/cases?state=open&type=serious_incident",
    "/cases?agency=hospital",
    "/cases?before={row}",
    "/cases?ref={case}",
    "/outbox",
    "/outbox?state=held",
    "/outbox?template=escalation",
    "/outbox?before={row}",
    "/log",
    "/log?before={seq}",
    "/log?case={case}",
    "/log?action=mail+classified",
    "/log?actor=business.manager%40northshirescp.example",
    "/log?day=2026-12-16",
    "/log?views=yes",
    "/register",
)


def measure_pages(cases: int, lines: int, times: int, say: Callable[[str], None]) -> list[Row]:
    """Return the row of the slowest list, with so many cases and lines of the log."""
    with a_folder() as folder:
        say(f"pages: an office with {cases} cases and {lines} lines of the log")
        make_office(folder / "made")
        database = folder / "made/state/agent.db"
        stored = _grow(database, cases, lines)
        with serving(folder / "made", folder) as site, site.visitor(ANNA) as visitor:
            say("pages: every list")
            found = {path: _times(site, visitor, path, times, stored) for path in LISTS}
    slowest = max(found, key=lambda path: percentile(found[path], 95))
    worst_ms = percentile(found[slowest], 95) * 1000
    every = [one for some in found.values() for one in some]
    return [
        Row(
            f"the slowest of {len(LISTS)} lists of the page ({slowest or '/'}), "
            f"{stored['lines']} log rows, {stored['cases']} cases: p95",
            f"{worst_ms:.0f} ms (all lists {percentile(every, 95) * 1000:.0f} ms)",
            f"under {AIM_MS} ms",
            worst_ms < AIM_MS,
        )
    ]


def _grow(database: Path, cases: int, lines: int) -> dict[str, int]:
    """Copy the office's rows until there are so many; return how many there are."""
    with closing(sqlite3.connect(database)) as connection, connection:
        # Letters' bytes would fill the disk; no list reads them.
        connection.execute("UPDATE outbox SET mail = x''")
        had = connection.execute("SELECT count(*) FROM cases").fetchone()[0]
    _, made = multiply(database, max(1, cases // had))
    with closing(sqlite3.connect(database)) as connection:
        logged = connection.execute("SELECT count(*) FROM action_log").fetchone()[0]
    if logged < lines:
        multiply(database, -(-lines // logged), ("action_log",))
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("ANALYZE")
        logged = connection.execute("SELECT count(*) FROM action_log").fetchone()[0]
    return {"cases": made, "lines": logged}


def _times(
    site: Site, visitor: Visitor, path: str, times: int, stored: dict[str, int]
) -> list[float]:
    """Return how long the page took, in seconds, each time with other numbers in it."""
    first, taken = site.case(1), []
    for number in range(times):
        part = (number + 1) / (times + 1)
        address = path.format(
            case=f"{first}-{number + 1}" if number else first,
            seq=int(stored["lines"] * part),
            row=int(stored["cases"] * part),
        )
        began = time.perf_counter()
        visitor.fetch(f"/northshire{address}")
        taken.append(time.perf_counter() - began)
        assert visitor.status == 200, address
    return taken
