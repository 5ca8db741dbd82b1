"""The daemon as a process: how soon it is at work, how soon an acknowledgement leaves, what memory
it holds. The mail server is watched through a relay; nothing of the product is changed for it."""

import os
import random
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from agent.samples import bench_mails, write_referral_form
from tests.bench.rows import Row, median, percentile
from tests.bench.surroundings import USER, BenchDovecot, FarSink, Relay, a_folder, make_office
from tests.mails import WORD, mail
from tests.office import Agent, Office

SEED = 9
START_S, OWN_S, WHOLE_S = 1.5, 0.1, 1.0
STEADY_MB, GROWS_BY_MB, BIG_MAIL_MB = 200, 20, 150
_MB = 1024 * 1024
_PHOTOGRAPH_BYTES = 18 * _MB
# How long the daemon may be silent over a backlog before the benchmark gives up on it.
_PATIENCE_S = 60


class Bench:
    """One office with its servers, for as long as the daemon is measured."""

    def __init__(self, office: Office, server: BenchDovecot, relay: Relay, sink: FarSink) -> None:
        self.office, self.server, self.relay, self.sink = office, server, relay, sink

    @contextmanager
    def at_work(self) -> Iterator[tuple[Agent, float]]:
        """Give a daemon that listens, and how long it took from its start to its first search."""
        self.relay.forget()
        started_at = time.monotonic()
        with self.office.start("run") as agent:
            agent.wait_until(lambda: self.relay.listens)
            asked_at = self.relay.asked_at
            assert asked_at is not None
            yield agent, asked_at - started_at
            agent.send_signal(signal.SIGTERM)
            if code := agent.ended().code:
                raise RuntimeError(f"The daemon ended with {code}.")

    def deliver(self, agent: Agent, mails: Iterable[bytes]) -> None:
        """Deliver the mails and return once the daemon has taken and answered them all."""
        before = len(agent.said("mail taken"))
        count = len([self.server.deliver(raw, USER) for raw in mails])
        progress, still_s = before, time.monotonic()
        while progress < before + count:
            time.sleep(0.5)
            self.sink.drain()
            now = len(agent.said("mail taken"))
            if now != progress:
                progress, still_s = now, time.monotonic()
            elif time.monotonic() - still_s > _PATIENCE_S:
                raise RuntimeError(f"The daemon stopped after {progress - before} of {count}.")
        time.sleep(1)
        self.sink.drain()


@contextmanager
def bench() -> Iterator[Bench]:
    """Give an office with servers of its own."""
    with (
        BenchDovecot() as server,
        Relay(server.port) as relay,
        FarSink() as sink,
        a_folder() as folder,
    ):
        office = make_office(folder / "office", relay.port, sink.port)
        yield Bench(office, server, relay, sink)


def measure_daemon(
    letters: int, mails: int, backlog: int, starts: int, say: Callable[[str], None]
) -> list[Row]:
    """Return the rows about the daemon.

    Args:
        letters: How many referrals are timed.
        mails: Over how many mails its memory is read.
        backlog: Over how many more, 0 for none.
        starts: How often its start is timed.
    """
    with bench() as place:
        start = _start(place, starts, say)
        with place.at_work() as (agent, _):
            latency = _latency(place, letters, say)
            memory = _memory(place, agent, mails, backlog, say)
    return [*latency, start, *memory]


def _start(place: Bench, starts: int, say: Callable[[str], None]) -> Row:
    say(f"daemon: {starts} starts")
    taken_s = []
    for _ in range(starts):
        with place.at_work() as (_, start_s):
            taken_s.append(start_s)
    start_s = median(taken_s)
    what = "start of `run` to its first search in the mailbox (its SEARCH passing a relay)"
    return Row(what, f"{start_s:.2f} s", f"under {START_S} s", start_s < START_S)


