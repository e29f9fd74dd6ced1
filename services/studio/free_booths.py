"""The booth slots of a show that nobody has, and which of them are near to a wish."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from domain.errors import Alternative
from domain.spaces import WHOLE_ROOM
from domain.studio.booths import nearest_booths
from domain.studio.shows import BoothTime
from models import BoothSlot, Occupancy, Show


def instead_of(space_code: str, wanted: BoothTime, free: Sequence[BoothTime]) -> tuple[Alternative, ...]:
    """The nearest of the free booth slots, as a refusal offers them."""
    return tuple(
        Alternative(space_code, found.interval, found.booth) for found in nearest_booths(wanted, free)
    )


def free_times(
    session: Session, show: Show, merchant_ids: Sequence[int] = (), *, leaving: int | None = None
) -> list[BoothTime]:
    """The booth slots whose ticks nobody owns, at times at which these shops have no other booth.

    What the booking `leaving` holds counts as nobody's.
    """
    window = show.interval.ticks()
    rows = session.execute(
        select(Occupancy.tick, Occupancy.place, BoothSlot.merchant_id)
        .outerjoin(BoothSlot, BoothSlot.booking_id == Occupancy.booking_id)
        .where(
            Occupancy.space_id == show.space_id,
            Occupancy.tick >= window.start,
            Occupancy.tick < window.stop,
            Occupancy.place != WHOLE_ROOM,
            Occupancy.booking_id.is_distinct_from(leaving) if leaving else true(),
        )
    ).all()
    owned = {(row.tick, row.place) for row in rows}
    busy = {row.tick for row in rows if row.merchant_id in merchant_ids}
    return [
        time
        for time in show.plan.booth_times()
        if not any(tick in busy or (tick, time.booth) in owned for tick in time.interval.ticks())
    ]
