"""The approval desk: what waits for staff, and everything that helps to decide one request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from domain.bookings import BookingStatus
from domain.errors import Forbidden
from domain.people import Actor
from domain.settings import HouseSettings
from models import Booking
from models.base import UtcDateTime
from models.rows import spelled, unindexed, untold
from services import case, people, reading, records, settings
from services.case import Case
from services.decisions import undecided_until, waiting_since
from services.desk import batches
from services.house import stewards
from services.seen import AnyBooking, Chosen, SeenBooking
from services.unit_of_work import query, transaction

MOST_SHOWN = 100
NOW = untold("now", UtcDateTime())


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for staff, the most urgent first, and what waits for the booker's answer to another time.

    `harmless` are the ids of those that need no second look.
    """

    waiting: list[SeenBooking]
    unanswered: list[SeenBooking]
    harmless: frozenset[int]

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
def waiting(session: Session, actor: Actor, now: datetime) -> list[SeenBooking]:
    """Requests and proposed times that can still be decided, the most urgent at the top; raises Forbidden."""
    return lists(actor, now).waiting


@query
def lists(session: Session, actor: Actor, now: datetime) -> Queue:
    """The whole queue in one statement; raises Forbidden."""
    if not actor.is_staff:
        raise Forbidden
    return _lists(session, settings.load(session), now)


@query
def desk(session: Session, actor: Actor, booking_id: int | None, now: datetime) -> Desk:
    """The queue and one request, by default the first; raises Forbidden, Missing."""
    if not actor.is_staff:
        raise Forbidden
    house = settings.load(session)
    found = _lists(session, house, now)
    if booking_id is None and found.waiting:
        booking_id = found.waiting[0].id
    return Desk(found, None if booking_id is None else case.load(session, actor, booking_id, now, house))


@query
def changed_case(session: Session, actor: Actor, booking_id: int, version: int, now: datetime) -> Case | None:
    """A request that is no longer as somebody saw it, None while it is; raises Forbidden."""
    if not actor.is_staff:
        raise Forbidden
    stands = session.scalar(select(Booking.version).where(Booking.id == booking_id))
    if stands in (None, version):
        return None
    return case.load(session, actor, booking_id, now, settings.load(session))


@query
def following(session: Session, actor: Actor, decided: Booking, now: datetime) -> int | None:
    """The id of the request that comes up after one that was decided: the next in the queue, else the first."""
    rest = [booking for booking in waiting(actor, now) if booking.id != decided.id]
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


def _lists(session: Session, house: HouseSettings, now: datetime) -> Queue:
    found = SHOWN.find(session, {"now": now, "faded": now - timedelta(days=house.no_show_fade_days)})
    unanswered = [one for one, _calm in found if one.proposed_to_booker]
    waiting = [one for one, _calm in found if not one.proposed_to_booker]
    return Queue(
        waiting=sorted(waiting, key=_urgency)[:MOST_SHOWN],
        unanswered=sorted(unanswered, key=_urgency),
        harmless=frozenset(one.id for one, (calm,) in found if calm),
    )


def _waiting() -> Select[*tuple[Any, ...]]:
    staff_answer = Booking.proposed_to_booker.is_(False)
    # Engines know how few have another time; how many come after a moment they would guess among all bookings.
    other_time = Booking.proposed_starts_at
    has_other_time = and_(other_time.is_not(None), unindexed(other_time) > NOW, Booking.starts_at > NOW)
    # Each on its own, so that it is found by its index.
    parts = union_all(
        _first(
            Booking.starts_at,
            Booking.status == spelled(BookingStatus.PENDING),
            Booking.starts_at > NOW,
            staff_answer,
        ),
        _first(Booking.proposed_starts_at, has_other_time, staff_answer),
        _first(Booking.proposed_starts_at, has_other_time, Booking.proposed_to_booker.is_(True)),
    ).subquery()
    return select(parts.c.id)


def _first(order: InstrumentedAttribute[Any], *which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    part = select(Booking.id.label("id")).where(*which).order_by(order, Booking.id).limit(spelled(MOST_SHOWN))
    return select(part.subquery().c.id)


_CALM = batches.is_harmless(NOW, bindparam("faded", type_=UtcDateTime())).label("is_harmless")
SHOWN = Chosen(_waiting(), _CALM)


def _urgency(booking: AnyBooking) -> tuple[datetime, int]:
    return undecided_until(booking), booking.id
