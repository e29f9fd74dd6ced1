"""A running server with a database of its own, for tests that come in over the network."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from flask import Flask

from tests.support.server import Server, serving


@dataclass(frozen=True)
class Live:
    """A server; `app` is an application on the same database, through which a test lays out what it needs."""

    url: str
    app: Flask
    server: Server
    database_url: str


@pytest.fixture
def live_engine() -> str:
    """SQLite; a test module that wants both engines overrides this fixture to return `engine_name`."""
    return "sqlite"


@contextmanager
def running(engine_name: str) -> Iterator[Live]:
    """Two server processes on a fresh database, until the block ends."""
    from tests.support.engines import throwaway

    with throwaway(engine_name) as database_url, running_on(database_url) as live:
        yield live


@contextmanager
def running_on(database_url: str) -> Iterator[Live]:
    """Two server processes on this database, until the block ends."""
    from app import create_app
    from tests.support.engines import disconnect, settings

    app = create_app(settings(database_url))
    with serving(database_url) as server:
        yield Live(server.url, app, server, database_url)
    disconnect(app)


@pytest.fixture
def live(live_engine: str) -> Iterator[Live]:
    """A server of the test's own; a module that only reads may override it with one for all its tests."""
    with running(live_engine) as live:
        yield live
