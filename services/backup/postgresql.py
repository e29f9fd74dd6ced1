"""A backup of PostgreSQL: the rows of every table in one ZIP file, out of one snapshot, without any outside program."""

from __future__ import annotations

import json
import warnings
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from psycopg import sql
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.exc import SAWarning

from domain.errors import BadInput

MAGIC = b"PK\x03\x04"
MANIFEST = "manifest.json"
KIND = "jufu-postgresql-1"
CHUNK = 1024 * 1024


def begin_snapshot(connection: Connection) -> None:
    """Let everything that follows see the database as it is now, for as long as it takes."""
    connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
    connection.execute(text("SET LOCAL statement_timeout = 0"))


def save(connection: Connection, file: Path, revision: str, rows: Mapping[str, int]) -> None:
    """Write the manifest and every table."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        archive.writestr(MANIFEST, json.dumps({"kind": KIND, "revision": revision, "rows": dict(rows)}))
        for table in rows:
            with archive.open(table, "w", force_zip64=True) as member, _cursor(connection) as cursor:
                columns = sql.SQL(", ").join(map(sql.Identifier, _columns(cursor, table)))
                statement = sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(table), columns)
                member.write(json.dumps(_columns(cursor, table)).encode() + b"\n")
                with cursor.copy(statement) as copy:
                    for block in copy:
                        member.write(bytes(block))


def look_into(file: Path) -> tuple[str, dict[str, int]]:
    """Read every byte; the version of the tables and the number of rows of each. Raises BadInput."""
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = _manifest(archive)
            rows = {table: _count_rows(archive, table) for table in manifest["rows"]}
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise BadInput("backup_damaged") from error
    if rows != manifest["rows"]:
        raise BadInput("backup_damaged")
    return str(manifest["revision"]), rows


def load(connection: Connection, file: Path) -> None:
    """Empty every table and fill it again, parents before children, in the connection's transaction."""
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    # Sealed records refuse to be emptied; they come back with the backup, and whoever restores means all of it.
    connection.execute(text("SET LOCAL jufu.restoring = 'on'"))
    tables = MetaData()
    with warnings.catch_warnings():
        # What reflection can't name of a CHECK is of no matter here: only tables and their order are wanted.
        warnings.simplefilter("ignore", SAWarning)
        tables.reflect(connection)
    with zipfile.ZipFile(file) as archive, _cursor(connection) as cursor:
        present = [t.name for t in tables.sorted_tables if t.name in _manifest(archive)["rows"]]
        names = sql.SQL(", ").join(map(sql.Identifier, present))
        cursor.execute(sql.SQL("TRUNCATE {}").format(names))
        for table in present:
            with archive.open(table) as member:
                columns = sql.SQL(", ").join(map(sql.Identifier, json.loads(member.readline())))
                statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), columns)
                with cursor.copy(statement) as copy:
                    while block := member.read(CHUNK):
                        copy.write(block)
        continue_numbers(cursor, present)


def continue_numbers(cursor: Any, tables: list[str]) -> None:
    """New rows are numbered after the restored ones."""
    cursor.execute(
        "SELECT table_name, column_name, pg_get_serial_sequence(quote_ident(table_name), column_name)"
        " FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ANY(%s)",
        (tables,),
    )
    for table, column, sequence in cursor.fetchall():
        if sequence is not None:
            cursor.execute(
                sql.SQL("SELECT setval(%s, greatest((SELECT max({}) FROM {}), 1))").format(
                    sql.Identifier(column), sql.Identifier(table)
                ),
                (sequence,),
            )


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
    except (KeyError, ValueError) as error:
        raise BadInput("backup_unknown") from error
    if manifest.get("kind") != KIND:
        raise BadInput("backup_unknown")
    return manifest


def _count_rows(archive: zipfile.ZipFile, table: str) -> int:
    """COPY writes one line per row; the first line holds the names of the columns."""
    with archive.open(table) as member:
        lines = 0
        while block := member.read(CHUNK):
            lines += block.count(b"\n")
    return lines - 1


def _columns(cursor: Any, table: str) -> list[str]:
    cursor.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = current_schema() AND table_name = %s ORDER BY ordinal_position",
        (table,),
    )
    return [name for (name,) in cursor.fetchall()]


def _cursor(connection: Connection) -> Any:
    driver: Any = connection.connection.driver_connection
    return driver.cursor()
