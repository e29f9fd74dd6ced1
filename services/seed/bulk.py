"""Writing very many rows quickly: raw statements on SQLite, COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.orm import Session

CHUNK = 20_000

Row = Sequence[Any]
T = TypeVar("T")


def write(session: Session, table: str, columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Insert rows of plain values (numbers, texts, booleans, `moment(…)`, `day(…)`); returns how many."""
    connection = session.connection()
    driver: Any = connection.connection.driver_connection
    names = ", ".join(f'"{column}"' for column in columns)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        statement = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608  a table of ours
        written = 0
        for chunk in chunks(rows):
            driver.executemany(statement, chunk)
            written += len(chunk)
        return written
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
        written = 0
        for row in rows:
            copy.write_row(row)
            written += 1
    return written


def continue_numbers(session: Session, tables: Sequence[str]) -> None:
    """Let PostgreSQL number new rows after those that were written with numbers; SQLite does so by itself."""
    if session.connection().dialect.name == "postgresql":
        for table in tables:
            session.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")  # noqa: S608  a table of ours
            )


def next_id(session: Session, table: str) -> int:
    """The first free number of a table; nobody else may be writing it."""
    return int(session.execute(text(f"SELECT coalesce(max(id), 0) + 1 FROM {table}")).scalar_one())  # noqa: S608  a table of ours


def moment(session: Session, when: datetime) -> Any:
    """A moment in UTC as the engine stores it."""
    return when.strftime("%Y-%m-%d %H:%M:%S.%f") if session.connection().dialect.name == "sqlite" else when


def day(session: Session, when: date) -> Any:
    """A day as the engine stores it."""
    return when.isoformat() if session.connection().dialect.name == "sqlite" else when


def chunks(rows: Iterable[T]) -> Iterator[list[T]]:
    """The rows, twenty thousand at a time."""
    source = iter(rows)
    while chunk := list(islice(source, CHUNK)):
        yield chunk
