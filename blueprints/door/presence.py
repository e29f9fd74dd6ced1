"""Checking in and leaving, from the booking's own page or from wherever the form says."""

from __future__ import annotations

from collections.abc import Callable

from flask import request, url_for
from flask.typing import ResponseReturnValue

from blueprints import pages
from blueprints.access import signed_in
from blueprints.bookings.routes import show_booking
from blueprints.clock import now
from blueprints.door import blueprint
from blueprints.door.codes import picture
from blueprints.edge import whole
from blueprints.identity import the_actor
from domain.bookings import BookingStatus
from domain.errors import RuleViolation, Stale
from models import Booking
from services import attendance, mine


@blueprint.get("/bookings/<int:booking_id>/qr.svg")
@signed_in
def booking_qr(booking_id: int) -> ResponseReturnValue:
    """The way to a booking's page, for the staff's tablet to scan."""
    mine.booking(the_actor(), booking_id)
    return picture(pages.outside("bookings.one", booking_id=booking_id))


@blueprint.post("/bookings/<int:booking_id>/check-in")
@signed_in
def check_in(booking_id: int) -> ResponseReturnValue:
    """Say that somebody has come; a second tap finds it done."""
    version, moment = request.form.get("version", type=whole), now()
    return _done(
        booking_id,
        BookingStatus.CHECKED_IN,
        lambda: attendance.check_in(the_actor(), booking_id, version=version, now=moment),
    )


@blueprint.post("/bookings/<int:booking_id>/leave")
@signed_in
def leave(booking_id: int) -> ResponseReturnValue:
    """Leave before the end, so that others may come."""
    version, moment = request.form.get("version", type=whole), now()
    return _done(
        booking_id,
        BookingStatus.COMPLETED,
        lambda: attendance.leave(the_actor(), booking_id, version=version, now=moment),
    )


def _done(booking_id: int, wanted: BookingStatus, act: Callable[[], Booking]) -> ResponseReturnValue:
    try:
        act()
    except RuleViolation as broken:
        return show_booking(booking_id, 422, broken)
    except Stale as stale:
        if mine.booking(the_actor(), booking_id).status is not wanted:
            return show_booking(booking_id, 409, stale)
    back = pages.safe_next(request.form.get("next"))
    return pages.go_to(back or url_for("bookings.one", booking_id=booking_id))