def _latency(place: Bench, letters: int, say: Callable[[str], None]) -> list[Row]:
    say(f"latency: {letters} referrals, one at a time")
    whole_s, own_s = [], []
    pause = random.Random(SEED)
    for number in range(letters):
        raw = _referral(number)
        # The daemon listens again, and Dovecot's half second begins at any moment of its clock.
        time.sleep(pause.uniform(0.1, 0.3))
        place.relay.forget()
        place.server.deliver(raw, USER)
        delivered_at = time.monotonic()
        taken_at = place.sink.taken_at()
        told_at = place.relay.told_at
        assert told_at is not None
        whole_s.append(taken_at - delivered_at)
        own_s.append(taken_at - told_at)
    how = "rename into the Maildir to end of DATA in the sink"
    own = "the server's EXISTS passing a relay to end of DATA, with both servers' answers"
    return [
        _times(f"delivery to acknowledgement, {letters} referrals, IDLE: {how}", whole_s, WHOLE_S),
        _times(f"our own share of that: {own}", own_s, OWN_S),
    ]


def _times(what: str, taken_s: list[float], aim_s: float) -> Row:
    p50, p99 = percentile(taken_s, 50), percentile(taken_s, 99)
    measured = f"p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms"
    return Row(what, measured, f"p99 under {aim_s * 1000:.0f} ms", p99 < aim_s)


def _referral(number: int) -> bytes:
    """Return a referral of a child of its own from an address of its own."""
    born_on = date(2009, 1, 1) + timedelta(days=number * 37 % 6000)
    answers = {"child_name": f"Robin Alder {number}", "child_dob": f"{born_on:%d/%m/%Y}"}
    form = write_referral_form(answers | {"incident_date": "15/12/2026", "summary": "Burns."})
    sender = f"Anna Marsh <anna.marsh@agency{number}.example>"
    files = [("Referral.docx", form, WORD)]
    return mail(sender, attachments=files, message_id=f"<letter{number}@agency.example>")


def _memory(
    place: Bench, agent: Agent, mails: int, backlog: int, say: Callable[[str], None]
) -> list[Row]:
    say(f"memory: {mails} mails")
    place.deliver(agent, bench_mails(mails, SEED))
    after_mb = _memory_mb(agent, "VmRSS")
    what = f"memory (RSS) of the daemon after {mails} mails"
    rows = [Row(what, f"{after_mb:.0f} MB", f"under {STEADY_MB} MB", after_mb < STEADY_MB)]
    if backlog:
        say(f"memory: {backlog} more mails")
        place.deliver(agent, bench_mails(backlog, SEED + 1))
        grown_mb = _memory_mb(agent, "VmRSS") - after_mb
        what = f"the same, after {backlog} more"
        flat = f"flat: at most {GROWS_BY_MB} MB more"
        rows.append(Row(what, f"{grown_mb:+.0f} MB", flat, grown_mb <= GROWS_BY_MB))
    say("memory: one mail of 50 MB")
    # Writing 5 here makes the present size the highest known (proc(5)).
    Path(f"/proc/{agent.process.pid}/clear_refs").write_text("5")
    before_mb = _memory_mb(agent, "VmHWM")
    raw = _big_mail()
    place.deliver(agent, [raw])
    added_mb = _memory_mb(agent, "VmHWM") - before_mb
    what = f"a mail of {len(raw) / 1e6:.0f} MB (two photographs): memory it adds at its peak"
    small = added_mb < BIG_MAIL_MB
    return [*rows, Row(what, f"{added_mb:.0f} MB", f"under {BIG_MAIL_MB} MB", small)]


def _memory_mb(agent: Agent, name: str) -> float:
    lines = Path(f"/proc/{agent.process.pid}/status").read_text().splitlines()
    values = dict(line.split(":", 1) for line in lines)
    return int(values[name].split()[0]) / 1024


def _big_mail() -> bytes:
    photographs = [
        (f"{number}.jpg", b"\xff\xd8\xff\xe0" + os.urandom(_PHOTOGRAPH_BYTES), "image/jpeg")
        for number in (1, 2)
    ]
    return mail(subject="Photographs", attachments=photographs, message_id="<big@agency.example>")
