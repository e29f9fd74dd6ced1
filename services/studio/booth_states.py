"""Where a booth stands on its three axes, for pages and programs alike: booking, compliance, on air."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from domain.interval import local_day
from domain.people import Actor
from domain.studio.compliance import Compliance
from domain.studio.running import NOT_YET_AIRED, Airing
from models import Booking, Show
from services.studio import airings, compliance
from services.unit_of_work import query


@dataclass(frozen=True, slots=True)
class BoothState:
    """A booth on its three axes; none of them says anything about another."""

    booking: Booking
    compliance: Compliance
    airing: Airing


def of_bookings(session: Session, show: Show, bookings: Sequence[Booking]) -> dict[int, BoothState]:
    """The states of booths of one show, loaded with their merchants and products, by booking."""
    slots = [booking.booth_slot for booking in bookings if booking.booth_slot is not None]
    lights = compliance.of_slots(session, slots, local_day(show.starts_at), show.platform)
    on_air = airings.of_show(session, show.id)
    return {
        booking.id: BoothState(booking, lights[booking.id], on_air.get(booking.id, NOT_YET_AIRED))
        for booking in bookings
        if booking.id in lights
    }


def may_see(actor: Actor | None, booking: Booking) -> bool:
    """Whether somebody may know how ready a booth is: staff, and its own shop."""
    slot = booking.booth_slot
    if actor is None or slot is None:
        return False
    return actor.is_staff or slot.merchant_id in actor.merchant_ids


@query
def of_show(
    session: Session, actor: Actor | None, show: Show, bookings: Sequence[Booking]
) -> dict[int, BoothState]:
    """The states of those booths of a show that this person may know them of."""
    known = [booking for booking in bookings if may_see(actor, booking)]
    return of_bookings(session, show, known) if known else {}


@query
def of_booking(session: Session, actor: Actor, booking: Booking) -> BoothState | None:
    """The state of one booth; None for any other booking and for whom it is none of their business."""
    slot = booking.booth_slot
    if slot is None or not may_see(actor, booking):
        return None
    return of_bookings(session, slot.show, [booking])[booking.id]
