"""What a show has already, said to a shop before it chooses a booth; a hint and no rule."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from domain.bookings import SHOWN
from domain.merchants.products import Category
from domain.studio.shows import BoothTime, Layout
from models import Booking, BoothSlot, Show
from services.unit_of_work import query


@dataclass(frozen=True, slots=True)
class Hints:
    """How many products of each kind a show has, and what goes on air right before and after a booth."""

    categories: list[tuple[Category, int]]
    before: Booking | None
    after: Booking | None


@query
def of_booth(session: Session, show: Show, time: BoothTime) -> Hints:
    """What there is around one booth slot; in a market all are on air together, so none has neighbours in time."""
    slot = joinedload(Booking.booth_slot)
    bookings = session.scalars(
        select(Booking)
        .join(BoothSlot, BoothSlot.booking_id == Booking.id)
        .options(slot.joinedload(BoothSlot.merchant), slot.joinedload(BoothSlot.product))
        .where(BoothSlot.show_id == show.id, Booking.status.in_(SHOWN))
    ).all()
    others = [one for one in bookings if (one.place, one.interval) != (time.booth, time.interval)]
    counted = Counter(one.booth_slot.product.category for one in others if one.booth_slot)
    is_rundown = show.layout is Layout.RUNDOWN
    return Hints(
        categories=sorted(counted.items(), key=lambda found: (-found[1], found[0].value)),
        before=next((one for one in others if is_rundown and one.ends_at == time.interval.starts_at), None),
        after=next((one for one in others if is_rundown and one.starts_at == time.interval.ends_at), None),
    )
