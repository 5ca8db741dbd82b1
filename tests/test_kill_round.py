"""Killed with -9 in a round of fifteen letters, the agent writes to every agency exactly once.

SOAK=200 in the environment (`make soak`) kills two hundred times instead of twenty.
"""

import os
import shutil
import signal
from collections import Counter
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from random import Random

import pytest

from agent.store import cases
from agent.store.outbox import Listed, State
from tests.boundaries import RECOVERY, ROUND, die_at
from tests.desk import referral
from tests.office import Office, letters
from tests.servers import SmtpSink

SEEDS = range(int(os.environ.get("SOAK", "20")))
AGENCIES = [f"agency-{number:02}" for number in range(1, 16)]
MANAGER, LEAD = "manager@northshirescp.example", "lead@northshirescp.example"
ROLES = f'''
[roles]
business_manager = "{MANAGER}"
strategic_lead = "{LEAD}"
lead_representatives = ["la@northshirescp.example"]
'''
# What happens once for a round, and what once for each letter.
ONCE = ("before the round", "while the round", "after the round")


def register() -> str:
    """Return a register of fifteen agencies, each with a contact in a domain of its own."""
    head = "agency_id,agency,role,name,title,email,aliases,domains,channel"
    rows = (
        f"{one},Service {one},other,Contact {one},Lead,contact@{one}.example,,{one}.example,tls"
        for one in AGENCIES
    )
    return "\n".join((head, *rows)) + "\n"


@pytest.fixture(scope="module")
def agreed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the state of an office in which the go of a case was recorded a moment ago."""
    folder = tmp_path_factory.mktemp("agreed")
    with SmtpSink() as server:
        office = opened(folder, server.port)
        office.migrate()
        assert office.does("once").code == 0
        office.deliver(referral({"incident_date": "3/11/2025", "referral_date": "4/11/2025"}))
        assert office.does("once").code == 0
    (folder / "register.csv").write_text(register(), encoding="utf-8")
    for person in (MANAGER, LEAD):
        assert office.does("register", "import", "register.csv", "--by", person).code == 0
    ref = ref_of(office)
    for act, event, by, *details in (
        ("event", "criteria_decided", "lead_representatives", "outcome=met"),
        ("event", "panel_notified", LEAD),
        (
            "complete",
            "",
            MANAGER,
            "summary=Serious harm.",
            "period=2024 and 2025",
            "family=Nobody is known.",
        ),
        ("event", "rapid_review_agreed", LEAD, f"agencies={';'.join(AGENCIES)}"),
    ):
        told = [word for one in details for word in ("--detail", one)]
        done = office.does("case", act, ref, *filter(None, [event]), "--by", by, *told)
        assert done.code == 0, done.err
    return folder / "state"


def opened(folder: Path, port: int) -> Office:
    """Return an office with people in its roles."""
    office = Office(folder, port)
    site = folder / "site.toml"
    site.write_text(site.read_text(encoding="utf-8") + ROLES, encoding="utf-8")
    return office


def ref_of(office: Office) -> str:
    with office.read() as session:
        return cases.list_cases(session)[0].ref


@pytest.mark.parametrize("seed", SEEDS)
def test_killed_in_a_round_of_letters_every_agency_gets_its_own_once(
    seed: int, tmp_path: Path, sink: SmtpSink, agreed: Path
) -> None:
    office = opened(tmp_path, sink.port)
    shutil.copytree(agreed, tmp_path / "state")
    chance = Random(seed)

    first = list(ROUND)[seed % len(ROUND)]
    fault = partial(die_at, first, crossing_of(first, chance))
    assert office.does("once", fault=fault).code == -signal.SIGKILL
    for _ in range(chance.randint(0, 2)):
        again = chance.choice([*ROUND, RECOVERY])
        fault = partial(die_at, again, crossing_of(again, chance))
        assert office.does("once", fault=fault).code in (0, -signal.SIGKILL)
    ended = office.does("once")
    assert ended.code == 0
    assert "Traceback" not in ended.err

    every_agency_has_its_letter_once(office, sink)


def crossing_of(name: str, chance: Random) -> int:
    return 1 if name.startswith(ONCE) or name == RECOVERY else chance.randint(1, len(AGENCIES))


def every_agency_has_its_letter_once(office: Office, sink: SmtpSink) -> None:
    written = [row for row in office.outbox if row.template == "scoping-letter"]
    told = {text for code, text in office.waiting if code == "mail_uncertain"}
    received = Counter(letter["Message-ID"] for letter in letters(sink))
    assert sorted(str(row.agency) for row in written) == AGENCIES
    for row in written:
        assert row.to_address == f"contact@{row.agency}.example"
        if row.state == State.SENT:
            assert received[row.message_id] == 1
        else:
            assert row.state == State.UNCERTAIN
            assert received[row.message_id] <= 1
            assert row.key in told
    assert received.keys() <= {row.message_id for row in office.outbox}
    for letter in letters(sink):
        goes_to_nobody_else(letter, written)
    sent = {str(row.agency) for row in written if row.state == State.SENT}
    assert office.done("mail sent") >= len(sent)
    assert events_of_letters(office) == Counter(sent)


def goes_to_nobody_else(letter: EmailMessage, written: list[Listed]) -> None:
    """Assert that a letter names its own agency only, and carries form and letter."""
    agency = next(row.agency for row in written if row.message_id == letter["Message-ID"])
    assert letter["To"].addresses[0].addr_spec == f"contact@{agency}.example"
    assert len(letter["To"].addresses) == 1
    assert letter["Cc"] is None
    names = [part.get_filename("") for part in letter.iter_attachments()]
    assert [name for name in names if name.endswith(".docx")] != []


def events_of_letters(office: Office) -> Counter[str]:
    """Return how often the case says of each agency that its letter was sent."""
    with office.read() as session:
        events = cases.events_of(session, cases.list_cases(session)[0].ref)
    return Counter(one.detail["agency"] for one in events if one.anchor == "scoping_sent")
