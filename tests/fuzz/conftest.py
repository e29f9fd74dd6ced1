"""One house for all tests of this directory: it comes back to how it was after each thing that is tried on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine

from app import create_app
from tests.support.builders import NOW
from tests.support.client import PageClient
from tests.support.drilling import FULL
from tests.support.engines import disconnect, new_database, settings
from tests.support.tried_house import TriedHouse, build_house, opened


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """In full size a house of each engine is tried; with every run the one that takes less for granted."""
    if "house" in metafunc.fixturenames:
        strict = pytest.param("postgresql", marks=pytest.mark.postgresql)
        engines = ["sqlite", strict] if metafunc.config.getoption(FULL) else ["sqlite"]
        metafunc.parametrize("built", engines, indirect=True, scope="session")


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The worker that has built the house tries everything on it."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            tried_on = getattr(item, "callspec", None)
            engine = tried_on.params["built"] if tried_on else ""
            item.add_marker(pytest.mark.xdist_group(f"house_{engine}"))


@pytest.fixture(scope="session")
def built(request: pytest.FixtureRequest) -> Iterator[TriedHouse]:
    """One of everything, on a database of its own."""
    database = new_database(request.param)
    app = create_app(settings(database.url))
    app.test_client_class = PageClient
    with app.app_context(), time_machine.travel(NOW, tick=False):
        house = build_house(app)
    yield house
    disconnect(app)
    house.memory.close()
    database.drop()


@pytest.fixture
def house(built: TriedHouse) -> Iterator[TriedHouse]:
    """The house, open for whoever wants to try it, on Monday at nine."""
    with time_machine.travel(NOW, tick=False), opened(built):
        yield built
