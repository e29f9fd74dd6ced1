"""Fewer places: whoever holds one that goes away is seated on a lower one, quarter-hour by quarter-hour."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.errors import RuleViolation, SlotTaken, Violation
from domain.interval import Interval, tick_of
from domain.spaces import SpaceKind
from models import Booking, Occupancy, Space, WalkIn
from services import arbiter


def make_do_with(session: Session, space: Space, places: int, now: datetime) -> None:
    """Give a locked space fewer places; raises RuleViolation with the first time that is too full for that."""
    tick = tick_of(now)
    beyond = session.execute(
        select(Occupancy.booking_id, Occupancy.walk_in_id, Occupancy.tick)
        .where(Occupancy.space_id == space.id, Occupancy.tick >= tick, Occupancy.place > places)
        .order_by(Occupancy.tick)
    ).all()
    space.places = places
    if beyond and space.kind is not SpaceKind.POOL:
        raise _too_full(Interval.of_ticks(beyond[0].tick, 1), places)
    bookings = session.scalars(select(Booking).where(Booking.id.in_({row.booking_id for row in beyond})))
    walk_ins = session.scalars(select(WalkIn).where(WalkIn.id.in_({row.walk_in_id for row in beyond})))
    holders = [*bookings, *walk_ins]
    for holder in holders:
        arbiter.release_from(session, holder, tick)
    for holder in holders:
        try:
            arbiter.hold_from(session, space, holder, tick)
        except SlotTaken as taken:
            raise _too_full(taken.blocking[0], places) from taken


def _too_full(time: Interval, places: int) -> RuleViolation:
    return RuleViolation([Violation("places_held", {"interval": time, "places": places}, "places")])
