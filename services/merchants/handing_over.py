"""What somebody asked for in a shop's name goes on when they leave it: somebody who stays has it then."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain.bookings import LIVE
from domain.studio.draw import ApplicationStatus
from domain.waitlist import OPEN
from models import Booking, BoothApplication, BoothSlot, Product, WaitlistEntry


def hand_over(session: Session, merchant_id: int, leaving_id: int, to_id: int) -> None:
    """Give somebody's open booths, places in line and applications to another one of the shop, who is told from now on.

    What is over stays as it was. Inside another service, the shop locked.
    """
    booths = select(BoothSlot.booking_id).where(BoothSlot.merchant_id == merchant_id)
    goods = select(Product.id).where(Product.merchant_id == merchant_id)
    changes = (
        update(Booking)
        .where(Booking.booker_id == leaving_id, Booking.status.in_(LIVE), Booking.id.in_(booths))
        .values(booker_id=to_id),
        update(WaitlistEntry)
        .where(
            WaitlistEntry.person_id == leaving_id,
            WaitlistEntry.status.in_(OPEN),
            WaitlistEntry.product_id.in_(goods),
        )
        .values(person_id=to_id, created_by_id=to_id),
        update(BoothApplication)
        .where(
            BoothApplication.person_id == leaving_id,
            BoothApplication.status == ApplicationStatus.APPLIED,
            BoothApplication.merchant_id == merchant_id,
        )
        .values(person_id=to_id),
    )
    for change in changes:
        session.execute(change.execution_options(synchronize_session=False))
