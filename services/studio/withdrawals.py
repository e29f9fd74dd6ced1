"""What it costs a shop to give a confirmed booth back late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from domain.attendance import PointKind
from domain.bookings import BookingStatus
from domain.people import Actor
from domain.studio.booths import withdrawal_costs
from models import Booking, PenaltyPoint
from services import records, settings
from services.unit_of_work import query


@dataclass(frozen=True, slots=True)
class Cost:
    """What withdrawing costs at a moment; `free_until` is None while nothing is confirmed, and it costs nothing."""

    points: int
    free_hours: int
    free_until: datetime | None


def cost(session: Session, booking: Booking, now: datetime) -> Cost:
    """What the shop would pay for withdrawing a booth: nothing while it is only asked for."""
    slot, house = booking.booth_slot, settings.load(session)
    free_hours = house.withdrawal_free_hours
    if slot is None or booking.status is not BookingStatus.CONFIRMED:
        return Cost(0, free_hours, None)
    starts_at = slot.show.starts_at
    points = withdrawal_costs(now, starts_at, free_hours=free_hours, points=house.late_withdrawal_points)
    return Cost(points, free_hours, starts_at - timedelta(hours=free_hours))


@query
def expected(session: Session, booking: Booking, now: datetime) -> Cost:
    """The same, said before anybody withdraws."""
    return cost(session, booking, now)


def count(session: Session, actor: Actor, booking: Booking, points: int, now: datetime) -> None:
    """Write down the points of a shop that gave its booth back by itself; staff who cancel give none."""
    if points == 0 or actor.is_staff:
        return
    session.add(
        PenaltyPoint(
            person_id=booking.booker_id,
            booking_id=booking.id,
            kind=PointKind.LATE_WITHDRAWAL,
            points=points,
            created_at=now,
        )
    )
    records.audit(session, actor, "booth.withdrawn_late", booking, now, points=points)
