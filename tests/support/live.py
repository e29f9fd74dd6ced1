"""A running server with a database of its own, for tests that come in over the network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from tests.support.server import Server, serving

if TYPE_CHECKING:
    from tests.support.engines import Database


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
def running_on(database_url: str, environment: dict[str, str] | None = None) -> Iterator[Live]:
    """Two server processes on this database, until the block ends; `environment` adds to their settings."""
    from app import create_app
    from tests.support.engines import disconnect, settings

    app = create_app(settings(database_url))
    with serving(database_url, environment=environment) as server:
        yield Live(server.url, app, server, database_url)
    disconnect(app)


@pytest.fixture(scope="session")
def live_servers() -> Iterator[LiveServers]:
    """The servers of this worker."""
    with ExitStack() as stack:
        yield LiveServers(stack)


class LiveServers:
    """One server per engine for all tests of a worker; starting one for each test took longer than the tests."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._running: dict[str, tuple[Database, Live]] = {}

    def fresh(self, engine_name: str) -> Live:
        """The server, on a database that is as the migrations left it."""
        if engine_name not in self._running:
            from tests.support.engines import new_database

            database = new_database(engine_name)
            self._stack.callback(database.drop)
            self._running[engine_name] = database, self._stack.enter_context(running_on(database.url))
        database, live = self._running[engine_name]
        database.empty()
        return live


@pytest.fixture
def live(live_engine: str, live_servers: LiveServers) -> Live:
    """A running server whose database is the test's own; a module that only reads may override it."""
    return live_servers.fresh(live_engine)
