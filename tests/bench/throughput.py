"""The same mailbox through the bare loop and through the whole product, in turns."""

import shutil
from collections.abc import Callable

from agent.samples import bench_mails
from tests.bench.metering import Spent, run_contender
from tests.bench.rows import Row, median
from tests.bench.surroundings import (
    PASSWORD,
    USER,
    BenchDovecot,
    FarSink,
    a_folder,
    make_office,
)

SEED = 8
AIM = 2.5
BARE = "fetch in batches of 50, tolerant stdlib parse, forms by lxml, one durable commit a mail"
OURS = "every stage, files, cases, log chain, outbox, durable commits: the product's own round"


def measure_throughput(mails: int, rounds: int, say: Callable[[str], None]) -> list[Row]:
    """Return the rows of both contenders and their ratio: medians of so many rounds each."""
    bare: list[Spent] = []
    ours: list[Spent] = []
    with BenchDovecot() as server, FarSink() as sink, a_folder() as folder:
        office = make_office(folder / "office", server.port, sink.port)
        run_contender("ours", office.folder)  # first contact: nothing of what follows is backlog
        say(f"throughput: filling a mailbox with {mails} mails")
        server.fill(bench_mails(mails, SEED))
        answers: set[int] = set()
        for number in range(rounds):
            say(f"throughput: round {number + 1} of {rounds}")
            place = (USER, PASSWORD, server.port, sink.port, folder / f"bare-{number}.db")
            bare.append(run_contender("bare", *place))
            answers.add(sink.drain())
            copy = shutil.copytree(office.folder, folder / f"ours-{number}")
            ours.append(run_contender("ours", copy))
            answers.add(sink.drain())
    if len(answers) != 1:
        raise RuntimeError(f"The contenders did not answer the same mails: {sorted(answers)}.")
    answered = f"{answers.pop()} of {mails} mails answered (those with a filled referral form)"
    ratio = _cpu_s(ours) / _cpu_s(bare)
    return [
        Row(f"bare loop: {BARE}; {answered}", _figures(bare, mails)),
        Row(f"ours: {OURS}; {answered}", _figures(ours, mails)),
        Row("CPU of ours to the bare loop's", f"{ratio:.2f} x", f"at most {AIM} x", ratio <= AIM),
    ]


def _figures(spent: list[Spent], mails: int) -> str:
    rate = mails / median(one.wall_s for one in spent)
    return f"{rate:.0f} mails/s, {_cpu_s(spent) / mails * 1000:.2f} ms CPU a mail"


def _cpu_s(spent: list[Spent]) -> float:
    return median(one.cpu_s for one in spent)
