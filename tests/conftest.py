"""What every test may ask for: an office at work, and a database of each kind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk import Desk

pytest_plugins = ["tests.databases"]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An invented partnership's live mailbox, on SQLite; what leaves is kept by the wire."""
    with Desk(tmp_path) as at_work:
        yield at_work
