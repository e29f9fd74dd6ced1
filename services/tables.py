"""At which version the tables of the database are."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from services.unit_of_work import query

UNDEFINED_TABLE = "42P01"
"""As PostgreSQL says it (Appendix A)."""


@query
def revision(session: Session) -> str | None:
    """The version of the tables, None while there are none; raises Unavailable where the database can't say."""
    session.rollback()
    try:
        found: str | None = session.scalar(text("SELECT version_num FROM alembic_version"))
    except DBAPIError as error:
        if not _has_no_table(error):
            raise
        found = None
    session.rollback()
    return found


def _has_no_table(error: DBAPIError) -> bool:
    """Whether that is all that is wrong, as each of the engines says it."""
    return getattr(error.orig, "sqlstate", None) == UNDEFINED_TABLE or "no such table" in str(error.orig)
