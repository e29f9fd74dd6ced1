"""One place in line, leaving it, and the answer to an offer."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import live, once, pages
from blueprints.access import signed_in
from blueprints.bookings.routes import show_booking
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.line_cards import line_card
from blueprints.waiting import blueprint
from domain.bookings import BookingStatus
from domain.errors import RuleViolation, Stale, StaleEntry
from models import Booking
from services import board, my_line, queueing
from services.idempotency import Answer


@blueprint.get("/waiting/<int:entry_id>")
@signed_in
def one(entry_id: int) -> ResponseReturnValue:
    """Where somebody stands in line; polled, so that an offer shows by itself."""
    tag = _tag(entry_id)
    return live.nothing_new(tag) or live.stamped(_show(entry_id), tag)


def _tag(entry_id: int) -> str:
    return live.stamp(board.stamp(), "waiting", entry_id)


def _show(entry_id: int, status: int = 200) -> ResponseReturnValue:
    waiting = my_line.one(the_actor(), entry_id)
    return pages.show(
        "waiting/one",
        status,
        card=line_card(waiting, the_actor(), now()),
        poll_url=url_for("waiting.one", entry_id=entry_id, **{live.SEEN: _tag(entry_id)}),
        new_key=once.new_key,
    )


@blueprint.post("/waiting/<int:entry_id>/leave")
@signed_in
def leave(entry_id: int) -> ResponseReturnValue:
    """Wait no longer; where the place changed meanwhile, it is shown as it stands."""
    try:
        queueing.leave(the_actor(), entry_id, now=now())
    except StaleEntry:
        return _show(entry_id, 409)
    return pages.go("waiting.one", entry_id=entry_id)


@blueprint.post("/offers/<int:booking_id>/accept")
@signed_in
def accept(booking_id: int) -> ResponseReturnValue:
    """Take an offer; a second tap gets the answer of the first one."""

    def take() -> Booking:
        taken = queueing.accept(the_actor(), booking_id, now=now())
        if taken.status is BookingStatus.CONFIRMED:
            flash(_("约好了。"), "ok")
        else:
            flash(_("已接受，等工作人员审核，结果会告诉您。"), "ok")
        return taken

    return _answered(booking_id, take)


@blueprint.post("/offers/<int:booking_id>/decline")
@signed_in
def decline(booking_id: int) -> ResponseReturnValue:
    """Turn an offer down, which goes to the next in line."""
    return _answered(booking_id, lambda: queueing.decline(the_actor(), booking_id, now=now()))


def _answered(booking_id: int, answer: Callable[[], Booking]) -> ResponseReturnValue:
    location = url_for("bookings.one", booking_id=booking_id)

    def act() -> Answer:
        answer()
        return Answer(303, {"location": location})

    try:
        done = once.once(act)
    except Stale as stale:
        return show_booking(booking_id, 409, stale)
    except RuleViolation as broken:
        return show_booking(booking_id, 422, broken)
    return pages.go_to(done.body["location"])
