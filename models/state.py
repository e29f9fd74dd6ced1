"""The state of the whole database as one short text: as long as it is the same, nothing in it has changed.

PostgreSQL knows it by itself: two equal snapshots see the same transactions. SQLite keeps a number for its users in the
head of the file, which is renewed here in every transaction that changed something, whichever process it is of.
"""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    Text,
    cast,
    event,
    func,
    literal_column,
    select,
    text,
)

CHANGES = "changes_before"
"""Under which a SQLite connection keeps how many rows it had changed when its transaction began."""


def state_column(dialect: str) -> ColumnElement[str]:
    """The state as a column of a query that reads more: both are then of the same moment."""
    if dialect == "postgresql":
        return cast(func.pg_current_snapshot(), Text)
    number: Select[int] = select(literal_column("user_version")).select_from(text("pragma_user_version"))
    return cast(number.scalar_subquery(), Text)


def renew_with_every_change(engine: Engine) -> None:
    """Let every transaction of a SQLite engine that changed a row leave another state behind."""

    @event.listens_for(engine, "begin")
    def remember(connection: Connection) -> None:
        connection.info[CHANGES] = _driver(connection).total_changes

    @event.listens_for(engine, "commit")
    def renew(connection: Connection) -> None:
        driver = _driver(connection)
        if driver.total_changes != connection.info[CHANGES]:
            # Drawn, not counted: a database that was restored must never come to a state it once had.
            driver.execute(f"PRAGMA user_version = {secrets.randbits(31)}")


def _driver(connection: Connection) -> Any:
    return connection.connection.dbapi_connection
