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
    """Verified neighbours that this person may book for: a captain's building, or for staff the people of one flat."""
    known = select(Person).where(
        Person.role.in_(HOUSEHOLD_ROLES),
        Person.verified_at.is_not(None),
        Person.disabled_at.is_(None),
        Person.id != actor.id,
    )
    if actor.is_staff:
        if home is None:
            return []
        known = known.where(
            Person.building == home.building, Person.unit == home.unit, Person.room == home.room
        )
    elif actor.captain_of is not None:
        known = known.where(Person.building == actor.captain_of)
    else:
        return []
    return list(session.scalars(known.order_by(Person.unit, Person.room, Person.id).limit(MOST)))
