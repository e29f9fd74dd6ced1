"""Moving a booking: touch another time on the same grid, then one button."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import once, overriding, pages
from blueprints.access import signed_in
from blueprints.bookings import blueprint
from blueprints.bookings.routes import show_booking
from blueprints.clock import now
from blueprints.edge import whole
from blueprints.identity import the_actor
from blueprints.refusals import Refused, explain
from blueprints.spaces.choosing import Wish, chooser
from blueprints.timeline import parse_day
from blueprints.words import sentence
from domain.bookings import BookingStatus
from domain.errors import BadInput, RuleViolation, SlotTaken, Stale, Violation
from domain.interval import local_day
from domain.people import Actor
from models import Booking
from services import mine as my_bookings
from services import moving, space_calendar
from services.idempotency import Answer


@blueprint.get("/bookings/<int:booking_id>/move")
@signed_in
def move(booking_id: int) -> ResponseReturnValue:
    """The day's grid, on which the booking's own time counts as free."""
    booking = my_bookings.booking(the_actor(), booking_id)
    if booking.booth_slot is not None:
        return pages.go("studio.other_booths", booking_id=booking_id)
    asked = request.args
    day = parse_day(asked.get("day")) or local_day(booking.starts_at)
    return _show(booking_id, Wish(day, asked.get("start"), asked.get("end"), fine="fine" in asked))


@blueprint.post("/bookings/<int:booking_id>/move")
@signed_in
def move_to(booking_id: int) -> ResponseReturnValue:
    """Take the other time, or keep the old one and hear why."""
    sent = request.form
    wish = Wish(parse_day(sent.get("day")), sent.get("start"), sent.get("end"))
    interval = wish.interval
    if interval is None:
        return _show(booking_id, wish, 422, Refused([sentence(Violation("time_invalid"))]))
    version = sent.get("version", 0, type=whole)

    def take() -> Answer:
        moving.reschedule(
            the_actor(), booking_id, interval, version=version, now=now(), override=overriding.asked()
        )
        return Answer(303, {"location": url_for("bookings.one", booking_id=booking_id)})

    try:
        answer = once.once(take)
    except Stale as stale:
        return show_booking(booking_id, 409, stale)
    except (RuleViolation, SlotTaken, BadInput) as refusal:
        space = my_bookings.booking(the_actor(), booking_id).space
        status = 409 if isinstance(refusal, SlotTaken) else 422
        exceptions = overriding.offered(refusal, the_actor())
        return _show(booking_id, wish, status, explain(refusal, None, {space.code: space}), exceptions)
    return pages.go_to(answer.body["location"])


@blueprint.post("/bookings/<int:booking_id>/keep-time")
@signed_in
def keep_time(booking_id: int) -> ResponseReturnValue:
    """Stay with the confirmed time after all."""
    version = request.form.get("version", 0, type=whole)
    try:
        moving.drop_proposal(the_actor(), booking_id, version=version, now=now())
    except Stale as stale:
        return show_booking(booking_id, 409, stale)
    return pages.go("bookings.one", booking_id=booking_id)


def _show(
    booking_id: int,
    wish: Wish,
    status: int = 200,
    refused: Refused | None = None,
    exceptions: overriding.Exceptions | None = None,
) -> ResponseReturnValue:
    moment = now()
    booking = my_bookings.booking(the_actor(), booking_id)
    day = space_calendar.day(the_actor(), booking.space.code, wish.day, moment, without=booking.id)

    def link(**asked: Any) -> str:
        fine = {"fine": 1} if wish.fine else {}
        return url_for("bookings.move", booking_id=booking.id, **{**fine, **asked})

    length = booking.ends_at - booking.starts_at
    return pages.show(
        "bookings/move",
        status,
        booking=booking,
        space=booking.space,
        chooser=chooser(day, wish, link, moment, keep=length),
        refused=refused,
        exceptions=exceptions,
        asks=booking.status is BookingStatus.CONFIRMED and moving.needs_a_yes(the_actor(), booking),
        verdict=_verdict(booking, the_actor()),
        wish={"day": day.day.isoformat(), "start": wish.start or "", "end": wish.end or ""},
        new_key=once.new_key,
        today=local_day(moment),
    )


def _verdict(booking: Booking, actor: Actor) -> str:
    """Whether another time is there at once or needs a yes, and what holds until then."""
    if not moving.needs_a_yes(actor, booking):
        return _("点一下马上改好，不用再审核。")
    if booking.status is BookingStatus.PENDING:
        return _("改好以后，工作人员按新的时间审核。")
    return _("要等工作人员同意。同意之前，原来的时间一直给您留着。")
