"""Whether the engine is set so that an acknowledged commit survives, and whether the tables are the newest."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text
from sqlalchemy.orm import Session

from models.engine import wal_is_safe
from services.doctor.findings import Finding
from services.unit_of_work import query

MIGRATIONS = "migrations_not_current"
SYNCHRONOUS = {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}
DURABLE = {"wal": {"FULL", "EXTRA"}, "delete": {"EXTRA", "FULL"}, "truncate": {"EXTRA", "FULL"}}
POSTGRES_ON = ("fsync", "full_page_writes")


@query
def findings(session: Session, migration_head: str | None) -> list[Finding]:
    """What is wrong with the engine's settings, its files, or the version of the tables."""
    session.rollback()
    connection = session.connection()
    found = _migrations(connection, migration_head)
    found += _sqlite(connection) if connection.dialect.name == "sqlite" else _postgresql(connection)
    session.rollback()
    return found


def _migrations(connection: Connection, head: str | None) -> list[Finding]:
    if not inspect(connection).has_table("alembic_version"):
        return [Finding(MIGRATIONS, "The database has no tables yet; “flask serve” makes them.")]
    version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if version == head:
        return []
    return [Finding(MIGRATIONS, f"The tables are at version {version}, the program needs {head}.")]


def _sqlite(connection: Connection) -> list[Finding]:
    def pragma(name: str) -> object:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar()

    journal, synchronous = str(pragma("journal_mode")), SYNCHRONOUS.get(int(str(pragma("synchronous"))), "?")
    found = []
    if journal == "wal" and not wal_is_safe():
        version = connection.exec_driver_sql("SELECT sqlite_version()").scalar()
        found.append(
            Finding("sqlite_wal_unsafe", f"SQLite {version} can corrupt a WAL database; it needs 3.51.3.")
        )
    if synchronous not in DURABLE.get(journal, set()):
        found.append(
            Finding(
                "sqlite_not_durable",
                f"journal_mode={journal} with synchronous={synchronous} can lose commits.",
            )
        )
    if pragma("foreign_keys") != 1:
        found.append(Finding("sqlite_foreign_keys_off", "Foreign keys are not enforced."))
    check = connection.exec_driver_sql("PRAGMA quick_check(5)").scalars().all()
    if check != ["ok"]:
        found.append(Finding("sqlite_damaged", f"The database file is damaged: {'; '.join(check)}"))
    for table, rowid, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(20):
        which = "A row" if rowid is None else f"Row {rowid}"
        found.append(Finding("foreign_key_broken", f"{which} of {table} points to a missing {parent}."))
    return found


def _postgresql(connection: Connection) -> list[Finding]:
    def shown(name: str) -> str:
        return str(connection.exec_driver_sql(f"SHOW {name}").scalar())

    found = [
        Finding("postgresql_not_durable", f"{name} is {shown(name)}; a power cut can lose or damage data.")
        for name in POSTGRES_ON
        if shown(name) != "on"
    ]
    if shown("synchronous_commit") == "off":
        found.append(
            Finding(
                "postgresql_not_durable",
                "synchronous_commit is off; a power cut can lose acknowledged commits.",
            )
        )
    return found
