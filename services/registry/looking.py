"""One account as its keepers see it, and the locks with which each change of one begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from domain.bookings import BOOKED
from domain.errors import Forbidden, Missing, RuleViolation, StalePerson, Violation
from domain.people import STAFF_ROLES, Actor, Role
from models import ApiToken, Booking, LoginSession, Merchant, MerchantMember, Person, StaffPin
from services import records
from services.registry import resetting
from services.unit_of_work import query, transaction

LOCKED_COLUMNS = [column.key for column in Person.__mapper__.column_attrs]


@dataclass(frozen=True, slots=True)
class Profile:
    """An account and what hangs on it, as counts; `alike` are accounts that may be of the same human."""

    person: Person
    merged_into: Person | None
    shops: list[str]
    sessions: int
    tokens: int
    has_pin: bool
    upcoming: int
    reset_until: datetime | None
    alike: list[Person]


@query
def profile(session: Session, actor: Actor, person_id: int, now: datetime) -> Profile:
    """One account, for staff if it is none of the staff's; raises Forbidden, Missing."""
    person = visible(session, actor, person_id)
    mine = MerchantMember.person_id == person.id
    shops = select(Merchant.name).join(MerchantMember, MerchantMember.merchant_id == Merchant.id).where(mine)
    return Profile(
        person=person,
        merged_into=session.get(Person, person.merged_into_id) if person.merged_into_id else None,
        shops=list(session.scalars(shops.order_by(Merchant.name))),
        sessions=_count(
            session,
            LoginSession.person_id == person.id,
            LoginSession.revoked_at.is_(None),
            LoginSession.expires_at > now,
        ),
        tokens=_count(session, ApiToken.person_id == person.id, ApiToken.revoked_at.is_(None)),
        has_pin=_count(session, StaffPin.person_id == person.id) > 0,
        upcoming=_count(
            session, Booking.booker_id == person.id, Booking.status.in_(BOOKED), Booking.ends_at > now
        ),
        reset_until=resetting.open_until(session, person.id, now),
        alike=alike(session, person) if actor.is_admin else [],
    )


def _count(session: Session, *conditions: object) -> int:
    return session.scalar(select(func.count()).where(*conditions)) or 0  # type: ignore[arg-type]  # columns' booleans


def visible(session: Session, actor: Actor, person_id: int) -> Person:
    """An account that this one may look at; raises Forbidden, Missing."""
    if not actor.is_staff:
        raise Forbidden
    person = session.get(Person, person_id, populate_existing=True)
    if person is None or (person.role in STAFF_ROLES and not actor.is_admin):
        raise Missing
    return person


def alike(session: Session, person: Person) -> list[Person]:
    """Other accounts in use of that name at the same home, or of that name where one of the two has no phone."""
    if person.disabled_at is not None:
        return []
    same_home = (
        (Person.building == person.building) & (Person.unit == person.unit) & (Person.room == person.room)
    )
    phoneless = Person.phone.is_(None)
    near = or_(same_home, phoneless) if person.phone is not None else None
    found = (
        select(Person)
        .where(Person.name == person.name, Person.id != person.id, Person.disabled_at.is_(None))
        .order_by(Person.id)
        .limit(10)
    )
    return list(session.scalars(found if near is None else found.where(near)))


@transaction
def reveal_phone(session: Session, actor: Actor, person_id: int, now: datetime) -> Person:
    """Show a whole phone number; every time is logged. Raises Forbidden, Missing."""
    person = visible(session, actor, person_id)
    records.audit(session, actor, "person.phone_revealed", person, now)
    return person


def to_change(session: Session, actor: Actor, person_id: int, version: int) -> Person:
    """An account that an admin changes, it and all admins locked in the order of their ids.

    Raises Forbidden, Missing (also for an erased or merged one), StalePerson.
    """
    if not actor.is_admin:
        raise Forbidden
    session.execute(
        select(Person.id)
        .where(or_(Person.id == person_id, Person.role == Role.ADMIN))
        .order_by(Person.id)
        .with_for_update(key_share=True)
    ).all()
    person = session.get(Person, person_id, populate_existing=True)
    if person is None or person.erased_at is not None or person.merged_into_id is not None:
        raise Missing
    if person.version != version:
        raise StalePerson(person.id)
    person.version = version + 1
    return person


def must_not_be_last_admin(session: Session, person: Person) -> None:
    """Refuse to take the last admin away, who is locked; raises RuleViolation."""
    if person.role is not Role.ADMIN or person.disabled_at is not None:
        return
    others = _count(session, Person.role == Role.ADMIN, Person.id != person.id, Person.disabled_at.is_(None))
    if not others:
        raise RuleViolation([Violation("last_admin")])
