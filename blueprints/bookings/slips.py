"""The large-print slip that somebody without a phone takes home."""

from __future__ import annotations

from datetime import datetime

from flask.typing import ResponseReturnValue

from blueprints import pages
from blueprints.access import signed_in
from blueprints.bookings import blueprint
from blueprints.clock import now
from blueprints.identity import the_actor
from domain.bookings import BookingStatus
from domain.people import Actor
from models import Booking
from services import attendance, reading
from services import mine as my_bookings

ON_PAPER = frozenset({BookingStatus.PENDING, BookingStatus.CONFIRMED, BookingStatus.CHECKED_IN})


def has_slip(booking: Booking, actor: Actor, now: datetime) -> bool:
    """Whether there is a slip for this person: of a coming booking with a number, for its own people and staff."""
    concerned = actor.is_staff or actor.id in (booking.booker_id, booking.created_by_id)
    coming = booking.status in ON_PAPER and booking.ends_at > now
    return bool(booking.pickup_number) and concerned and coming and booking.booth_slot is None


@blueprint.get("/bookings/<int:booking_id>/slip")
@signed_in
def slip(booking_id: int) -> ResponseReturnValue:
    """The slip; where there is none, the booking's page."""
    actor, moment = the_actor(), now()
    booking = my_bookings.booking(actor, booking_id)
    if not has_slip(booking, actor, moment):
        return pages.go("bookings.one", booking_id=booking_id)
    private = booking.space.is_private
    return pages.show(
        "bookings/slip",
        booking=booking,
        holder=booking.booker.name if reading.knows_parties(actor, booking) and not private else "",
        purpose="" if private else booking.purpose,
        waits=booking.status is BookingStatus.PENDING,
        attendance=attendance.presence(booking, moment),
        printed_at=moment,
    )
