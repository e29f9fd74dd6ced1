"""For whom somebody may book besides themselves: a captain for the own building, staff for any flat."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.people import HOUSEHOLD_ROLES, Actor, Home
from models import Person
from services.unit_of_work import query

MOST = 400


@query
def bookable_for(session: Session, actor: Actor, home: Home | None) -> list[Person]:
    """Verified neighbours that this person may book for, of one flat or, for a captain, of the whole building.

    Staff name the flat; a flat of another building has nobody for a captain.
    """
    known = select(Person).where(
        Person.role.in_(HOUSEHOLD_ROLES),
        Person.verified_at.is_not(None),
        Person.disabled_at.is_(None),
        Person.id != actor.id,
    )
    if home is not None and actor.may_verify(home.building):
        known = known.where(
            Person.building == home.building, Person.unit == home.unit, Person.room == home.room
        )
    elif home is None and actor.captain_of is not None and not actor.is_staff:
        known = known.where(Person.building == actor.captain_of)
    else:
        return []
    return list(session.scalars(known.order_by(Person.unit, Person.room, Person.id).limit(MOST)))
