"""The server and the jobs don't start on a database that could lose what was acknowledged; they say why."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from app import create_app
from models import engine
from services import serving
from tests.support import postgres
from tests.support.engines import disconnect, settings, throwaway
from tests.support.hasty_house import hasty
from tests.support.own_postgres import OwnPostgres, own_postgres

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("serve"), pytest.mark.drill("crashes")]

ROOT = Path(__file__).parents[2]
PATIENCE = 90.0
HASTY = "tests.support.hasty_house:create_app()"
"""An application whose SQLite does not wait for the disk."""
REFUSED = "Error: The house does not start on a database that can lose something: "
HASTY_SAID = f"{REFUSED}journal_mode=wal with synchronous=NORMAL can lose commits.\n"
NO_TABLES = "Error: The tables of the database are not current: flask --app app db upgrade.\n"
"""What the jobs say next on a new database that is set as it should be."""

TAKES = {
    "fsync": "lose or damage data",
    "full_page_writes": "lose or damage data",
    "synchronous_commit": "lose acknowledged commits",
}
"""Settings of PostgreSQL, and what a power cut can do without."""


def run(*words: str, database: str, pass_fds: Sequence[int] = ()) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        pass_fds=pass_fds,
        env=os.environ
        | {
            "DATABASE_URL": database,
            "SECRET_KEY": "x" * 40,
            "WEB_CONCURRENCY": "1",
            "PORT": "0",
            "APP_ENV": "production",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
        text=True,
    )


@contextmanager
def house_on(url: str, env: str = "development") -> Iterator[Flask]:
    """The application of a database, started as if it were for people."""
    app = create_app(settings(url, APP_ENV=env))
    yield app
    disconnect(app)


def said_by_jobs(app: Flask, words: Sequence[str] = ("jobs", "run", "--once")) -> tuple[int, str]:
    """How a command ends, and what it complains of."""
    done = app.test_cli_runner().invoke(args=list(words))
    return done.exit_code, done.stderr


def test_on_a_sqlite_that_does_not_wait_for_the_disk_the_server_does_not_start() -> None:
    with throwaway("sqlite") as database:
        done = run("flask", "--app", HASTY, "serve", database=database)

    assert (done.returncode, done.stdout, done.stderr) == (1, "", HASTY_SAID)


def test_gunicorn_by_itself_does_not_start_either() -> None:
    with throwaway("sqlite") as database, socket.create_server(("127.0.0.1", 0)) as listener:
        done = run(
            "gunicorn", HASTY, "--config", "gunicorn.conf.py", "--bind", f"fd://{listener.fileno()}",
            database=database, pass_fds=[listener.fileno()],
        )  # fmt: skip

    assert (done.returncode, done.stderr.strip()) == (1, HASTY_SAID.strip())


@pytest.mark.parametrize("words", [("jobs", "run"), ("jobs", "run", "--once")], ids=" ".join)
def test_nor_do_the_jobs(words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "sqlite_pragmas", hasty)
    monkeypatch.setattr(serving, "repeat", lambda work, _seconds: work())

    with throwaway("sqlite") as url, house_on(url) as house:
        assert said_by_jobs(house, words) == (1, HASTY_SAID)


@pytest.mark.mutant
@pytest.mark.parametrize(("env", "pragmas"), [("development", engine.sqlite_pragmas), ("test", hasty)])
def test_it_is_that_alone_which_is_in_the_way(
    env: str, pragmas: Callable[[], tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "sqlite_pragmas", pragmas)

    with throwaway("sqlite") as url, house_on(url, env) as house:
        assert said_by_jobs(house) == (0, "")


@pytest.fixture(scope="module")
def durable() -> Iterator[OwnPostgres]:
    """A PostgreSQL as a house runs it."""
    with own_postgres() as server:
        yield server


@pytest.fixture
def house(durable: OwnPostgres) -> Iterator[Flask]:
    """On that PostgreSQL."""
    with house_on(durable.untouched) as app:
        yield app


@contextmanager
def careless(server: OwnPostgres, setting: str) -> Iterator[None]:
    """The server without one of its settings."""
    _set(server, setting, "off")
    try:
        yield
    finally:
        _set(server, setting, "on")


def _set(server: OwnPostgres, setting: str, value: str) -> None:
    address = postgres.libpq(server.url)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"ALTER SYSTEM SET {setting} = {value}")  # type: ignore[arg-type]  # constants
        connection.execute("SELECT pg_reload_conf()")
    until = time.monotonic() + PATIENCE
    shown = None
    while shown != (value,):  # it is told to read them again, and does so soon
        assert time.monotonic() < until
        with psycopg.connect(address) as connection:
            shown = connection.execute(f"SHOW {setting}").fetchone()  # type: ignore[arg-type]  # a constant


@pytest.mark.postgresql
@pytest.mark.parametrize("setting", TAKES)
def test_a_postgresql_that_does_not_wait_for_the_disk_is_refused(
    setting: str, durable: OwnPostgres, house: Flask
) -> None:
    assert said_by_jobs(house) == (1, NO_TABLES)
    disconnect(house)

    with careless(durable, setting):
        status, said = said_by_jobs(house)

    assert (status, said.count("\n")) == (1, 1)
    assert said == f"{REFUSED}{setting} is off; a power cut can {TAKES[setting]}.\n"


@pytest.mark.postgresql
@pytest.mark.parametrize("setting", TAKES)
def test_the_server_refuses_it_too_before_it_makes_any_tables(
    setting: str, durable: OwnPostgres, house: Flask
) -> None:
    with careless(durable, setting):
        done = run("flask", "--app", "app", "serve", database=durable.untouched)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{REFUSED}{setting} is off; a power cut can {TAKES[setting]}.\n"
    assert said_by_jobs(house) == (1, NO_TABLES)


def test_an_affected_sqlite_in_wal_is_refused_and_its_safe_mode_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pragmas = engine.sqlite_pragmas()
    monkeypatch.setattr(engine, "wal_is_safe", lambda _module=None: False)
    monkeypatch.setattr("services.durability.wal_is_safe", lambda: False)
    with throwaway("sqlite") as url, house_on(url) as house:
        assert said_by_jobs(house) == (0, "")
        disconnect(house)

        monkeypatch.setattr(engine, "sqlite_pragmas", lambda: pragmas)
        status, said = said_by_jobs(house)

        assert (status, said.endswith("can corrupt a WAL database; it needs 3.51.3.\n")) == (1, True)
