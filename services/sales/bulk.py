"""Writing many rows of a table at once: hundreds in one statement on SQLite, COPY on PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    ColumnElement,
    Connection,
    Date,
    Enum,
    String,
    Table,
    any_,
    cast,
    column,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import TableValuedAlias

from models.base import UtcDateTime
from models.discreet import without_values

Values = dict[str, Any]
Plain = tuple[Any, ...]
CACHE_KB = 8_000
"""What SQLite may keep of its indexes while it writes a hundred thousand rows in one transaction."""

AT_ONCE = 8_000
"""So many values go into one statement; SQLite takes 32,766."""


@contextmanager
def much_at_once(session: Session) -> Iterator[None]:
    """For a part of a transaction in which one statement writes a hundred thousand rows.

    On PostgreSQL it may take longer than a request's statement may. On SQLite rows that lie all over the indexes would
    drive each other's pages out of a small cache.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL statement_timeout = '5min'"))
        yield
        return
    usual = session.scalar(text("PRAGMA cache_size"))
    session.execute(text(f"PRAGMA cache_size = -{CACHE_KB}"))
    try:
        yield
    finally:
        session.execute(text(f"PRAGMA cache_size = {usual}"))


def write(session: Session, table: Table, rows: Sequence[Values]) -> None:
    """Insert rows that have all columns of the table, by their names; raises IntegrityError as any insert does.

    Texts and numbers are handed to the driver as both engines keep them: the types of SQLAlchemy, asked for each value,
    take longer than the database does.
    """
    write_plain(session, table, plain(table, rows))


def write_plain(session: Session, table: Table, rows: Sequence[Plain]) -> None:
    """Insert rows as `plain` makes them."""
    if rows:
        session.flush()
        connection = session.connection()
        put = _copy if connection.dialect.name == "postgresql" else _insert
        put(connection, f'"{table.name}" ({", ".join(table.columns.keys())})', rows)


def plain(table: Table, rows: Iterable[Values]) -> list[Plain]:
    """The values of all columns of a table, in their order, as both engines keep them."""
    return list(_plain(table, rows))


def moment_text(when: datetime) -> str:
    """A moment in UTC as both engines read it."""
    return (when if when.tzinfo is UTC else when.astimezone(UTC)).isoformat(" ", "microseconds")[:26]


def iso_text(moment: str) -> str:
    """What `isoformat` makes of a moment in UTC, from what `moment_text` made of it."""
    return f"{moment[:10]}T{moment[11:].removesuffix('.000000')}+00:00"


def among(session: Session, wanted: ColumnElement[str], texts: Iterable[str]) -> ColumnElement[bool]:
    """Whether a column holds one of many texts, which are one parameter: the statement is the same for any number."""
    values = select(listed(session, texts).c.value)
    if session.get_bind().dialect.name == "postgresql":  # which would join them, and read all of the table
        return wanted == any_(func.array(values.scalar_subquery(), type_=ARRAY(String)))
    return wanted.in_(values)


def listed(session: Session, texts: Iterable[str]) -> TableValuedAlias:
    """Many texts, which are one parameter, as a table of one `value` each."""
    given, value = json.dumps(list(texts)), column("value", String)
    if session.get_bind().dialect.name == "postgresql":
        elements = func.json_array_elements_text(cast(literal(given), JSON))
        return elements.table_valued(value, name="listed").render_derived()
    return func.json_each(given).table_valued(value, name="listed")


def _plain(table: Table, rows: Iterable[Values]) -> Iterator[Plain]:
    columns = table.columns.keys()
    of_row = itemgetter(*columns)
    converters = _converters(table)
    for row in rows:
        values = list(of_row(row))
        for at, convert in converters:
            value = values[at]
            if value is not None:
                values[at] = convert(value)
        yield tuple(values)


@lru_cache
def _converters(table: Table) -> list[tuple[int, Callable[[Any], Any]]]:
    known = [(at, _converter(column.type)) for at, column in enumerate(table.columns)]
    return [(at, convert) for at, convert in known if convert is not None]


def _converter(kind: Any) -> Callable[[Any], Any] | None:
    """From a value of Python to the text that both engines read; None where it is one already."""
    if isinstance(kind, Enum):
        return {name: name for name in kind.enums}.__getitem__
    if isinstance(kind, UtcDateTime):
        return moment_text
    if isinstance(kind, Date):
        return date.isoformat
    return json.dumps if isinstance(kind, JSON) else None


def _insert(connection: Connection, into: str, rows: Sequence[Plain]) -> None:
    one = f"({', '.join('?' * len(rows[0]))})"
    count = max(1, AT_ONCE // len(rows[0]))
    for begin in range(0, len(rows), count):
        some = rows[begin : begin + count]
        statement = f"INSERT INTO {into} VALUES {', '.join([one] * len(some))}"  # noqa: S608  names of ours
        connection.exec_driver_sql(statement, tuple(chain.from_iterable(some)))


def _copy(connection: Connection, into: str, rows: Sequence[Plain]) -> None:
    driver: Any = connection.connection.driver_connection
    statement = f"COPY {into} FROM STDIN"
    kind = connection.dialect.loaded_dbapi.Error
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except kind as error:  # as SQLAlchemy would, so that whoever tries again knows it
        without_values(error)
        raise DBAPIError.instance(
            statement, None, error, kind, hide_parameters=True, dialect=connection.dialect
        ) from error
