"""The one place that reads the time, so that everything else takes `now` as an argument."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the present moment as an aware UTC datetime."""
    return datetime.now(UTC)
