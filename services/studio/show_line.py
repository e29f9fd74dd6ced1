"""Who else waits for a booth of a show."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from domain.bookings import LIVE
from domain.waitlist import EntryStatus
from models import Booking, BoothSlot, Product, WaitlistEntry


def others_wait(session: Session, show_id: int, merchant_id: int | None) -> bool:
    """Whether another shop waits for a booth of a show in which it has none.

    One that has a booth already does not keep others from a second: two such shops would keep each other from it.
    """
    theirs, slot = aliased(Product), aliased(BoothSlot)
    has_one = (
        select(slot.booking_id)
        .join(Booking, Booking.id == slot.booking_id)
        .where(slot.show_id == show_id, slot.merchant_id == theirs.merchant_id, Booking.status.in_(LIVE))
        .exists()
    )
    waiting = (
        select(WaitlistEntry.id)
        .join(theirs, theirs.id == WaitlistEntry.product_id)
        .where(
            WaitlistEntry.show_id == show_id,
            WaitlistEntry.status == EntryStatus.WAITING,
            theirs.merchant_id.is_distinct_from(merchant_id),
            ~has_one,
        )
    )
    return session.scalar(waiting.limit(1)) is not None
