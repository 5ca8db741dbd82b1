"""Measures what one contender costs, inside its own process."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Spent:
    """User and system time of the whole process, and the time on the wall, in seconds."""

    cpu_s: float
    wall_s: float


def print_spent(work: Callable[[], None]) -> None:
    """Do the work and print what it cost as JSON: the last line of a contender's output."""
    cpu_s, wall_s = used_s(), time.monotonic()
    work()
    spent = Spent(used_s() - cpu_s, time.monotonic() - wall_s)
    print(json.dumps(asdict(spent)))


def run_contender(module: str, *arguments: object) -> Spent:
    """Run a module of this folder in a process of its own and return what it cost."""
    command = [sys.executable, "-m", f"tests.bench.{module}", *map(str, arguments)]
    root = Path(__file__).parents[2]
    ended = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise RuntimeError(f"The contender {module} failed: {ended.stderr}")
    return Spent(**json.loads(ended.stdout.splitlines()[-1]))


def used_s() -> float:
    # The reading process is ours too; it is counted once it has ended.
    return sum(map(_used_s, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def _used_s(whose: int) -> float:
    used = resource.getrusage(whose)
    return used.ru_utime + used.ru_stime
