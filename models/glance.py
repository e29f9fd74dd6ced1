"""Reading a few rows alone, as cheaply as an engine can: before every answer, and outside of any unit of work.

A session costs several times what such a question itself does: here the driver is given what was built once, and each
question is a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Engine, PoolProxiedConnection, Select
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from models.discreet import without_values
from models.prepared import Compiled, compiled

SQLITE = "SELECT user_version FROM pragma_user_version"
POSTGRESQL = b"SELECT pg_current_snapshot()"
BESIDE = "beside"
"""Under which an engine keeps another one for glances; SQLite needs none."""


def read(
    engine: Engine, statement: Select[*tuple[Any, ...]], values: Mapping[str, Any]
) -> list[tuple[Any, ...]]:
    """The rows of a statement that lives as long as the process; raises SQLAlchemyError.

    A connection that had died meanwhile is none of the asker's trouble: with a fresh one it is asked once more.
    """
    built = _built(statement, engine.dialect)
    asked = built.bound(values)
    try:
        rows = _asked(engine, built.text, asked)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        beside(engine).dispose()
        rows = _asked(engine, built.text, asked)
    return [built.read(row) for row in rows]


def glance_at(engine: Engine) -> Callable[[], str | None]:
    """What says the state of this moment; None when the database can't, and whoever asks it in earnest hears why."""
    look = _of_sqlite if engine.dialect.name == "sqlite" else _of_postgresql
    own = beside(engine)
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


def beside(engine: Engine) -> Engine:
    """Whose connections glances use."""
    own: Engine = engine.get_execution_options().get(BESIDE, engine)
    return own


@lru_cache(maxsize=64)
def _built(statement: Select[*tuple[Any, ...]], dialect: Dialect) -> Compiled:
    return compiled(statement, dialect)


def _asked(engine: Engine, text: str, values: Any) -> list[tuple[Any, ...]]:
    dialect, watchers = engine.dialect, engine.dispatch.before_cursor_execute
    try:
        pooled = beside(engine).raw_connection()
    except dialect.loaded_dbapi.Error as error:
        raise _as_trouble(dialect, text, error, gone=False) from error
    driver: Any = pooled.dbapi_connection
    try:
        for watch in watchers:
            watch(None, None, text, values, None, False)
        if dialect.name == "postgresql":
            return list(driver.execute(text, values, prepare=True).fetchall())
        return list(driver.execute(text, values).fetchall())
    except dialect.loaded_dbapi.Error as error:
        gone = dialect.is_disconnect(error, driver, None)
        if gone:
            pooled.invalidate(error)
        raise _as_trouble(dialect, text, error, gone=gone) from error
    finally:
        pooled.close()


def _as_trouble(dialect: Dialect, text: str, error: Exception, *, gone: bool) -> Exception:
    """The driver's error as one of SQLAlchemy's; without the values, which may name somebody."""
    without_values(error)
    return DBAPIError.instance(
        text, None, error, dialect.loaded_dbapi.Error,
        hide_parameters=True, connection_invalidated=gone, dialect=dialect,
    )  # fmt: skip


def _of_sqlite(pooled: PoolProxiedConnection) -> str | None:
    driver: Any = pooled.dbapi_connection
    return str(driver.execute(SQLITE).fetchall()[0][0])


def _of_postgresql(pooled: PoolProxiedConnection) -> str | None:
    """By libpq itself: one round trip, no transaction; a sixth of what a cursor costs."""
    connection: Any = pooled.driver_connection
    state = connection.ask(POSTGRESQL).get_value(0, 0)
    if state is None:
        pooled.invalidate()
        return None
    return str(state.decode())
