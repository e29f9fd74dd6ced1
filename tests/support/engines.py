"""Databases for tests on both engines: each is a copy of a template that was migrated once in this run."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import flask_migrate
import psycopg
from flask import Flask
from psycopg import sql
from sqlalchemy.engine import make_url

from app import create_app
from config import database_url
from models.base import db
from models.engine import sqlite_module
from tests.support import patience, postgres, rundir

ENGINES = ("sqlite", "postgresql")
TEMPLATE = "template"


class Database(Protocol):
    """One database of a test; `url` is what DATABASE_URL would say."""

    url: str

    def reset(self) -> None:
        """Bring it back to how the migrations left it; nobody may be connected."""

    def empty(self) -> None:
        """The same while an idle server is connected."""

    def drop(self) -> None:
        """Remove it."""


def settings(url: str, **more: Any) -> dict[str, Any]:
    """The overrides that make `create_app` an application under test on this database, which has time."""
    patience.with_databases()
    return {
        "SQLALCHEMY_DATABASE_URI": database_url({"DATABASE_URL": url}),
        "TESTING": True,
        "HTMX_SOURCE": "local",
    } | more


def disconnect(app: Flask) -> None:
    """Close every connection that the application holds."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def new_database(engine_name: str) -> Database:
    """A migrated, otherwise empty database of its own."""
    name = uuid4().hex[:12]
    return SqliteDatabase(name) if engine_name == "sqlite" else PostgresDatabase(name)


@contextmanager
def throwaway(engine_name: str) -> Iterator[str]:
    """Address of a fresh database, for tests that start servers on it."""
    database = new_database(engine_name)
    try:
        yield database.url
    finally:
        database.drop()


class SqliteDatabase:
    """A file, reset by copying the template over it."""

    def __init__(self, name: str) -> None:
        self._path = rundir.current() / f"{name}.sqlite"
        self.url = f"sqlite:///{self._path}"
        self.reset()

    def reset(self) -> None:
        """Copy the template over the file."""
        self.drop()
        shutil.copyfile(_sqlite_template(), self._path)

    def empty(self) -> None:
        """Put the rows of the template in place of those of every table."""
        with closing(sqlite_module.connect(self._path, timeout=20, isolation_level=None)) as connection:
            connection.execute("ATTACH ? AS template", [str(_sqlite_template())])
            connection.execute(
                "BEGIN IMMEDIATE"
            )  # foreign keys are off unless asked for: the order does not matter
            tables = connection.execute(
                "SELECT name FROM template.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            ).fetchall()
            # Sealed records refuse to go: their guards step aside until everything is as the migrations left it.
            guards = connection.execute(
                "SELECT name, sql FROM main.sqlite_master WHERE type = 'trigger'"
            ).fetchall()
            for name, _ in guards:
                connection.execute(f'DROP TRIGGER "{name}"')
            for (table,) in tables:
                connection.execute(f'DELETE FROM main."{table}"')  # noqa: S608  a name of our own
                connection.execute(f'INSERT INTO main."{table}" SELECT * FROM template."{table}"')  # noqa: S608  the same
            for _, statement in guards:
                connection.execute(statement)
            # Servers that go on must not take it for a state that it once had (models/state.py).
            connection.execute(f"PRAGMA user_version = {secrets.randbits(31)}")
            connection.execute("COMMIT")

    def drop(self) -> None:
        """Remove the file and what SQLite keeps beside it."""
        for suffix in ("", "-wal", "-shm", "-journal"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)


class PostgresDatabase:
    """A database made from the template; emptied by DELETE, 40 times faster than making a new one."""

    def __init__(self, name: str) -> None:
        self._name = postgres.database_prefix(rundir.current()) + name
        self.url = _on_server(self._name)
        self._create()
        with psycopg.connect(postgres.libpq(self.url)) as connection:
            self._quick = _value(connection, "SELECT current_setting('is_superuser')") == "on"
            self._rows = {table: _dump(connection, table) for table in _tables(connection)}

    def reset(self) -> None:
        """Empty every table and put back the rows that migrations had written."""
        if not self._quick:
            self.drop()
            self._create()
            return
        with psycopg.connect(postgres.libpq(self.url), options="-c lock_timeout=20s") as connection:
            # Foreign keys are triggers; a replica does not fire them, so the order does not matter.
            connection.execute("SET session_replication_role = replica")
            # Said in one breath: each question of its own would cost more than its answer.
            deletions = (sql.SQL("DELETE FROM {}").format(sql.Identifier(table)) for table in self._rows)
            connection.execute(sql.SQL(";").join(deletions))
            for table, rows in self._rows.items():
                if rows:
                    _load(connection, table, rows)

    def empty(self) -> None:
        """The same: idle connections hold no lock."""
        self.reset()

    def drop(self) -> None:
        """Remove the database."""
        postgres.maintain("DROP DATABASE IF EXISTS {} WITH (FORCE)", self._name)

    def _create(self) -> None:
        postgres.maintain(
            "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", self._name, _postgres_template()
        )


def _sqlite_template() -> Path:
    with rundir.locked("sqlite-template") as run:
        path = run / f"{TEMPLATE}.sqlite"
        if not path.exists():
            building = path.with_suffix(".building")
            migrate(f"sqlite:///{building}")
            building.rename(path)
        return path


def _postgres_template() -> str:
    with rundir.locked("postgres-template") as run:
        name = postgres.database_prefix(run) + TEMPLATE
        ready = run / postgres.TEMPLATE_READY
        if not ready.exists():
            postgres.maintain("CREATE DATABASE {}", name)
            migrate(_on_server(name))
            ready.touch()
        return name


def migrate(url: str) -> None:
    """Make the newest tables."""
    app = create_app(settings(url))
    with app.app_context():
        flask_migrate.upgrade()
    disconnect(app)


def _on_server(name: str) -> str:
    return make_url(postgres.server_url()).set(database=name).render_as_string(hide_password=False)


def _tables(connection: psycopg.Connection[Any]) -> list[str]:
    return [
        name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    ]


def _value(connection: psycopg.Connection[Any], query: str) -> Any:
    row = connection.execute(query).fetchone()  # type: ignore[call-overload]  # a constant
    return row[0] if row else None


def _dump(connection: psycopg.Connection[Any], table: str) -> bytes:
    with connection.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as copy:
        return b"".join(bytes(block) for block in copy)


def _load(connection: psycopg.Connection[Any], table: str, rows: bytes) -> None:
    with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as copy:
        copy.write(rows)
