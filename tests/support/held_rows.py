"""What of imports waits for a person, for the tests of the inbox."""

from __future__ import annotations

from sqlalchemy import select

from models import HeldRow, db


def held_rows() -> list[HeldRow]:
    """All rows of the inbox as they stand, in the order in which they came."""
    db.session.rollback()
    return list(
        db.session.scalars(select(HeldRow).order_by(HeldRow.id).execution_options(populate_existing=True))
    )
