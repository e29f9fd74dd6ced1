"""Reading the state of the database alone, and as cheaply as an engine can: before every answer that is given again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, PoolProxiedConnection, create_engine, event
from sqlalchemy.exc import SQLAlchemyError

from models.engine import engine_options

SQLITE = "SELECT user_version FROM pragma_user_version"
POSTGRESQL = b"SELECT pg_current_snapshot()"


def glance_at(engine: Engine) -> Callable[[], str | None]:
    """What says the state of this moment; None when the database can't, and whoever asks it in earnest hears why."""
    read = _of_sqlite if engine.dialect.name == "sqlite" else _of_postgresql
    own = engine if engine.dialect.name == "sqlite" else _beside(engine)
    trouble = (SQLAlchemyError, engine.dialect.loaded_dbapi.Error)

    def state() -> str | None:
        try:
            pooled = own.raw_connection()
            try:
                return read(pooled)
            finally:
                pooled.close()
        except trouble:
            return None

    return state


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


def _beside(engine: Engine) -> Engine:
    """A few connections of its own, which nobody asks first whether they are alive; gone with those of the engine."""
    options = engine_options(str(engine.url)) | {"pool_pre_ping": False, "pool_size": 2, "max_overflow": 14}
    own = create_engine(engine.url, **options)
    event.listen(engine, "engine_disposed", lambda _engine: own.dispose())
    return own
