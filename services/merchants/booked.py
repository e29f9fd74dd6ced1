"""Where a product is booked: the studios whose live grids show it, and when it goes on air next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.bookings import LIVE
from models import Booking, BoothSlot, Product
from services import arbiter


def live_spaces(
    session: Session, product_ids: Sequence[int], shops: Sequence[int] | None = None
) -> list[int]:
    """The studios in which any of these products has a booth that is not over; of these shops' products alone."""
    wanted = (
        select(Booking.space_id)
        .join(BoothSlot, BoothSlot.booking_id == Booking.id)
        .where(BoothSlot.product_id.in_(product_ids), Booking.status.in_(LIVE))
        .distinct()
    )
    if shops is not None:
        own = select(Product.id).where(Product.merchant_id.in_(shops))
        wanted = wanted.where(BoothSlot.product_id.in_(own))
    return list(session.scalars(wanted))


def redraw_grids(session: Session, product_ids: Sequence[int], shops: Sequence[int] | None = None) -> None:
    """Let live grids that show the products notice their change; to be called before the products are locked.

    Who may change only the products of `shops` stirs no other grid, whatever product they name.
    """
    if spaces := live_spaces(session, product_ids, shops):
        arbiter.lock_spaces(session, spaces)


def next_on_air(session: Session, product_ids: Sequence[int], now: datetime) -> dict[int, list[datetime]]:
    """The starts of the booths that products have ahead, the first one first."""
    found: dict[int, list[datetime]] = {}
    rows = session.execute(
        select(BoothSlot.product_id, Booking.starts_at)
        .join(Booking, Booking.id == BoothSlot.booking_id)
        .where(BoothSlot.product_id.in_(product_ids), Booking.status.in_(LIVE), Booking.ends_at > now)
        .order_by(Booking.starts_at, Booking.id)
    )
    for row in rows:
        found.setdefault(row.product_id, []).append(row.starts_at)
    return found
