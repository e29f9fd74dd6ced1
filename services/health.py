"""Whether this server can do its work."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from domain.errors import Unavailable
from services.unit_of_work import transaction


@transaction
def _write_and_read_version(session: Session) -> str | None:
    # No row has this key: it changes nothing, but needs a database that takes writes.
    session.execute(text("UPDATE setting SET value = value WHERE key = ''"))
    version: str | None = session.scalar(text("SELECT version_num FROM alembic_version"))
    return version


def trouble(migration_head: str | None) -> str | None:
    """Why it can't serve, None when it can."""
    try:
        version = _write_and_read_version()
    except (SQLAlchemyError, Unavailable):
        return "database"
    return None if version == migration_head else "migrations"
