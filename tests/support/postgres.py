"""A real PostgreSQL for the tests: the one of TEST_DATABASE_URL, else one from the binaries of a Python package."""

import os
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from scripts import local_postgres
from tests.support import rundir

TEMPLATE_READY = "postgres-template.ready"


def server_url() -> str:
    """Address of a database for maintenance on the one server of this run, started on first use.

    Fails the test with a sentence when there is no PostgreSQL to be had.
    """
    given = os.environ.get(local_postgres.GIVEN)
    if given:
        return given
    with rundir.locked("postgres") as run:
        if local_postgres.is_running(run):
            return local_postgres.address(run)
        try:
            return local_postgres.start(run, local_postgres.PASSING)
        except local_postgres.NoPostgres as missing:
            pytest.fail(str(missing), pytrace=False)


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
    if not os.environ.get(local_postgres.GIVEN) or not (run / TEMPLATE_READY).exists():
        return
    with psycopg.connect(libpq(server_url())) as connection:
        found = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [database_prefix(run)]
        ).fetchall()
    for (name,) in found:
        maintain("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def stop(run: Path) -> None:
    """End the server that was started in this directory, if there is one."""
    local_postgres.stop(run)
