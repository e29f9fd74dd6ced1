"""Reading a few rows alone, as cheaply as an engine can: before every answer, and outside of any unit of work.

A session costs several times what such a question itself does: here the driver is given what was built once, and each
question is a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Engine, PoolProxiedConnection, Select
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

SQLITE = "SELECT user_version FROM pragma_user_version"
POSTGRESQL = b"SELECT pg_current_snapshot()"
BESIDE = "beside"
"""Under which an engine keeps another one for glances; SQLite needs none."""


class Built(NamedTuple):
    """A statement in the words of an engine, what it is given beyond its own values, and how its columns are read."""

    text: str
    own: dict[str, Any]
    order: tuple[str, ...] | None
    writers: dict[str, Callable[[Any], Any]]
    readers: tuple[tuple[int, Callable[[Any], Any]], ...]


def read(
    engine: Engine, statement: Select[*tuple[Any, ...]], values: Mapping[str, Any]
) -> list[tuple[Any, ...]]:
    """The rows of a statement that lives as long as the process; raises SQLAlchemyError.

    A connection that had died meanwhile is none of the asker's trouble: with a fresh one it is asked once more.
    """
    built = _built(statement, engine.dialect)
    given = {**built.own, **values}
    for name, write in built.writers.items():
        given[name] = write(given[name])
    asked = given if built.order is None else tuple([given[name] for name in built.order])
    try:
        rows = _asked(engine, built.text, asked)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        _beside(engine).dispose()
        rows = _asked(engine, built.text, asked)
    return [_as_read(row, built.readers) for row in rows]


def glance_at(engine: Engine) -> Callable[[], str | None]:
    """What says the state of this moment; None when the database can't, and whoever asks it in earnest hears why."""
    look = _of_sqlite if engine.dialect.name == "sqlite" else _of_postgresql
    own = _beside(engine)
    trouble = (SQLAlchemyError, engine.dialect.loaded_dbapi.Error)

    def state() -> str | None:
        try:
            pooled = own.raw_connection()
            try:
                return look(pooled)
            finally:
                pooled.close()
        except trouble:
            return None

    return state


def _beside(engine: Engine) -> Engine:
    beside: Engine = engine.get_execution_options().get(BESIDE, engine)
    return beside


@lru_cache(maxsize=64)
def _built(statement: Select[*tuple[Any, ...]], dialect: Dialect) -> Built:
    compiled: Any = statement.compile(dialect=dialect)
    writers = {
        name: bound.type.dialect_impl(dialect).bind_processor(dialect)
        for bound, name in compiled.bind_names.items()
    }
    readers = [
        column.type.dialect_impl(dialect).result_processor(dialect, None)
        for column in statement.selected_columns
    ]
    return Built(
        str(compiled),
        {name: value for name, value in compiled.params.items() if value is not None},
        tuple(compiled.positiontup) if compiled.positional else None,
        {name: write for name, write in writers.items() if write},
        tuple((number, reader) for number, reader in enumerate(readers) if reader),
    )


def _asked(engine: Engine, text: str, values: Any) -> list[tuple[Any, ...]]:
    dialect, watchers = engine.dialect, engine.dispatch.before_cursor_execute
    pooled = _beside(engine).raw_connection()
    try:
        cursor = pooled.cursor()
        for watch in watchers:
            watch(None, cursor, text, values, None, False)
        cursor.execute(text, values)
        return list(cursor.fetchall())
    except dialect.loaded_dbapi.Error as error:
        gone = dialect.is_disconnect(error, pooled.dbapi_connection, None)
        if gone:
            pooled.invalidate(error)
        raise DBAPIError.instance(
            text, None, error, dialect.loaded_dbapi.Error,
            hide_parameters=True, connection_invalidated=gone, dialect=dialect,
        ) from error  # fmt: skip
    finally:
        pooled.close()


def _as_read(row: Sequence[Any], readers: tuple[tuple[int, Callable[[Any], Any]], ...]) -> tuple[Any, ...]:
    cells = list(row)
    for number, reader in readers:
        cells[number] = reader(cells[number])
    return tuple(cells)


def _of_sqlite(pooled: PoolProxiedConnection) -> str | None:
    cursor = pooled.cursor()
    cursor.execute(SQLITE)
    return str(cursor.fetchall()[0][0])


def _of_postgresql(pooled: PoolProxiedConnection) -> str | None:
    """By libpq itself: one round trip, no transaction; a sixth of what a cursor costs."""
    connection: Any = pooled.driver_connection
    state = connection.pgconn.exec_(POSTGRESQL).get_value(0, 0)
    if state is None:
        pooled.invalidate()
        return None
    return str(state.decode())
