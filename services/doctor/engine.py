"""Whether the engine is set so that an acknowledged commit survives, and whether the tables are the newest."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text
from sqlalchemy.orm import Session

from services import durability
from services.doctor.findings import Finding
from services.unit_of_work import query

MIGRATIONS = "migrations_not_current"


@query
def findings(session: Session, migration_head: str | None) -> list[Finding]:
    """What is wrong with the engine's settings, its files, or the version of the tables."""
    session.rollback()
    connection = session.connection()
    found = _migrations(connection, migration_head)
    found += [Finding(weakness.code, weakness.text) for weakness in durability.of(connection)]
    if connection.dialect.name == "sqlite":
        found += _sqlite(connection)
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
    found = []
    if connection.exec_driver_sql("PRAGMA foreign_keys").scalar() != 1:
        found.append(Finding("sqlite_foreign_keys_off", "Foreign keys are not enforced."))
    check = connection.exec_driver_sql("PRAGMA quick_check(5)").scalars().all()
    if check != ["ok"]:
        found.append(Finding("sqlite_damaged", f"The database file is damaged: {'; '.join(check)}"))
    for table, rowid, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(20):
        which = "A row" if rowid is None else f"Row {rowid}"
        found.append(Finding("foreign_key_broken", f"{which} of {table} points to a missing {parent}."))
    return found
