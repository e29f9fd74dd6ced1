"""Runs the migrations on the application's own engine, in one transaction on either engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from models import db
from models.engine import BUSY_SECONDS

PATIENCE_SECONDS = 3_600
"""For which a starting server waits for another one that changes the tables of a large house."""

config = context.config


def render_item(kind: str, item: object, autogen_context: object) -> str | bool:
    """Write our column types into migrations as plain SQLAlchemy, so that old ones never depend on today's models."""
    name = type(item).__name__
    if kind == "type" and name == "UtcDateTime":
        return "sa.DateTime(timezone=True)"
    return False


@contextmanager
def _tables_may_be_rebuilt(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making a new one and dropping the old, at which foreign keys would empty others.

    The switch does nothing inside a transaction, so it is thrown before; the keys are checked before the commit. Who
    comes second waits for the first to end.
    """
    driver = connection.connection.dbapi_connection
    if connection.dialect.name != "sqlite" or driver is None:
        yield
        return
    driver.execute("PRAGMA foreign_keys=OFF")
    driver.execute(f"PRAGMA busy_timeout={PATIENCE_SECONDS * 1000}")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")
        driver.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000:.0f}")


def _wait_for_others(connection: Connection) -> None:
    """Be the only one on PostgreSQL who changes tables, however long that takes; a table is waited for as ever."""
    for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
        connection.exec_driver_sql(f"SET LOCAL {limit} = 0")
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE_SECONDS}s'")
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(505)")
    connection.exec_driver_sql("SET LOCAL lock_timeout TO DEFAULT")


def run() -> None:
    """Upgrade or downgrade online; SQLite begins IMMEDIATE, so that two starting servers wait for each other."""
    options = current_app.extensions["migrate"].configure_args
    with db.engine.connect().execution_options(writes=True) as connection, _tables_may_be_rebuilt(connection):
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            transactional_ddl=True,
            transaction_per_migration=False,
            render_item=render_item,
            **options,
        )
        with context.begin_transaction():
            if connection.dialect.name == "postgresql":
                _wait_for_others(connection)
            context.run_migrations()
            if connection.dialect.name == "sqlite":
                astray = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if astray:
                    raise RuntimeError(f"The migration left rows that point nowhere: {astray[:5]}")


run()
