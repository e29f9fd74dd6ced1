"""Fewer places: whoever holds one that goes away is seated on a lower one, quarter-hour by quarter-hour."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.errors import RuleViolation, SlotTaken, Violation
from domain.interval import Interval, moment_of, subtract, tick_of
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
        for time in _times_left(holder, moment_of(tick)):
            try:
                arbiter.hold(session, space, holder, time, None)
            except SlotTaken as taken:
                raise _too_full(taken.blocking[0], places) from taken


def _too_full(time: Interval, places: int) -> RuleViolation:
    return RuleViolation([Violation("places_held", {"interval": time, "places": places}, "places")])


def _times_left(holder: Booking | WalkIn, present: datetime) -> list[Interval]:
    if isinstance(holder, WalkIn):
        times = [holder.interval]
    else:
        kept = Interval(
            holder.interval.starts_at, holder.interval.ends_at + timedelta(minutes=holder.buffer_minutes)
        )
        times = [holder.interval, *(subtract([holder.proposed], [kept]) if holder.proposed else [])]
    return [Interval(max(time.starts_at, present), time.ends_at) for time in times if time.ends_at > present]
