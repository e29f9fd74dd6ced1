"""My bookings, the page of one, and cancelling it."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue

from blueprints import once, pages
from blueprints.access import signed_in
from blueprints.answers import repeatable
from blueprints.bookings import blueprint, lines
from blueprints.bookings.booth_part import booth_part, to_answer
from blueprints.bookings.views import booking_page
from blueprints.clock import now
from blueprints.edge import whole
from blueprints.identity import the_actor
from blueprints.line_cards import line_cards
from blueprints.telling.cards import notice_lines
from blueprints.words import sentence
from domain.errors import Refusal, RuleViolation, Stale
from domain.interval import local_day
from services import attendance, my_line, series_reading
from services import booking as bookings
from services import mine as my_bookings


@blueprint.get("/bookings")
@signed_in
@repeatable
def mine() -> ResponseReturnValue:
    """The next one large, then what comes and what was; reading it changes nothing."""
    moment, actor = now(), the_actor()
    found = my_bookings.of_person(actor, request.args.get("page", 1, type=int), moment)
    return pages.show(
        "bookings/mine",
        mine=found,
        notices=notice_lines(found.notices),
        attendance=attendance.presence(found.upcoming[0], moment) if found.upcoming else None,
        today=local_day(moment),
        own_id=actor.id,
        writer=lines.Writer(actor.id, local_day(moment)),
        in_line=line_cards(my_line.of_person(actor), actor, moment),
        new_key=once.new_key,
        proposals=to_answer(actor, moment),
    )


@blueprint.get("/bookings/<int:booking_id>")
@signed_in
@repeatable
def one(booking_id: int) -> ResponseReturnValue:
    """One booking: where it stands, and what can be done."""
    return show_booking(booking_id)


@blueprint.post("/bookings/<int:booking_id>/cancel")
@signed_in
def cancel(booking_id: int) -> ResponseReturnValue:
    """Take a booking back."""
    version = request.form.get("version", 0, type=whole)
    try:
        bookings.cancel(the_actor(), booking_id, version=version, now=now())
    except Stale as stale:
        return show_booking(booking_id, 409, stale)
    except RuleViolation as broken:
        return show_booking(booking_id, 422, broken)
    return pages.go("bookings.one", booking_id=booking_id)


def show_booking(booking_id: int, status: int = 200, refusal: Refusal | None = None) -> ResponseReturnValue:
    """The page of a booking as it stands now, with what was refused on top."""
    moment, actor = now(), the_actor()
    booking = my_bookings.booking(actor, booking_id)
    reasons = []
    if isinstance(refusal, RuleViolation):
        reasons = [sentence(violation) for violation in refusal.violations]
    elif refusal is not None:
        reasons = [sentence(refusal)]
    return pages.show(
        "bookings/one",
        status,
        page=booking_page(booking, actor, moment),
        place=series_reading.position(booking),
        attendance=attendance.presence(booking, moment),
        reasons=reasons,
        today=local_day(moment),
        cancel_url=url_for("bookings.cancel", booking_id=booking_id),
        **booth_part(booking, actor, moment),
    )
