"""Whether the engine is set so that what was acknowledged survives a power cut."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from models.engine import WAL_SAFE_SINCE, wal_is_safe
from services.unit_of_work import query

SYNCHRONOUS = ("OFF", "NORMAL", "FULL", "EXTRA")
ENOUGH = {"wal": "FULL", "truncate": "EXTRA", "delete": "EXTRA"}
"""The least of SYNCHRONOUS for each journal. With FULL a journal that was deleted may come back with the power, and
undo what was acknowledged."""
SET_OF_SQLITE = (
    "SELECT journal_mode, synchronous, sqlite_version() FROM pragma_journal_mode, pragma_synchronous"
)
SET_OF_POSTGRESQL = """
SELECT current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit')
"""


@dataclass(frozen=True, slots=True)
class Weakness:
    """A setting by which something can be lost: a stable code, and a sentence for who looks after the house."""

    code: str
    text: str


@query
def weaknesses(session: Session) -> list[Weakness]:
    """What is set so that a power cut can lose or damage something; empty when all is well. One question."""
    session.rollback()
    found = of(session.connection())
    session.rollback()
    return found


def of(connection: Connection) -> list[Weakness]:
    """The same, of a connection that is at hand."""
    return _of_sqlite(connection) if connection.dialect.name == "sqlite" else _of_postgresql(connection)


def _of_sqlite(connection: Connection) -> list[Weakness]:
    journal, level, version = connection.exec_driver_sql(SET_OF_SQLITE).one()
    found = []
    if journal == "wal" and not wal_is_safe():
        needed = ".".join(map(str, WAL_SAFE_SINCE))
        found.append(
            Weakness("sqlite_wal_unsafe", f"SQLite {version} can corrupt a WAL database; it needs {needed}.")
        )
    if journal not in ENOUGH or level < SYNCHRONOUS.index(ENOUGH[journal]):
        found.append(
            Weakness(
                "sqlite_not_durable",
                f"journal_mode={journal} with synchronous={SYNCHRONOUS[level]} can lose commits.",
            )
        )
    return found


def _of_postgresql(connection: Connection) -> list[Weakness]:
    fsync, full_page_writes, synchronous_commit = connection.exec_driver_sql(SET_OF_POSTGRESQL).one()
    texts = [
        f"{name} is {value}; a power cut can lose or damage data."
        for name, value in (("fsync", fsync), ("full_page_writes", full_page_writes))
        if value != "on"
    ]
    if synchronous_commit == "off":
        texts.append("synchronous_commit is off; a power cut can lose acknowledged commits.")
    return [Weakness("postgresql_not_durable", text) for text in texts]
