"""Killed with -9 at any boundary of the line and started again, the agent repeats nothing.

SOAK=200 in the environment (`make soak`) kills two hundred times instead of twenty.
"""

import hashlib
import os
import signal
from collections import Counter
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from random import Random

import pytest

from agent.store import inbox
from agent.store.files import FileStore
from agent.store.outbox import State
from tests.boundaries import BOUNDARIES, RECOVERY, die_at
from tests.desk import referral
from tests.mails import mail, out_of_office
from tests.office import Office, letters, no_fault, section
from tests.servers import DOVECOT, Dovecot, SmtpSink, needs_dovecot

SEEDS = range(int(os.environ.get("SOAK", "20")))
PASSWORD = "open sesame"
ON_ITS_WAY = {State.QUEUED, State.SENDING, State.RETRY}
SARA = "Sara Hill <sara.hill@southwood-nhs.example>"


@cache
def referrals() -> tuple[bytes, ...]:
    """Return four referrals about three incidents: two agencies saw one of them."""
    return (
        referral(message_id="<1@police.northshire.example>"),
        referral({"child_name": "Wren Birch", "child_dob": "2/3/2019"}, message_id="<2@x.example>"),
        referral({"referrer_agency": "Southwood NHS Trust"}, SARA, "<3@southwood-nhs.example>"),
        referral({"child_name": "Lark Elm", "child_dob": "9/8/2020"}, message_id="<4@x.example>"),
    )


@cache
def arriving() -> tuple[bytes, ...]:
    """Return what lies in the mailbox: the referrals, one of them twice, and other mail."""
    first, *others = referrals()
    thanks = mail(subject="Thank you", body="Thank you, Anna.\n", message_id="<5@x.example>")
    return (first, out_of_office(), others[0], first, *others[1:], thanks)


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot({f"box{seed}": PASSWORD for seed in SEEDS}) as server:
        yield server


@pytest.mark.parametrize("seed", SEEDS)
def test_killed_anywhere_and_started_again_every_incident_has_one_case_and_one_answer(
    seed: int, tmp_path: Path, sink: SmtpSink, request: pytest.FixtureRequest
) -> None:
    if seed % 5 == 4 and not DOVECOT.exists():
        pytest.skip(needs_dovecot.kwargs["reason"])
    if seed % 5 == 4:
        server: Dovecot = request.getfixturevalue("dovecot")
        who = f'user = "box{seed}"\npassword = "{PASSWORD}"\npoll_s = 2\n'
        office = Office(tmp_path, sink.port, section("imap", server.port, who))
        deliver = partial(server.deliver, user=f"box{seed}")
    else:
        office = Office(tmp_path, sink.port)
        deliver = office.deliver
    office.migrate()
    assert office.does("once").code == 0
    for raw in arriving():
        deliver(raw)

    chance = Random(seed)
    command = "run" if seed % 3 == 2 else "once"
    first = list(BOUNDARIES)[seed % len(BOUNDARIES)], chance.randint(1, 4)
    assert work(office, command, partial(die_at, *first)) == -signal.SIGKILL
    for _ in range(chance.randint(0, 2)):
        again = chance.choice([*BOUNDARIES, RECOVERY])
        crossing = 1 if again == RECOVERY else chance.randint(1, 3)
        assert work(office, command, partial(die_at, again, crossing)) in (0, -signal.SIGKILL)
    assert work(office, command) == 0

    nothing_is_lost_or_repeated(office, sink)


def work(office: Office, command: str, fault: partial[None] | None = None) -> int | None:
    """Let a process work until it dies or nothing is left to do; return its exit code."""
    process = office.fork(command, fault=fault or no_fault)
    if command == "run":
        while process.is_alive() and not (office.is_started() and is_drained(office)):
            process.join(0.05)
        if process.is_alive():
            process.terminate()
    ended = office.ended(process)
    assert "Traceback" not in ended.err
    return ended.code


def is_drained(office: Office) -> bool:
    """Return whether every mail is recorded and nothing waits to leave."""
    with office.read() as session:
        taken = [inbox.find_message(session, "reviews", digest_of(raw)) for raw in arriving()]
    return None not in taken and not any(row.state in ON_ITS_WAY for row in office.outbox)


def nothing_is_lost_or_repeated(office: Office, sink: SmtpSink) -> None:
    assert office.children == ["Lark Elm", "Robin Alder", "Wren Birch"]
    received = Counter(letter["Message-ID"] for letter in letters(sink))
    told = {text for code, text in office.waiting if code == "mail_uncertain"}
    assert {row.key for row in office.outbox} == {f"ack:{digest_of(raw)}" for raw in referrals()}
    assert len(office.outbox) == len(referrals())
    for row in office.outbox:
        if row.state == State.SENT:
            assert received[row.message_id] == 1
        else:
            assert row.state == State.UNCERTAIN
            assert received[row.message_id] <= 1
            assert row.key in told
    assert received.keys() <= {row.message_id for row in office.outbox}
    assert office.done("case opened") == 3
    assert office.done("mail classified") == len(set(arriving()))
    files = FileStore(office.folder / "state/files")
    assert [files.get(digest_of(raw)) for raw in arriving()] == list(arriving())


def digest_of(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()
