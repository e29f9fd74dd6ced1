"""Looking at the whole database as it is at one moment, while others go on writing."""

from __future__ import annotations

from sqlalchemy.orm import Session

from services.backup.postgresql import begin_snapshot


def hold_still(session: Session) -> None:
    """Let all that this transaction reads be of one moment: what changes in between would look like a fault."""
    session.rollback()
    connection = session.connection()
    # SQLite's reading transactions are of one moment by themselves.
    if connection.dialect.name == "postgresql":
        begin_snapshot(connection)
