"""Nothing goes on air whose seller and claims nobody has checked (直播电商监督管理办法)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, joinedload

from domain.bookings import BookingStatus
from domain.errors import RuleViolation, Violation
from domain.interval import local_day
from domain.studio.booths import MAY_TAKE
from domain.studio.compliance import Compliance, Light
from domain.studio.rundown import Rundown
from models import Booking, BoothSlot, Show
from services.studio import compliance

STANDS = (BookingStatus.CONFIRMED, BookingStatus.CHECKED_IN, BookingStatus.COMPLETED)
"""Booths that are in the running order; one whose planned time passed is completed, aired or not."""
STILL_THERE = (*STANDS, BookingStatus.NO_SHOW)
"""Those that nobody withdrew."""


def check(session: Session, show: Show, before: Rundown, after: Rundown, now: datetime) -> None:
    """Refuse a step that puts something on air that may not be; RuleViolation names what is missing."""
    current = after.current
    if current is None or (before.current is not None and before.current.id == current.id):
        return
    slots = slots_of(session, current.booths)
    lights = compliance.of_slots(session, slots, day_of(show, now), show.platform)
    broken = [found for slot in slots for found in _broken(slot, lights[slot.booking_id])]
    if broken:
        raise RuleViolation(broken)


def day_of(show: Show, now: datetime) -> date:
    """The day on which papers have to count: the show's, and past midnight the next one."""
    return max(local_day(show.starts_at), local_day(now))


def slots_of(session: Session, booking_ids: Iterable[int]) -> list[BoothSlot]:
    """Booths with their booking, shop and product, in the order of their numbers."""
    return list(session.scalars(_slots(), {"bookings": list(booking_ids)}))


@cache
def _slots() -> Select[BoothSlot]:
    return (
        select(BoothSlot)
        .join(Booking, Booking.id == BoothSlot.booking_id)
        .options(joinedload(BoothSlot.booking), joinedload(BoothSlot.merchant), joinedload(BoothSlot.product))
        .where(BoothSlot.booking_id.in_(bindparam("bookings", expanding=True)))
        .order_by(Booking.starts_at, Booking.place, Booking.id)
        .execution_options(populate_existing=True)
    )


def _broken(slot: BoothSlot, lights: Compliance) -> Iterator[Violation]:
    told = {"shop": slot.merchant.name, "product": slot.product.name}
    if slot.booking.status not in STILL_THERE:
        yield Violation("booth_withdrawn", told)
    if slot.merchant.status not in MAY_TAKE:
        yield Violation("air_shop_stopped", told)
    elif lights.papers is Light.MISSING:
        yield Violation("air_papers_missing", told)
    elif lights.papers is Light.WAITING:
        yield Violation("air_papers_unreviewed", told)
    if lights.claims is Light.MISSING:
        yield Violation("air_claims_refused", told)
    if lights.claims is Light.WAITING:
        yield Violation("air_claims_unreviewed", told)
