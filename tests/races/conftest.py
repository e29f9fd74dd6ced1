"""One server per engine for all races of a run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import one_worker
from tests.support.race import Meeting
from tests.support.race_arena import Arena, arena

ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Races run in one worker, since they share their servers and would take each other's processor."""
    one_worker.mark(items, Path(__file__).parent)


@pytest.fixture(autouse=True)
def patience_with_mutants(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a guard is off, rivals wait for each other until they meet."""
    if request.node.get_closest_marker("mutant"):
        monkeypatch.setattr(Meeting, "patience", 10)


@pytest.fixture(scope="session", params=ENGINES)
def served(request: pytest.FixtureRequest) -> Iterator[Arena]:
    """The server; tests use it through `field`."""
    with arena(request.param) as opened:
        yield opened


@pytest.fixture(scope="session", params=ENGINES)
def keyless_servers(request: pytest.FixtureRequest) -> Iterator[Arena]:
    """Servers whose database has lost the arbiter's key; mutants use them through `keyless`, one after the other."""
    with arena(request.param, keyless=True) as opened:
        yield opened


@pytest.fixture
def keyless(keyless_servers: Arena) -> Iterator[Arena]:
    """The servers without the key, on an empty database: whatever is found there is of this test."""
    from models.base import db

    keyless_servers.empty()
    with keyless_servers.app.app_context():
        yield keyless_servers
        db.session.rollback()


@pytest.fixture
def field(served: Arena) -> Iterator[Arena]:
    """The server with an application context open, so that a test can lay out people and spaces."""
    from models.base import db

    with served.app.app_context():
        yield served
        db.session.rollback()
