"""What the benchmark prints: one row for each thing measured, beside its aim."""

import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Row:
    """One thing measured; `aim` is "" where there is none, and then `met` is None."""

    what: str
    measured: str
    aim: str = ""
    met: bool | None = None


def print_rows(rows: Iterable[Row], console: Console) -> None:
    """Print the table, and which machine it speaks of."""
    cores, python = os.cpu_count(), platform.python_version()
    table = Table(title=f"Benchmark on {cores} cores, Python {python}", show_lines=True)
    for heading in ("what", "aim", "measured"):
        table.add_column(heading)
    for row in rows:
        mark = {True: "", False: " [bold red](missed)[/]", None: ""}[row.met]
        table.add_row(row.what, row.aim, row.measured + mark)
    console.print(table)


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the smallest value that so many percent of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def median(values: Iterable[float]) -> float:
    """Return the middle of the values."""
    return statistics.median(values)
