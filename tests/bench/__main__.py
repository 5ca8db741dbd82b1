"""`make bench`: measures, says on standard error what it is at, and prints the table of figures."""

import argparse
import logging
import sys
from collections.abc import Sequence

import structlog
from rich.console import Console

from tests.bench.casework import measure_casework
from tests.bench.daemon import measure_daemon
from tests.bench.growth import measure_growth
from tests.bench.judging import measure_judging
from tests.bench.pages import measure_pages
from tests.bench.rows import print_rows
from tests.bench.throughput import measure_throughput
from tests.servers import DOVECOT

LONG_BACKLOG, GROWTH = 20_000, 100
# A million lines of the log at ten thousand cases; each list is asked for so often.
LINES_A_CASE, PAGE_TIMES = 100, 30
# Wide enough that no figure is broken over two lines, also where no terminal is.
_WIDTH = 120


def main(arguments: Sequence[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--mails", type=int, default=1_000, help="mails in the mailbox")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each contender")
    parser.add_argument("--letters", type=int, default=100, help="acknowledgements timed")
    parser.add_argument("--cases", type=int, default=10_000, help="open cases swept")
    parser.add_argument("--long", action="store_true", help="a long backlog and a full database")
    given = parser.parse_args(arguments)
    # The table alone goes to standard output; what the agent logs would stand between its lines.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    if not DOVECOT.exists():
        sys.exit("The benchmark needs Dovecot (Debian: apt-get install dovecot-imapd).")
    backlog = LONG_BACKLOG if given.long else 0
    rows = measure_throughput(given.mails, given.rounds, _say)
    rows += measure_judging(given.mails, _say)
    rows += measure_casework(given.cases, _say)
    rows += measure_pages(given.cases, LINES_A_CASE * given.cases, PAGE_TIMES, _say)
    rows += measure_daemon(given.letters, given.mails, backlog, given.rounds, _say)
    if given.long:
        rows += measure_growth(given.mails, GROWTH, given.rounds, _say)
    print_rows(rows, Console(width=_WIDTH))


def _say(words: str) -> None:
    print(words, file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
