"""A real PostgreSQL for the tests: the one of TEST_DATABASE_URL, else one from the binaries of a Python package."""

import os
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from scripts import postgresql
from tests.support import rundir

SETTINGS = {
    # A database that lives for one test run need not survive a power cut.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "200",
    "listen_addresses": "",
}
TEMPLATE_READY = "postgres-template.ready"


def server_url() -> str:
    """Address of a database for maintenance on the one server of this run, started on first use.

    Fails the test with a sentence when there is no PostgreSQL to be had.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return given
    with rundir.locked("postgres") as run:
        socket = run / "socket"
        if not (socket / ".s.PGSQL.5432").exists():
            _start(run, socket)
        return f"postgresql://postgres@/postgres?host={socket}"


def libpq(url: str) -> str:
    """The same address as psycopg itself takes it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def maintain(statement: str, *names: str) -> None:
    """Run one statement outside a transaction; each `{}` takes a name."""
    try:
        connection = psycopg.connect(libpq(server_url()), autocommit=True)
    except psycopg.OperationalError as problem:
        pytest.fail(f"The PostgreSQL of the tests does not answer ({problem}).", pytrace=False)
    with connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))  # type: ignore[arg-type]  # constant


def database_prefix(run: Path) -> str:
    """How the names of all databases of a run begin."""
    return f"jufu_{run.name.removeprefix(rundir.PREFIX)}_"


def drop_leftovers(run: Path) -> None:
    """On a server that outlives this run, remove the run's databases."""
    if not os.environ.get("TEST_DATABASE_URL") or not (run / TEMPLATE_READY).exists():
        return
    with psycopg.connect(libpq(server_url())) as connection:
        found = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [database_prefix(run)]
        ).fetchall()
    for (name,) in found:
        maintain("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def stop(run: Path) -> None:
    """End the server that was started in this directory, if there is one."""
    if (run / "data" / "postmaster.pid").exists():
        with suppress(SystemExit):
            _command(run, "pg_ctl", "-D", run / "data", "-m", "immediate", "-w", "stop")


def _start(run: Path, socket: Path) -> None:
    try:
        for folder in (run / "data", socket):
            postgresql.own(folder)
        settings = [part for name, value in SETTINGS.items() for part in ("--set", f"{name}={value}")]
        _command(
            run, "initdb", "-D", run / "data", "-U", "postgres", "--auth=trust", "--encoding=UTF8",
            "--locale=C", "--no-sync", *settings, "--set", f"unix_socket_directories={socket}",
        )  # fmt: skip
        _command(run, "pg_ctl", "-D", run / "data", "-l", run / "data" / "log", "-w", "-t", "60", "start")
    except (OSError, SystemExit) as problem:
        pytest.fail(
            f"PostgreSQL could not be started for the tests ({problem}); set TEST_DATABASE_URL.",
            pytrace=False,
        )


def _command(run: Path, program: str, *arguments: str | Path) -> None:
    found = postgresql.reachable(_bundled(), run)
    postgresql.run(found / program, arguments, run / "postgres.out")


def _bundled() -> Path:
    found = postgresql.bundled()
    if found is None:
        pytest.fail("PostgreSQL is missing: run `make test`, or set TEST_DATABASE_URL.", pytrace=False)
    return found
