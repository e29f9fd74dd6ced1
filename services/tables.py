"""At which version the tables of the database are."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from services.unit_of_work import query


@query
def revision(session: Session) -> str | None:
    """The version of the tables, None while there are none."""
    session.rollback()
    try:
        found: str | None = session.scalar(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        found = None
    session.rollback()
    return found
