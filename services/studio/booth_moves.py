"""Moving a booth to another free one of the same show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from domain.errors import SlotTaken, Stale
from domain.people import Actor
from domain.studio.shows import BoothTime
from models import Booking
from services import reading, records, waitlist
from services.studio import booth_changes, swaps
from services.studio.free_booths import free_times, instead_of
from services.unit_of_work import query, transaction


@dataclass(frozen=True, slots=True)
class Choices:
    """A booth that may move: the free booth slots of its show, and the booths of others that it could change with."""

    booking: Booking
    free: list[BoothTime]
    others: list[Booking]


def move_booth(
    actor: Actor,
    booking_id: int,
    booth: int,
    *,
    starts_at: datetime | None = None,
    version: int,
    now: datetime,
) -> Booking:
    """Give a booth another free place of its show; its state stays, and what it had goes to the waiting line.

    A shop may until the lock, staff until the show begins. Raises Missing, Stale, BadInput, RuleViolation, and
    SlotTaken with the nearest free booths.
    """
    try:
        return _move(actor, booking_id, booth, starts_at, version, now)
    except SlotTaken as taken:
        found = choices(actor, booking_id)
        show = booth_changes.slot_of(found.booking).show
        wanted = BoothTime(booth, show.plan.interval_of(booth, starts_at))
        raise SlotTaken(taken.blocking, instead_of(found.booking.space.code, wanted, found.free)) from taken


@transaction
def _move(
    session: Session,
    actor: Actor,
    booking_id: int,
    booth: int,
    starts_at: datetime | None,
    version: int,
    now: datetime,
) -> Booking:
    booking = reading.booking_for(session, actor, booking_id)
    slot = booth_changes.slot_of(booking)
    wanted = BoothTime(booth, slot.show.plan.interval_of(booth, starts_at))
    booth_changes.lock(session, booking)
    booth_changes.check(session, actor, {booking: wanted}, now)
    if booking.version != version:
        raise Stale(booking.id)
    before = booth_changes.time_of(booking)
    if wanted == before:
        return booking
    booth_changes.apply(session, {booking: wanted})
    booth_changes.note(session, actor, "booth.moved", booking, before, now)
    swaps.lapse_of(session, booking, now)
    if actor.is_staff:
        people = booth_changes.people_of(session, booking, but=actor)
        records.tell_each(session, people, "booth_moved", now, **booth_changes.told(booking))
    waitlist.pass_on(session, booking.space, [before.interval], now)
    return booking


@query
def choices(session: Session, actor: Actor, booking_id: int) -> Choices:
    """Where a booth could go; raises Missing."""
    booking = reading.booking_for(session, actor, booking_id)
    slot = booth_changes.slot_of(booking)
    free = free_times(session, slot.show, [slot.merchant_id], leaving=booking.id)
    own = booth_changes.time_of(booking)
    others = swaps.partners(session, booking)
    return Choices(booking, [time for time in free if time != own], others)
