"""What every test may ask for: an office at work, and a database of each kind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk import Desk
from tests.servers import SmtpSink
from tests.watch import watching
from tests.webdesk import ANNA, Site, Visitor, make_office, serving

pytest_plugins = ["tests.databases"]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An invented partnership's live mailbox, on SQLite; what leaves is kept by the wire."""
    with Desk(tmp_path) as at_work:
        yield at_work


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    """A mail server that keeps what it is given."""
    with SmtpSink() as server:
        yield server


@pytest.fixture(scope="session")
def made_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two partnerships of one deployment, one of them after the demonstration's fortnight."""
    folder = tmp_path_factory.mktemp("made") / "office"
    make_office(folder)
    return folder


@pytest.fixture
def site(made_office: Path, tmp_path: Path) -> Iterator[Site]:
    """Their page, served, with everything behind it; a test may change what it likes."""
    with serving(made_office, tmp_path) as served:
        yield served


@pytest.fixture
def anna(site: Site) -> Iterator[Visitor]:
    """Anna, who approves and administers, signed in."""
    with site.visitor(ANNA) as visitor:
        yield visitor


@pytest.fixture(autouse=True)
def nothing_leaks(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever any test lets leave: facts of a case go to the register and the site file only."""
    if request.node.path.name == "test_watch.py":
        yield
        return
    with watching() as leaks:
        yield
    assert leaks == []
