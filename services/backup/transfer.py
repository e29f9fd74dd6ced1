"""Moving a house into another database, be it of the other engine: all rows are copied, then both sides compared."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Engine,
    Enum,
    LargeBinary,
    String,
    Table,
    Text,
    cast,
    column,
    func,
    insert,
    select,
    table,
    text,
    type_coerce,
)
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from domain.errors import BadInput, Unavailable
from models import Base
from models.sealing import Sealed
from services.backup import postgresql
from services.unit_of_work import query

BATCH, BATCH_OF_FILES = 1_000, 4
"""Rows that are in memory at a time; each of those that hold a file may have 8 MB."""
Row = tuple[Any, ...]


@dataclass(slots=True)
class Digest:
    """What the rows of a table add up to, in whichever order an engine gives them."""

    table: str
    rows: int = 0
    total: int = 0

    def over(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows, each added on its way."""
        for row in rows:
            self.rows += 1
            self.total += int.from_bytes(hashlib.sha256(repr(row).encode()).digest())
            yield row

    @property
    def text(self) -> str:
        """All of it, as 64 digits."""
        return f"{self.total % 2**256:064x}"


Tell = Callable[[Digest], None]


@query
def move(session: Session, target: Engine, tell: Tell) -> None:
    """Copy every row into an empty database with the same tables, and tell of each table that is the same there.

    Nobody writes here meanwhile. All or nothing: raises BadInput or Unavailable, with the target as it was before.
    """
    session.rollback()
    source = session.connection(execution_options={"writes": True})
    try:
        with target.connect() as there:
            there.execution_options(writes=True)
            with there.begin():
                _let_nobody_write(source)
                _copy_all(source, there, tell)
    finally:
        session.rollback()


def _copy_all(source: Connection, there: Connection, tell: Tell) -> None:
    tables = Base.metadata.sorted_tables
    with _guards_aside(there):
        if any(there.scalar(select(func.count()).select_from(of)) for of in tables):
            raise BadInput("transfer_not_empty")
        digests = [_copy(source, there, of) for of in tables]
    for of, digest in zip(tables, digests, strict=True):
        arrived = Digest(of.name)
        for _ in arrived.over(_rows(there, of)):
            pass
        if arrived != digest:
            raise BadInput("transfer_differs", table=of.name)
        tell(digest)
    if there.dialect.name == "postgresql":
        with _driver(there).cursor() as cursor:
            postgresql.continue_numbers(cursor, [of.name for of in tables])


def _let_nobody_write(source: Connection) -> None:
    """On SQLite whoever has begun to write is alone; on PostgreSQL it has to be said."""
    if source.dialect.name == "postgresql":
        _take_your_time(source)
        names = ", ".join(
            source.dialect.identifier_preparer.format_table(of) for of in Base.metadata.sorted_tables
        )
        source.execute(text(f"LOCK TABLE {names} IN SHARE MODE"))


def _take_your_time(connection: Connection) -> None:
    for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
        connection.execute(text(f"SET LOCAL {limit} = 0"))


@contextmanager
def _guards_aside(there: Connection) -> Iterator[None]:
    """Rows come as they are: nothing is derived from them, and what is sealed comes in, too."""
    if there.dialect.name == "postgresql":
        _take_your_time(there)
        there.execute(text("SET LOCAL jufu.restoring = 'on'"))
        yield
        return
    there.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    guards = there.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
    for name, _ in guards:
        there.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield
    for _, statement in guards:
        there.exec_driver_sql(statement)


def _copy(source: Connection, there: Connection, of: Table) -> Digest:
    digest = Digest(of.name)
    write = _write_by_copy if there.dialect.name == "postgresql" else _write_by_insert
    with _refusals_in_words(of):
        write(there, of, digest.over(_rows(source, of)))
    return digest


@contextmanager
def _refusals_in_words(of: Table) -> Iterator[None]:
    """Of what the driver says only the first line: what comes after it may tell of a row."""
    try:
        yield
    except (psycopg.DataError, psycopg.IntegrityError, DataError, IntegrityError) as error:
        said = str(getattr(error, "orig", error)).partition("\n")[0]
        raise BadInput("transfer_refused", table=of.name, why=said) from error
    except psycopg.OperationalError as error:
        raise Unavailable from error


def _rows(connection: Connection, of: Table) -> Iterator[Row]:
    """In the order of their keys; enums, seals and JSON as the text that is stored."""
    result = connection.execute(
        select(*map(_as_stored, of.columns)).order_by(*of.primary_key.columns),
        execution_options={"yield_per": _batch(of)},
    )
    return (tuple(row) for row in result)


def _as_stored(one: ColumnElement[Any]) -> ColumnElement[Any]:
    if isinstance(one.type, JSON):
        return cast(one, Text)
    return type_coerce(one, String) if isinstance(one.type, Enum | Sealed) else one


def _batch(of: Table) -> int:
    return BATCH_OF_FILES if any(isinstance(one.type, LargeBinary) for one in of.columns) else BATCH


def _write_by_copy(there: Connection, of: Table, rows: Iterator[Row]) -> None:
    names = sql.SQL(", ").join(sql.Identifier(one.name) for one in of.columns)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(of.name), names)
    with _driver(there).cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _write_by_insert(there: Connection, of: Table, rows: Iterator[Row]) -> None:
    names = [one.name for one in of.columns]
    plain = table(of.name, *(column(one.name, _as_stored(one).type) for one in of.columns))
    while batch := list(islice(rows, _batch(of))):
        there.execute(insert(plain), [dict(zip(names, row, strict=True)) for row in batch])


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
