"""The state of the house: while it is the same, nothing that anybody could see has changed."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import db
from models.glance import glance_at
from models.state import state_column
from services.unit_of_work import query


@query
def current(session: Session) -> str:
    """The state that everything read after it is of, or newer."""
    return session.scalars(select(state_column(session.get_bind().dialect.name))).one()


def glance() -> Callable[[], str | None]:
    """What reads the state of this moment, outside of any unit of work; to be made inside an application context."""
    return glance_at(db.engine)
