"""A backup of SQLite: a database file of its own, copied page by page while others go on writing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from domain.errors import BadInput
from models import db

MAGIC = b"SQLite format 3\0"


def save(connection: Connection, file: Path) -> None:
    """Copy the snapshot that the connection's transaction sees."""
    with closing(_open(file)) as target:
        _raw(connection).backup(target)
        # A WAL file would need two more files beside it: the backup is to be one file.
        target.execute("PRAGMA journal_mode=DELETE")


def load(connection: Connection, file: Path) -> None:
    """Put the backup in place of the whole database, in one transaction of the engine."""
    raw = _raw(connection)
    raw.rollback()
    with closing(_open(file)) as source:
        source.backup(raw)


def look_into(file: Path) -> tuple[str, dict[str, int]]:
    """Check every page and index; the version of the tables and the number of rows of each. Raises BadInput."""
    with closing(_open(file)) as source:
        try:
            if [row[0] for row in source.execute("PRAGMA integrity_check(1)")] != ["ok"]:
                raise BadInput("backup_damaged")
            names = [
                row[0]
                for row in source.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
                if not row[0].startswith("sqlite_")
            ]
            if "alembic_version" not in names:
                raise BadInput("backup_unknown")
            revision = source.execute("SELECT version_num FROM alembic_version").fetchone()[0]
            rows = {
                name: source.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608  its own names
                for name in names
                if name != "alembic_version"
            }
        except _module().DatabaseError as error:
            raise BadInput("backup_damaged") from error
    return revision, rows


def _open(file: Path) -> Any:
    return _module().connect(str(file), isolation_level=None)


def _module() -> Any:
    """The SQLite that the engine uses; on PostgreSQL any will do to look into a file."""
    return db.engine.dialect.dbapi if db.engine.dialect.name == "sqlite" else sqlite3


def _raw(connection: Connection) -> Any:
    return connection.connection.driver_connection
