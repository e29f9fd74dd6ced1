"""Offers and the waiting line must tell the same story: each standing offer answers one place in line, and back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from domain.bookings import BookingStatus
from domain.waitlist import EntryStatus
from models import Booking, WaitlistEntry
from services.doctor.findings import Finding
from services.doctor.stillness import hold_still
from services.unit_of_work import query

MOST = 20


@query
def findings(session: Session, _now: datetime) -> list[Finding]:
    """Offers without somebody in line, and people in line without their offer, at most twenty of each."""
    hold_still(session)
    found = [*_nobodys(session), *_without(session)]
    session.rollback()  # leave the reading transaction: nothing was written
    return found


def _nobodys(session: Session) -> Iterator[Finding]:
    answered = (
        select(func.count())
        .where(WaitlistEntry.booking_id == Booking.id, WaitlistEntry.status == EntryStatus.OFFERED)
        .scalar_subquery()
    )
    wrong = select(Booking.id, answered).where(Booking.status == BookingStatus.OFFERED, answered != 1)
    for booking_id, entries in session.execute(wrong.order_by(Booking.id).limit(MOST)):
        yield Finding(
            "offer_without_entry", f"offer {booking_id} stands for {entries} places in line, not for one."
        )


def _without(session: Session) -> Iterator[Finding]:
    wrong = (
        select(WaitlistEntry.id)
        .outerjoin(Booking, Booking.id == WaitlistEntry.booking_id)
        .where(
            WaitlistEntry.status == EntryStatus.OFFERED,
            or_(Booking.id.is_(None), Booking.status != BookingStatus.OFFERED),
        )
    )
    for entry_id in session.scalars(wrong.order_by(WaitlistEntry.id).limit(MOST)):
        yield Finding("entry_without_offer", f"place {entry_id} in line has an offer that does not stand.")
