"""The stewards of a private space: only the staff named here may reveal the parties and the purpose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.errors import BadInput
from domain.people import STAFF_ROLES, Actor
from models import Booking, Person, Space, SpaceSteward
from services import records
from services.house import looking
from services.unit_of_work import query, transaction


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the staff, and whether they are named for the space."""

    person: Person
    is_steward: bool


@query
def candidates(session: Session, actor: Actor, code: str) -> list[Candidate]:
    """All staff, those who are named first; raises Forbidden, Missing."""
    looking.require_admin(actor)
    named = _named(session, looking.whole_space(session, code))
    staff = session.scalars(
        select(Person).where(Person.role.in_(STAFF_ROLES), Person.disabled_at.is_(None)).order_by(Person.id)
    )
    found = [Candidate(person, person.id in named) for person in staff]
    return sorted(found, key=lambda one: not one.is_steward)


@transaction
def name(session: Session, actor: Actor, code: str, person_ids: Sequence[int], *, now: datetime) -> None:
    """Say who the stewards of a private space are; raises Forbidden, Missing, BadInput."""
    looking.require_admin(actor)
    space = looking.locked_space(session, code)
    wanted = set(person_ids)
    if wanted and not space.is_private:
        raise BadInput("space_not_private", field="stewards")
    known = set(
        session.scalars(
            select(Person.id).where(
                Person.id.in_(wanted), Person.role.in_(STAFF_ROLES), Person.disabled_at.is_(None)
            )
        )
    )
    if known != wanted:
        raise BadInput("steward_unknown", field="stewards")
    before = _named(session, space)
    for person_id in before - wanted:
        session.delete(session.get_one(SpaceSteward, (space.id, person_id)))
    session.add_all(SpaceSteward(space_id=space.id, person_id=one) for one in wanted - before)
    if before != wanted:
        records.audit(
            session, actor, "space.stewards_named", space, now, before=sorted(before), after=sorted(wanted)
        )


def _named(session: Session, space: Space) -> set[int]:
    return set(session.scalars(select(SpaceSteward.person_id).where(SpaceSteward.space_id == space.id)))


def spaces_of(session: Session, actor: Actor) -> set[int]:
    """The private spaces whose steward somebody is."""
    if not actor.is_staff:
        return set()
    return set(session.scalars(select(SpaceSteward.space_id).where(SpaceSteward.person_id == actor.id)))


def may_reveal(session: Session, actor: Actor, booking: Booking) -> bool:
    """Whether somebody of the staff may ask who a booking is for: in a private space its stewards alone."""
    if not actor.is_staff:
        return False
    if not booking.space.is_private:
        return True
    return session.get(SpaceSteward, (booking.space_id, actor.id)) is not None
