"""What a round of letters costs, and a sweep over many open cases."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from agent.acting import carry_out, complete
from agent.acts import Act
from agent.model.register import Agency, Contact, Register
from agent.store.casefiles import look_at_all
from agent.sweep import sweep
from tests.bench.growth import multiply
from tests.bench.rows import Row
from tests.bench.surroundings import a_folder
from tests.desk import MONDAY_9AM, SITE, Desk, referral

AGENCIES = 15
ROUND_S, SWEEP_S = 1.5, 2.0
PEOPLE = {
    "strategic_lead": "lead@northshirescp.example",
    "lead_representatives": "partners@northshirescp.example",
    "business_manager": "manager@northshirescp.example",
}
# Working time of a later day, on which nothing is due yet.
QUIET = MONDAY_9AM + timedelta(days=1, hours=1)


def measure_casework(cases: int, say: Callable[[str], None]) -> list[Row]:
    """Return the rows: a round of fifteen letters, a sweep over so many open cases."""
    with a_folder() as folder:
        say(f"casework: a round of {AGENCIES} letters")
        with agreed(folder) as desk:
            began = time.process_time()
            looked_at = sweep(desk.line, MONDAY_9AM)
            round_s = time.process_time() - began
            desk.passes(MONDAY_9AM)
            written = [one for one in desk.outbox if one.template == "scoping-letter"]
            assert looked_at == 1
            assert [one.state for one in written] == ["sent"] * AGENCIES
            desk.passes(QUIET)
        say(f"casework: {cases} open cases")
        without_bytes(folder / "agent.db")
        multiply(folder / "agent.db", cases)
        with Desk(folder) as desk:
            quiet_s = _sweeps(desk, expected=0)
            with desk.database.write() as session:
                look_at_all(session, "northshire", QUIET)
            all_s = _sweeps(desk, expected=cases)
    return [
        Row(
            f"a round of {AGENCIES} letters with forms, written, read back and queued: CPU",
            f"{round_s:.2f} s",
            f"under {ROUND_S} s",
            round_s < ROUND_S,
        ),
        Row(
            f"a sweep, {cases} open cases with {AGENCIES} requests each, none due: CPU",
            f"{quiet_s:.3f} s",
            f"under {SWEEP_S:.0f} s",
            quiet_s < SWEEP_S,
        ),
        Row(f"every one of {cases} open cases looked at, as after a start: CPU", f"{all_s:.1f} s"),
    ]


def agreed(folder: Path) -> Desk:
    """Return an office at which the go of one case has just been recorded."""
    agencies = tuple(_agency(f"agency-{number:02}") for number in range(1, AGENCIES + 1))
    desk = Desk(folder)
    site = SITE.model_copy(update={"roles": PEOPLE})
    office = replace(desk.line.office, register=Register(agencies), site=site)
    desk.line = replace(desk.line, office=office)
    desk.sender.offices = {"reviews": office}
    desk.receives(referral())
    (ref,) = desk.cases
    told = {"summary": "Serious harm.", "period": "2024 to 2026", "family": "Nobody is known."}
    complete(desk.database, office, ref, told, PEOPLE["business_manager"], MONDAY_9AM)
    named = ";".join(one.id for one in agencies)
    for event, role, detail in (
        ("criteria_decided", "lead_representatives", {"outcome": "met"}),
        ("panel_notified", "strategic_lead", {}),
        ("rapid_review_agreed", "strategic_lead", {"agencies": named}),
    ):
        act = Act(event, MONDAY_9AM.date(), PEOPLE[role], frozenset({role}), detail)
        carry_out(desk.database, office, ref, act, MONDAY_9AM)
    return desk


def without_bytes(database: Path) -> None:
    """Empty the letters, so that ten thousand times as many fit on a disk."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE outbox SET mail = x''")


def _sweeps(desk: Desk, expected: int) -> float:
    """Return the CPU seconds until nothing is due any more."""
    began, looked_at = time.process_time(), 0
    while found := sweep(desk.line, QUIET):
        looked_at += found
    assert looked_at == expected
    return time.process_time() - began


def _agency(id_: str) -> Agency:
    contact = Contact(f"Contact of {id_}", "Lead", f"contact@{id_}.example")
    return Agency(id_, f"Service {id_}", "other", (contact,), (f"{id_}.example",))
