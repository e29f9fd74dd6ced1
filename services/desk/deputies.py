"""Calling the deputies when those named for the second yes took too long."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.bookings import BookingStatus
from models import AuditEvent, Booking, Space
from services import reading, records
from services.desk import levels
from services.unit_of_work import query, transaction

CALLED = "booking.deputies_called"


def call_due(now: datetime) -> int:
    """Tell the deputies of every request that waits for them since a moment ago, once; returns for how many."""
    return sum(_call(booking_id, now) for booking_id in _due(now))


@query
def _due(session: Session, now: datetime) -> list[int]:
    called = select(AuditEvent.id).where(
        AuditEvent.object_type == Booking.__tablename__,
        AuditEvent.object_id == Booking.id,
        AuditEvent.action == CALLED,
        AuditEvent.at > Booking.first_yes_at,
    )
    rows = session.execute(
        select(Booking.id, Booking.first_yes_at, Space.deputy_after_minutes)
        .join(Space, Space.id == Booking.space_id)
        .where(
            Booking.status == BookingStatus.PENDING,
            Booking.starts_at > now,
            Booking.first_yes_at.is_not(None),
            Space.approval_levels > 1,
            Space.deputy_after_minutes.is_not(None),
            ~called.exists(),
        )
        .order_by(Booking.id)
    )
    return [
        booking_id
        for booking_id, since, minutes in rows
        if since is not None and minutes is not None and since + timedelta(minutes=minutes) <= now
    ]


@transaction
def _call(session: Session, booking_id: int, now: datetime) -> bool:
    """Tell the deputies of a request, unless it was decided or another process was faster."""
    booking = session.scalar(
        select(Booking)
        .options(*reading.booking_options())
        .where(Booking.id == booking_id)
        .with_for_update(key_share=True, of=Booking)
        .execution_options(populate_existing=True)
    )
    if booking is None or booking.status is not BookingStatus.PENDING or booking_id not in _due(now):
        return False
    second = levels.second_yes(session, booking)
    if second is None:
        return False
    records.audit(session, None, "booking.deputies_called", booking, now)
    deputies = {person.id for person in second.deputies} - {booking.first_yes_by_id}
    records.tell_each(session, deputies, "second_yes_wanted", now, **reading.told(booking))
    return True
