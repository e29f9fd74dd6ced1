"""Backups: taken while the house is open, and believed only after they have been read back."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, inspect, text, update
from sqlalchemy.orm import Session

from domain.errors import BadInput
from models import Space
from services.backup import postgresql, sqlite
from services.unit_of_work import query

VERSIONS = "alembic_version"


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds: for which engine, at which version of the tables, how many rows of each table."""

    engine: str
    revision: str
    rows: Mapping[str, int]

    @property
    def total(self) -> int:
        """All rows."""
        return sum(self.rows.values())


@query
def save(session: Session, file: Path) -> Contents:
    """Write a backup, read it back, and only then give it its name; raises BadInput, with the file as it was before."""
    session.rollback()
    connection = session.connection()
    engine = connection.dialect.name
    _refuse_the_database_itself(connection, file)
    draft = file.with_name(f".{file.name}.{os.getpid()}.partial")
    try:
        if engine == "sqlite":
            expected = _contents(connection)
            sqlite.save(connection, draft)
        else:
            postgresql.begin_snapshot(connection)
            expected = _contents(connection)
            postgresql.save(connection, draft, expected.revision, expected.rows)
        session.rollback()
        found = look_into(draft)
        if found != expected:
            raise BadInput("backup_differs")
        draft.chmod(0o600)
        _to_disk(draft)
        draft.replace(file)
    finally:
        session.rollback()
        draft.unlink(missing_ok=True)
    return found


def look_into(file: Path) -> Contents:
    """Check a backup from its first to its last byte and tell what it holds; raises BadInput."""
    with file.open("rb") as stream:
        beginning = stream.read(16)
    if beginning.startswith(sqlite.MAGIC):
        return Contents("sqlite", *sqlite.look_into(file))
    if beginning.startswith(postgresql.MAGIC):
        return Contents("postgresql", *postgresql.look_into(file))
    raise BadInput("backup_unknown")


@query
def load(session: Session, file: Path, contents: Contents) -> None:
    """Replace everything in the database by a backup and check that all of it arrived; raises BadInput.

    The tables of a PostgreSQL database must be at the version of the backup already; all or nothing.
    """
    session.rollback()
    connection = session.connection(execution_options={"writes": contents.engine != "sqlite"})
    if connection.dialect.name != contents.engine:
        raise BadInput("backup_of_another_engine", backup=contents.engine, database=connection.dialect.name)
    if contents.engine == "sqlite":
        session.rollback()
        sqlite.load(session.connection(), file)
        session.rollback()
        connection = session.connection(execution_options={"writes": True})
    else:
        postgresql.load(connection, file)
    if _contents(connection) != contents:
        session.rollback()
        raise BadInput("restore_differs")
    # Drawn: a process that lives on must not meet a revision that it knows with something else behind it.
    connection.execute(update(Space).values(revision=Space.revision + 1 + secrets.randbelow(1_000_000)))
    session.commit()


@query
def revision(session: Session) -> str | None:
    """The version of the tables, None while there are none."""
    session.rollback()
    found = _revision(session.connection())
    session.rollback()
    return found


@query
def is_empty(session: Session) -> bool:
    """Whether nothing would be lost by putting something else in place of this database."""
    session.rollback()
    connection = session.connection()
    empty = _revision(connection) is None or not any(_contents(connection).rows.values())
    session.rollback()
    return empty


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSIONS):
        return None
    found: str | None = connection.execute(text(f"SELECT version_num FROM {VERSIONS}")).scalar()  # noqa: S608  a table's name
    return found


def _contents(connection: Connection) -> Contents:
    tables = sorted(set(inspect(connection).get_table_names()) - {VERSIONS})
    # The names are those of our own tables, as the database itself gives them.
    rows = {
        table: int(connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one())  # noqa: S608  a table's name
        for table in tables
    }
    return Contents(connection.dialect.name, _revision(connection) or "", rows)


def _refuse_the_database_itself(connection: Connection, file: Path) -> None:
    database = connection.engine.url.database or ""
    if connection.dialect.name == "sqlite" and file.resolve() == Path(database).resolve():
        raise BadInput("backup_onto_itself")
    if not file.parent.is_dir():
        raise BadInput("backup_no_directory", directory=str(file.parent))


def _to_disk(file: Path) -> None:
    with file.open("rb") as stream:
        os.fsync(stream.fileno())
