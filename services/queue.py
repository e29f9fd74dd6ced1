"""The approval desk: what waits for staff, and everything that helps to decide one request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from domain.bookings import BookingStatus
from domain.errors import Forbidden
from domain.people import Actor
from models import Booking, BoothSlot
from services import case, people, reading, records
from services.case import Case
from services.decisions import undecided_until, waiting_since
from services.house import stewards
from services.unit_of_work import query, transaction

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for staff, the most urgent first, and what waits for the booker's answer to another time."""

    waiting: list[Booking]
    unanswered: list[Booking]

    @property
    def longest_wait(self) -> datetime | None:
        """Since when the one that waits longest has been waiting."""
        return min((waiting_since(booking) for booking in self.waiting), default=None)


@dataclass(frozen=True, slots=True)
class Desk:
    """The queue, and the request that is looked at."""

    queue: Queue
    case: Case | None


@query
def stamp(session: Session) -> int:
    """What the live queue compares: one number, one indexed query."""
    return reading.revision(session)


@query
def waiting(session: Session, actor: Actor, now: datetime) -> list[Booking]:
    """Requests and proposed times that can still be decided, the most urgent at the top; raises Forbidden."""
    return _waiting(session, actor, now)


@query
def lists(session: Session, actor: Actor, now: datetime) -> Queue:
    """The whole queue; raises Forbidden."""
    waiting = _waiting(session, actor, now)
    asked = (Booking.proposed_starts_at > now, Booking.starts_at > now, Booking.proposed_to_booker.is_(True))
    return Queue(waiting, sorted(_first(session, asked, Booking.proposed_starts_at), key=_urgency))


@query
def desk(session: Session, actor: Actor, booking_id: int | None, now: datetime) -> Desk:
    """The queue and one request, by default the first; raises Forbidden, Missing."""
    found = lists(actor, now)
    if booking_id is None and found.waiting:
        booking_id = found.waiting[0].id
    return Desk(found, None if booking_id is None else case.load(session, actor, booking_id, now))


@query
def changed_case(session: Session, actor: Actor, booking_id: int, version: int, now: datetime) -> Case | None:
    """A request that is no longer as somebody saw it, None while it is; raises Forbidden."""
    if not actor.is_staff:
        raise Forbidden
    stands = session.scalar(select(Booking.version).where(Booking.id == booking_id))
    return None if stands in (None, version) else case.load(session, actor, booking_id, now)


@query
def following(session: Session, actor: Actor, decided: Booking, now: datetime) -> int | None:
    """The id of the request that comes up after one that was decided: the next in the queue, else the first."""
    rest = [booking for booking in _waiting(session, actor, now) if booking.id != decided.id]
    later = [booking for booking in rest if _urgency(booking) > _urgency(decided)]
    return next((booking.id for booking in [*later, *rest]), None)


@transaction
def reveal_booker(session: Session, actor: Actor, booking_id: int, now: datetime) -> Booking:
    """A booking whose booker and, in a private space, purpose are shown whole; every time is written into the audit.

    In a private space only its stewards may ask, admins not either. Raises Missing, Forbidden.
    """
    if not actor.is_staff:
        raise Forbidden
    booking = reading.booking_for(session, actor, booking_id)
    if not stewards.may_reveal(session, actor, booking):
        raise Forbidden
    if not booking.space.is_private:  # an event about the person would tell admins whose it was
        people.reveal_phone(actor, booking.booker_id, now)
    records.audit(session, actor, "booking.parties_revealed", booking, now)
    return booking


def _waiting(session: Session, actor: Actor, now: datetime) -> list[Booking]:
    if not actor.is_staff:
        raise Forbidden
    staff_answer = Booking.proposed_to_booker.is_(False)
    requested = (Booking.status == BookingStatus.PENDING, Booking.starts_at > now, staff_answer)
    # On its own, so that each of the two is found by its index.
    moving = (Booking.proposed_starts_at > now, Booking.starts_at > now, staff_answer)
    found = [
        *_first(session, requested, Booking.starts_at),
        *_first(session, moving, Booking.proposed_starts_at),
    ]
    return sorted(found, key=_urgency)[:MOST_SHOWN]


def _urgency(booking: Booking) -> tuple[datetime, int]:
    return undecided_until(booking), booking.id


def _first(
    session: Session, which: tuple[ColumnElement[bool], ...], order: InstrumentedAttribute[Any]
) -> list[Booking]:
    slot = joinedload(Booking.booth_slot)
    found = session.scalars(
        select(Booking)
        .options(
            joinedload(Booking.space),
            joinedload(Booking.booker),
            joinedload(Booking.created_by),
            slot.joinedload(BoothSlot.show),
            slot.joinedload(BoothSlot.merchant),
            slot.joinedload(BoothSlot.product),
        )
        .where(*which)
        .order_by(order, Booking.id)
        .limit(MOST_SHOWN)
    )
    return list(found)
