"""The server and the jobs don't start on a database that could lose what was acknowledged; they say why."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from app import create_app
from models import engine
from tests.support import postgres
from tests.support.engines import SqliteDatabase, disconnect, settings, throwaway
from tests.support.own_postgres import OwnPostgres, own_postgres

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("serve")]

ROOT = Path(__file__).parents[2]
PATIENCE = 90.0
HASTY = "tests.support.hasty_house:create_app()"
"""An application whose SQLite does not wait for the disk."""
REFUSED = "Error: The house does not start on a database that can lose something: "
HASTY_SAID = f"{REFUSED}journal_mode=wal with synchronous=NORMAL can lose commits.\n"
NO_TABLES = "Error: The tables of the database are not current: flask --app app db upgrade.\n"
"""What the jobs say next on a new database that is set as it should be."""


def flask(
    *words: str, database: str, application: str = "app", env: str = "production"
) -> subprocess.CompletedProcess[str]:
    return run("flask", "--app", application, *words, database=database, env=env)


def run(
    *words: str, database: str, env: str = "production", pass_fds: Sequence[int] = ()
) -> subprocess.CompletedProcess[str]:
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
            "APP_ENV": env,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
        text=True,
    )


@pytest.mark.parametrize("words", [("serve",), ("jobs", "run"), ("jobs", "run", "--once")], ids=" ".join)
def test_on_a_sqlite_that_does_not_wait_for_the_disk_neither_starts(words: tuple[str, ...]) -> None:
    with throwaway("sqlite") as database:
        done = flask(*words, database=database, application=HASTY)

    assert (done.returncode, done.stdout, done.stderr) == (1, "", HASTY_SAID)


def test_gunicorn_by_itself_does_not_start_either() -> None:
    with throwaway("sqlite") as database, socket.create_server(("127.0.0.1", 0)) as listener:
        done = run(
            "gunicorn", HASTY, "--config", "gunicorn.conf.py", "--bind", f"fd://{listener.fileno()}",
            database=database, pass_fds=[listener.fileno()],
        )  # fmt: skip

    assert (done.returncode, done.stderr.strip()) == (1, HASTY_SAID.strip())


@pytest.mark.parametrize(("application", "env"), [("app", "production"), (HASTY, "test")])
def test_it_is_that_alone_which_is_in_the_way(application: str, env: str) -> None:
    with throwaway("sqlite") as database:
        done = flask("jobs", "run", "--once", database=database, application=application, env=env)

    assert (done.returncode, "expire requests: 0" in done.stdout) == (0, True), done.stderr


@pytest.fixture(scope="module")
def durable() -> Iterator[OwnPostgres]:
    """A PostgreSQL as a house runs it."""
    with own_postgres() as server:
        yield server


@pytest.fixture
def house(durable: OwnPostgres) -> Iterator[Flask]:
    """On that PostgreSQL, which is as it was afterwards."""
    app = create_app(settings(durable.url, APP_ENV="development"))
    yield app
    disconnect(app)
    _set(durable, "RESET ALL")


def _set(server: OwnPostgres, what: str) -> None:
    with psycopg.connect(postgres.libpq(server.url), autocommit=True) as connection:
        connection.execute(f"ALTER SYSTEM {what}")  # type: ignore[arg-type]  # a constant
        connection.execute("SELECT pg_reload_conf()")


def said_by_jobs(app: Flask) -> tuple[int, str]:
    runner: FlaskCliRunner = app.test_cli_runner()
    done = runner.invoke(args=["jobs", "run", "--once"])
    return done.exit_code, done.stderr


@pytest.mark.postgresql
@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit"])
def test_a_postgresql_that_does_not_wait_for_the_disk_is_refused(
    setting: str, durable: OwnPostgres, house: Flask
) -> None:
    assert said_by_jobs(house) == (1, NO_TABLES)
    _set(durable, f"SET {setting} = off")
    disconnect(house)

    status, said = said_by_jobs(house)

    assert (status, said.count("\n")) == (1, 1)
    assert said.startswith(f"{REFUSED}{setting} is off; a power cut can lose")


@pytest.mark.postgresql
def test_the_server_refuses_it_too_before_it_makes_any_tables(durable: OwnPostgres, house: Flask) -> None:
    _set(durable, "SET fsync = off")

    done = flask("serve", database=durable.url)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{REFUSED}fsync is off; a power cut can lose or damage data.\n"
    _set(durable, "RESET ALL")
    assert said_by_jobs(house) == (1, NO_TABLES)


def test_an_affected_sqlite_in_wal_is_refused_and_its_safe_mode_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pragmas = engine.sqlite_pragmas()
    monkeypatch.setattr(engine, "wal_is_safe", lambda _module=None: False)
    monkeypatch.setattr("services.durability.wal_is_safe", lambda: False)
    database = SqliteDatabase("affected")
    try:
        house = create_app(settings(database.url, APP_ENV="development"))
        assert said_by_jobs(house) == (0, "")
        disconnect(house)

        monkeypatch.setattr(engine, "sqlite_pragmas", lambda: pragmas)
        status, said = said_by_jobs(house)

        assert (status, said.endswith("can corrupt a WAL database; it needs 3.51.3.\n")) == (1, True)
        disconnect(house)
    finally:
        database.drop()
