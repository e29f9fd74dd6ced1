"""What somebody has booked, and what the house has told them about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, not_, select
from sqlalchemy.orm import Session, joinedload

from domain.bookings import BOOKED, BookingStatus
from domain.people import Actor
from models import Booking, BoothSlot, Notice
from services import reading
from services.telling import inbox
from services.unit_of_work import query

PAGE = 20
TYPED_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Mine:
    """Somebody's bookings: what comes, what was (a page of it), and what they have not read yet.

    `typed` is what comes of those that a captain or staff typed for others.
    """

    upcoming: list[Booking]
    typed: list[Booking]
    past: list[Booking]
    page: int
    pages: int
    notices: list[Notice]


@query
def of_person(session: Session, actor: Actor, page: int, now: datetime) -> Mine:
    """Everything that concerns this person; `page` counts the past ones from 1."""
    whose = reading.belongs_to(actor)
    ahead = and_(Booking.status.in_(BOOKED), Booking.ends_at > now)
    past = and_(whose, not_(ahead), Booking.status != BookingStatus.OFFERED)
    past_count = session.scalar(select(func.count()).where(past)) or 0
    pages = max(1, -(-past_count // PAGE))
    page = min(max(1, page), pages)
    shown = select(Booking).options(
        joinedload(Booking.space),
        joinedload(Booking.booker),
        joinedload(Booking.booth_slot).joinedload(BoothSlot.show),
        joinedload(Booking.booth_slot).joinedload(BoothSlot.product),
    )
    typed = and_(Booking.created_by_id == actor.id, ~Booking.booth_slot.has(), not_(whose), ahead)
    return Mine(
        typed=list(session.scalars(shown.where(typed).order_by(Booking.starts_at).limit(TYPED_SHOWN))),
        upcoming=list(session.scalars(shown.where(whose, ahead).order_by(Booking.starts_at, Booking.id))),
        past=list(
            session.scalars(
                shown.where(past)
                .order_by(Booking.starts_at.desc(), Booking.id.desc())
                .limit(PAGE)
                .offset((page - 1) * PAGE)
            )
        ),
        page=page,
        pages=pages,
        notices=inbox.latest_unread(session, actor),
    )


@query
def booking(session: Session, actor: Actor, booking_id: int) -> Booking:
    """One booking with everything that its page shows; raises Missing."""
    return reading.booking_for(session, actor, booking_id)
