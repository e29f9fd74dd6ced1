"""Answering another time that the house proposes: one tap for yes, one for no."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import formats, pages
from blueprints.access import signed_in
from blueprints.bookings import blueprint
from blueprints.bookings.routes import show_booking
from blueprints.clock import now
from blueprints.edge import version_of_form
from blueprints.identity import the_actor
from domain.errors import RuleViolation, Stale
from models import Booking
from services.desk import proposing


@blueprint.post("/bookings/<int:booking_id>/accept-proposal")
@signed_in
def accept_proposal(booking_id: int) -> ResponseReturnValue:
    """Take the proposed time: it is settled with that."""
    return _answer(
        booking_id,
        proposing.accept,
        lambda booking: _("定好了：%(time)s。", time=formats.stretch(booking.interval)),
    )


@blueprint.post("/bookings/<int:booking_id>/refuse-proposal")
@signed_in
def refuse_proposal(booking_id: int) -> ResponseReturnValue:
    """Stay with the time that was asked for."""
    return _answer(
        booking_id,
        proposing.refuse,
        lambda booking: _("不改了，%(time)s 的申请继续等审核。", time=formats.stretch(booking.interval)),
    )


def _answer(
    booking_id: int, service: Callable[..., Booking], said: Callable[[Booking], str]
) -> ResponseReturnValue:
    moment: datetime = now()
    try:
        booking = service(the_actor(), booking_id, version=version_of_form(), now=moment)
    except Stale as stale:
        return show_booking(booking_id, 409, stale)
    except RuleViolation as broken:
        return show_booking(booking_id, 422, broken)
    flash(said(booking), "ok")
    return pages.go("bookings.one", booking_id=booking_id)
