"""The benchmark runs and prints what it is asked to print; how fast anything is stays untested."""

import pytest

from tests.bench.__main__ import main
from tests.bench.growth import measure_growth
from tests.servers import needs_dovecot

pytestmark = [needs_dovecot, pytest.mark.slow]


def test_a_small_benchmark_prints_every_row(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--mails", "20", "--rounds", "1", "--letters", "2", "--cases", "3"])

    table = " ".join(capsys.readouterr().out.split())
    for words in (
        "bare loop",
        "ours",
        "2 of 20 mails",
        "at most 2.5 x",
        "p99 under 1000 ms",
        "p99 under 100 ms",
        "under 1.5 s",
        "a round of 15 letters",
        "a sweep, 3 open cases",
        "lists of the page",
        "under 100 ms",
        "under 200 MB",
        "under 150 MB",
    ):
        assert words in table


def test_a_database_made_larger_for_the_benchmark_still_takes_mail() -> None:
    (row,) = measure_growth(mails=20, times=3, rounds=1, say=lambda _: None)

    assert "60 stored mails and 6 cases" in row.what
    assert row.measured.endswith(" x")
