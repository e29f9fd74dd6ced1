"""Reading the audit trail: who did what, and who saw what.

Of a private space it says what happened and which staff did it, never who booked there nor why [seed: 调解室].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from domain.errors import Forbidden
from domain.interval import Interval
from domain.people import STAFF_ROLES, Actor, Role
from domain.trail import SEEN, Wanted
from models import AuditEvent, Booking, PenaltyPoint, Person, Series, Space, WaitlistEntry
from services.unit_of_work import query

PAGE = 50
IN_A_SPACE: dict[str, Any] = {"booking": Booking, "waitlist_entry": WaitlistEntry, "series": Series}
"""What is about a space, and so may be about a private one; points are about a booking."""
OWNERS = {"booking": Booking.booker_id, "waitlist_entry": WaitlistEntry.person_id, "series": Series.booker_id}
"""Whose such a thing is: one of the staff may be a party too."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail; a veiled one hides who it was, unless they are staff at work, and every detail."""

    id: int
    at: datetime
    actor_id: int | None
    actor_name: str
    actor_role: Role | None
    action: str
    object_type: str
    object_id: int
    detail: Mapping[str, Any]
    is_veiled: bool


@dataclass(frozen=True, slots=True)
class Trail:
    """One page of the trail, the newest first; `older` is where the next one begins."""

    entries: list[Entry]
    older: int | None


@query
def read(session: Session, actor: Actor, wanted: Wanted) -> Trail:
    """One page of what was done; raises Forbidden."""
    if not actor.is_admin:
        raise Forbidden
    rows = session.execute(_found(wanted)).all()
    entries = [_entry(*row) for row in rows[:PAGE]]
    return Trail(entries, entries[-1].id if len(rows) > PAGE else None)


@query
def staff(session: Session, actor: Actor) -> Sequence[Person]:
    """Everybody who works or worked at the desk, to choose from; raises Forbidden."""
    if not actor.is_admin:
        raise Forbidden
    return session.scalars(
        select(Person)
        .where(Person.role.in_(STAFF_ROLES))
        .order_by(Person.disabled_at.is_not(None), Person.id)
    ).all()


def _found(wanted: Wanted) -> Select[AuditEvent, Person | None, bool, bool]:
    found = (
        select(AuditEvent, Person, _in_private(), _by_a_party())
        .outerjoin(Person, Person.id == AuditEvent.actor_id)
        .where(*_conditions(wanted))
        .order_by(AuditEvent.id.desc())
        .limit(PAGE + 1)
    )
    if wanted.actor_id is not None or wanted.person_id is not None:
        # Else asking for one neighbour would tell that they were at the mediation room.
        found = found.where(or_(~_in_private(), Person.role.in_(STAFF_ROLES) & ~_by_a_party()))
    return found


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.actor_id is not None:
        found.append(AuditEvent.actor_id == wanted.actor_id)
    if wanted.person_id is not None:
        about = and_(AuditEvent.object_type == "person", AuditEvent.object_id == wanted.person_id)
        found.append(or_(AuditEvent.actor_id == wanted.person_id, about))
    if wanted.object_type is not None:
        found.append(AuditEvent.object_type == wanted.object_type)
    if wanted.object_id is not None:
        found.append(AuditEvent.object_id == wanted.object_id)
    if wanted.seen_only:
        found.append(AuditEvent.action.in_(SEEN))
    if wanted.first is not None:
        found.append(AuditEvent.at >= Interval.of_day(wanted.first).starts_at)
    if wanted.last is not None:
        found.append(AuditEvent.at < Interval.of_day(wanted.last).ends_at)
    if wanted.before_id is not None:
        found.append(AuditEvent.id < wanted.before_id)
    return found


def _in_private() -> ColumnElement[bool]:
    """Whether an event is about somebody in a private space."""
    ways = [
        and_(AuditEvent.object_type == name, _is_private(model, AuditEvent.object_id))
        for name, model in IN_A_SPACE.items()
    ]
    point, booking = aliased(PenaltyPoint), aliased(Booking)
    ways.append(
        and_(
            AuditEvent.object_type == "penalty_point",
            exists().where(
                point.id == AuditEvent.object_id,
                booking.id == point.booking_id,
                Space.id == booking.space_id,
                Space.is_private,
            ),
        )
    )
    return or_(*ways)


def _by_a_party() -> ColumnElement[bool]:
    """Whether somebody did something to what is their own."""
    ways = [
        and_(
            AuditEvent.object_type == name,
            exists().where(IN_A_SPACE[name].id == AuditEvent.object_id, owner == AuditEvent.actor_id),
        )
        for name, owner in OWNERS.items()
    ]
    return or_(*ways)


def _is_private(model: Any, object_id: Any) -> ColumnElement[bool]:
    thing = aliased(model)
    return exists().where(thing.id == object_id, Space.id == thing.space_id, Space.is_private)


def _entry(event: AuditEvent, person: Person | None, veiled: bool, by_a_party: bool) -> Entry:
    hides_actor = bool(veiled and person is not None and (by_a_party or person.role not in STAFF_ROLES))
    return Entry(
        id=event.id,
        at=event.at,
        actor_id=None if hides_actor or person is None else person.id,
        actor_name="" if hides_actor or person is None else person.name,
        actor_role=person.role if person else None,
        action=event.action,
        object_type=event.object_type,
        object_id=event.object_id,
        detail={} if veiled else event.detail,
        is_veiled=bool(veiled),
    )
