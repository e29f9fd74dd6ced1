"""Looking after the house from the command line: who acts there, and importing an export."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from domain.errors import BadInput
from domain.people import STAFF_ROLES, Actor, Role
from models import Person
from services.sales import importing, reading
from services.unit_of_work import query


@query
def on_duty(session: Session) -> Actor:
    """The first admin, else the first of the staff; raises BadInput where there is neither."""
    person = session.scalar(
        select(Person)
        .where(Person.role.in_(STAFF_ROLES), Person.disabled_at.is_(None))
        .order_by(case((Person.role == Role.ADMIN, 0), else_=1), Person.id)
        .limit(1)
    )
    if person is None:
        raise BadInput("no_staff_account")
    return person.as_actor()


def import_sales(
    file: Path, *, show_id: int | None, platform: str | None, dry_run: bool, now: datetime
) -> dict[str, int]:
    """Import an order export as the page does, or only tell what it would do; returns the counts.

    Raises FileError, BadInput.
    """
    with file.open("rb") as stream, reading.prepare(stream, file.name, platform) as prepared:
        counts = prepared.tally.counts()
        if dry_run:
            return counts
        actor = on_duty()
        staged = importing.store(actor, prepared, show_id=show_id, now=now)
    applied = importing.apply(actor, staged.id, now=now)
    return {name: getattr(applied, name) for name in counts}
