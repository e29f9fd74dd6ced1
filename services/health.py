"""Whether this server can do its work."""

from __future__ import annotations

from time import monotonic
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from domain.errors import Unavailable
from models.base import db
from services.unit_of_work import query, transaction

TRUSTED = 10.0
"""Seconds for which a database that took a write is believed to take the next: writers of SQLite wait in one line, and
who looks each second has no business there."""
trusted_until: WeakKeyDictionary[Engine, float] = WeakKeyDictionary()


@query
def _version(session: Session) -> str | None:
    version: str | None = session.scalar(text("SELECT version_num FROM alembic_version"))
    return version


@transaction
def _write(session: Session) -> None:
    # No row has this key: it changes nothing, but needs a database that takes writes.
    session.execute(text("UPDATE setting SET value = value WHERE key = ''"))


def _try_to_write() -> None:
    if monotonic() >= trusted_until.get(db.engine, 0.0):
        _write()
        trusted_until[db.engine] = monotonic() + TRUSTED


def trouble(migration_head: str | None) -> str | None:
    """Why it can't serve, None when it can; reads each time, and writes where nobody did so for this just before."""
    try:
        version = _version()
        _try_to_write()
    except (SQLAlchemyError, Unavailable):
        return "database"
    return None if version == migration_head else "migrations"
