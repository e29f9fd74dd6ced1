"""Fixtures that every test may use: an application and a database on each engine."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings as hypothesis_settings

from tests.support import postgres, rundir

if TYPE_CHECKING:
    import time_machine
    from flask import Flask
    from flask_sqlalchemy import SQLAlchemy

    from tests.support.bench import Bench
    from tests.support.client import PageClient

pytest_plugins = [
    "tests.support.browser",
    "tests.support.live",
    "tests.support.drilling",
    "tests.support.servers_said",
]

hypothesis_settings.register_profile("jufu", deadline=None, print_blob=True)
# CI must not fail on a Tuesday for an example nobody's change has to do with: new ones are found on desks.
hypothesis_settings.register_profile("ci", deadline=None, print_blob=True, derandomize=True)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "jufu")

RUN = pytest.StashKey[rundir.RunDirectory]()


def pytest_configure(config: pytest.Config) -> None:
    """Prepare what all workers share; only the controller makes it."""
    os.environ["APP_ENV"] = "test"
    os.environ["SECRET_KEY"] = "not-a-secret-only-for-tests-0123456789"
    # Hundreds of servers and commands are started, and each would compile the whole house anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if not hasattr(config, "workerinput"):
        rundir.sweep(postgres.stop)
        config.stash[RUN] = rundir.RunDirectory()
        os.environ["DATA_KEYS_FILE"] = str(new_keys(config.stash[RUN].path))


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a test by the length of its bytes: a file made while tests are collected may hold the time, and workers that
    collected at two times would not agree on the tests there are."""
    return f"{len(val)} bytes" if isinstance(val, bytes) else None


def new_keys(folder: Path) -> Path:
    """Keys of the run's own, under which its houses seal phones."""
    path = folder / "data_keys"
    path.write_text(secrets.token_hex(64), encoding="ascii")
    return path


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop and remove what all workers shared."""
    run = config.stash.get(RUN, None)
    if run is not None:
        postgres.drop_leftovers(run.path)
        postgres.stop(run.path)
        run.remove()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Which engine this run of the test is on; a test that uses `app` runs on both."""
    return str(request.param)


@pytest.fixture(scope="session")
def bench() -> Iterator["Bench"]:
    """The applications of this worker."""
    # Imported here: the tests of the domain need neither Flask nor a database.
    from tests.support.bench import Bench

    bench = Bench()
    yield bench
    bench.clear()


@pytest.fixture
def app(engine_name: str, bench: "Bench") -> Iterator["Flask"]:
    """The application on a database that is as the migrations left it."""
    app = bench.fresh(engine_name)
    yield app
    bench.release(app)


@pytest.fixture
def client(app: "Flask") -> "PageClient":
    """A browser without JavaScript: it keeps cookies, reads pages and sends their forms."""
    return app.test_client()  # type: ignore[return-value]  # Flask types it as its base class


@pytest.fixture
def db(app: "Flask") -> Iterator["SQLAlchemy"]:
    """The database with an application context open; what a test does not commit is rolled back."""
    from models.base import db

    with app.app_context():
        yield db
        db.session.rollback()


@pytest.fixture
def clock() -> "Iterator[time_machine.Coordinates]":
    """The wall clock stands at the builders' NOW, Monday 09:00, unless the test moves it."""
    import time_machine

    from tests.support.builders import NOW

    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller
