"""Sign-ups that nobody verified and nobody came back to: their data are erased once their time is over.

Whoever does come back signs up anew: the phone is free. Junk of a flood names nobody for longer than that.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from domain.people import Role
from domain.trail import SEEN
from models import ApiToken, AuditEvent, Booking, LoginSession, MerchantMember, Person, Series, WaitlistEntry
from services import settings
from services.privacy import erasing, locking
from services.unit_of_work import query, transaction

BATCH = 50
"""In an hour: each is a transaction of its own that holds all spaces for a moment."""
USED = (
    ApiToken.person_id,
    Booking.booker_id,
    Booking.created_by_id,
    MerchantMember.person_id,
    Series.booker_id,
    WaitlistEntry.person_id,
)
"""Who stands in one of these is no stranger."""


def erase_due(now: datetime) -> int:
    """Erase the accounts that are due, `signups_kept_days` after the last thing that happened to them."""
    return sum(_erase(person_id, now) for person_id in _due(now))


@query
def _due(session: Session, now: datetime) -> list[int]:
    found = _strangers(session, now).order_by(Person.created_at, Person.id).limit(BATCH)
    return [person.id for person in session.scalars(found)]


def _strangers(session: Session, now: datetime) -> Select[Person]:
    over = now - timedelta(days=settings.load(session).signups_kept_days)
    by_others = (AuditEvent.actor_id != Person.id) & AuditEvent.action.not_in(SEEN)
    cared_for = exists().where(
        AuditEvent.object_type == Person.__tablename__,
        AuditEvent.object_id == Person.id,
        or_(AuditEvent.at >= over, by_others),
    )
    is_here = exists().where(
        LoginSession.person_id == Person.id, LoginSession.revoked_at.is_(None), LoginSession.expires_at > now
    )
    return select(Person).where(
        Person.verified_at.is_(None),
        Person.version == 1,  # nobody has changed anything of it since
        Person.created_at < over,
        Person.disabled_at.is_(None),
        Person.role == Role.RESIDENT,
        ~cared_for,
        ~is_here,
        *(~exists().where(column == Person.id) for column in USED),
    )


@transaction
def _erase(session: Session, person_id: int, now: datetime) -> bool:
    locking.lock_all_around(session, [person_id])
    still = _strangers(session, now).where(Person.id == person_id).execution_options(populate_existing=True)
    person = session.scalar(still)  # somebody may have verified them meanwhile
    if person is None:
        return False
    erasing.wipe(session, None, person, erased_at=now, now=now)
    return True
