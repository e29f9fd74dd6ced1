"""The waiting line: stand in it, read it, leave it, and answer an offer."""

from __future__ import annotations

from typing import Any

from flask import Response

from blueprints.access import allow, signed_in
from blueprints.api import schemas, shapes
from blueprints.api.answers import do, part, respond
from blueprints.api.routes import Blueprint
from blueprints.api.schemas.booths import WaitForAny
from blueprints.api.schemas.waiting import EntryList, EntryOut, WaitIn
from blueprints.api.times import interval
from blueprints.clock import now
from blueprints.identity import the_actor
from domain.people import Role
from models import Booking
from services import listing, my_line, queueing
from services.idempotency import Answer

blueprint = Blueprint("api_waiting", __name__, description="Waiting for a full time, and offers")


def _entry(entry_id: int) -> dict[str, Any]:
    return shapes.entry(my_line.one(the_actor(), entry_id))


def _booking(made: Booking) -> dict[str, Any]:
    return shapes.booking(listing.booking(the_actor(), made.id), the_actor())


@blueprint.post("/waitlist")
@signed_in
@blueprint.arguments(WaitIn)
@blueprint.response(201, EntryOut)
@blueprint.alt_response(422, schema=schemas.Problem)
def join(body: dict[str, Any]) -> Response:
    """Stand in line for a full time of a room or a pool; one that is free is refused as `time_is_free`."""

    def act() -> dict[str, Any]:
        entry = queueing.join(
            the_actor(),
            body["space"],
            interval(body["starts_at"], body["ends_at"]),
            purpose=body["purpose"],
            party_size=body["party_size"],
            on_behalf_of=body["on_behalf_of"],
            now=now(),
        )
        return _entry(entry.id)

    return do(201, act)


@blueprint.get("/waitlist")
@signed_in
@blueprint.arguments(schemas.Page, location="query")
@blueprint.response(200, EntryList)
def index(wanted: dict[str, Any]) -> Response:
    """What the asker waits for or has an offer for, the nearest first; those typed for others included."""
    return respond(Answer(200, part(my_line.of_person(the_actor()), wanted, shapes.entry)))


@blueprint.get("/waitlist/<int:entry_id>")
@signed_in
@blueprint.response(200, EntryOut)
@blueprint.alt_response(404, schema=schemas.Problem)
def one(entry_id: int) -> Response:
    """One place in line, over or not; a foreign id answers as a missing one."""
    return respond(Answer(200, _entry(entry_id)))


@blueprint.post("/waitlist/<int:entry_id>/leave")
@signed_in
@blueprint.response(200, EntryOut)
@blueprint.alt_response(409, schema=schemas.Problem)
def leave(entry_id: int) -> Response:
    """Wait no longer; once there is an offer, or it is over, this is `stale` with the place as it stands."""
    return do(200, lambda: _entry(queueing.leave(the_actor(), entry_id, now=now()).id))


@blueprint.post("/offers/<int:booking_id>/accept")
@signed_in
@blueprint.response(200, schemas.BookingOut)
@blueprint.alt_response(409, schema=schemas.Problem)
@blueprint.alt_response(422, schema=schemas.Problem)
def accept(booking_id: int) -> Response:
    """Take an offer: it is confirmed, or waits for staff like any request there."""
    return do(200, lambda: _booking(queueing.accept(the_actor(), booking_id, now=now())))


@blueprint.post("/offers/<int:booking_id>/decline")
@signed_in
@blueprint.response(200, schemas.BookingOut)
@blueprint.alt_response(409, schema=schemas.Problem)
def decline(booking_id: int) -> Response:
    """Turn an offer down, which goes to the next in line."""
    return do(200, lambda: _booking(queueing.decline(the_actor(), booking_id, now=now())))


@blueprint.post("/shows/<int:show_id>/booths/<int:booth>/wait")
@allow(Role.MERCHANT)
@blueprint.arguments(schemas.BoothIn)
@blueprint.response(201, EntryOut)
@blueprint.alt_response(422, schema=schemas.Problem)
def wait_for_booth(body: dict[str, Any], show_id: int, booth: int) -> Response:
    """Stand in line for a booth that another shop has."""

    def act() -> dict[str, Any]:
        entry = queueing.join_for_booth(
            the_actor(), show_id, booth, body["product_id"], starts_at=body["starts_at"], now=now()
        )
        return _entry(entry.id)

    return do(201, act)


@blueprint.post("/shows/<int:show_id>/wait")
@allow(Role.MERCHANT)
@blueprint.arguments(WaitForAny)
@blueprint.response(201, EntryOut)
@blueprint.alt_response(422, schema=schemas.Problem)
def wait_for_any(body: dict[str, Any], show_id: int) -> Response:
    """Stand in line for whichever booth of a full show becomes free; the place has `place: null`."""

    def act() -> dict[str, Any]:
        entry = queueing.join_for_booth(the_actor(), show_id, None, body["product_id"], now=now())
        return _entry(entry.id)

    return do(201, act)
