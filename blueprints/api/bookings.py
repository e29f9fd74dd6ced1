"""Bookings: ask, read, decide, cancel, move."""

from __future__ import annotations

from typing import Any

from flask import Response

from blueprints.access import allow, signed_in
from blueprints.api import schemas, shapes
from blueprints.api.answers import do, encode_cursor, moment_and_id, page, respond
from blueprints.api.routes import Blueprint
from blueprints.api.times import interval
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.problems import iso
from domain.errors import BadInput
from domain.people import Role
from domain.policies import Override
from models import Booking
from services import booking, decisions, listing, moving
from services.idempotency import Answer

blueprint = Blueprint("api_bookings", __name__, description="Bookings of rooms, seats and booths")


def _detailed(made: Booking) -> dict[str, Any]:
    return shapes.booking(listing.booking(the_actor(), made.id), the_actor())


def _override(body: dict[str, Any]) -> Override | None:
    named = body["override"]
    return Override(frozenset(named["codes"]), named["reason"]) if named else None


@blueprint.post("/bookings")
@signed_in
@blueprint.arguments(schemas.BookingIn)
@blueprint.response(201, schemas.BookingOut)
@blueprint.alt_response(409, schema=schemas.Problem)
@blueprint.alt_response(422, schema=schemas.Problem)
def create(body: dict[str, Any]) -> Response:
    """Ask for a room or a seat."""

    def act() -> dict[str, Any]:
        if body["place"] not in (None, 1):
            raise BadInput("place_not_chosen", field="place")
        made = booking.request_booking(
            the_actor(),
            body["space"],
            interval(body["starts_at"], body["ends_at"]),
            purpose=body["purpose"],
            party_size=body["party_size"],
            on_behalf_of=body["on_behalf_of"],
            now=now(),
            override=_override(body),
        )
        return _detailed(made)

    return do(201, act)


@blueprint.get("/bookings")
@signed_in
@blueprint.arguments(schemas.BookingFilter, location="query")
@blueprint.response(200, schemas.BookingList)
def index(wanted: dict[str, Any]) -> Response:
    """The bookings that the asker may see: the own ones and those typed for others; staff see all."""
    actor, size = the_actor(), wanted["page_size"]
    found = listing.bookings(
        actor,
        size=size + 1,
        after=moment_and_id(wanted["cursor"]),
        mine=wanted["mine"],
        space_code=wanted["space"],
        status=wanted["status"],
        starts_from=wanted["starts_from"],
        starts_before=wanted["starts_before"],
    )
    body = page(
        found,
        size,
        lambda one: shapes.booking(one, actor),
        lambda last: encode_cursor(iso(last.starts_at), last.id),
    )
    return respond(Answer(200, body))


@blueprint.get("/bookings/<int:booking_id>")
@signed_in
@blueprint.response(200, schemas.BookingOut)
@blueprint.alt_response(404, schema=schemas.Problem)
def one(booking_id: int) -> Response:
    """One booking; a foreign id answers as a missing one."""
    actor = the_actor()
    return respond(Answer(200, shapes.booking(listing.booking(actor, booking_id), actor)))


@blueprint.post("/bookings/<int:booking_id>/approve")
@allow(Role.STAFF)
@blueprint.arguments(schemas.Versioned)
@blueprint.response(200, schemas.BookingOut)
@blueprint.alt_response(409, schema=schemas.Problem)
def approve(body: dict[str, Any], booking_id: int) -> Response:
    """Say yes to a pending request or to a proposed time."""
    return do(
        200, lambda: _detailed(decisions.approve(the_actor(), booking_id, version=body["version"], now=now()))
    )


@blueprint.post("/bookings/<int:booking_id>/decline")
@allow(Role.STAFF)
@blueprint.arguments(schemas.WithReason)
@blueprint.response(200, schemas.BookingOut)
@blueprint.alt_response(409, schema=schemas.Problem)
def decline(body: dict[str, Any], booking_id: int) -> Response:
    """Say no, with a reason that the booker reads; a declined move leaves the confirmed time."""

    def act() -> dict[str, Any]:
        made = decisions.decline(
            the_actor(), booking_id, version=body["version"], reason=body["reason"], now=now()
        )
        return _detailed(made)

    return do(200, act)


@blueprint.post("/bookings/<int:booking_id>/cancel")
@signed_in
@blueprint.arguments(schemas.WithReason)
@blueprint.response(200, schemas.BookingOut)
@blueprint.alt_response(409, schema=schemas.Problem)
def cancel(body: dict[str, Any], booking_id: int) -> Response:
    """Take a booking back before it starts."""

    def act() -> dict[str, Any]:
        made = booking.cancel(
            the_actor(), booking_id, version=body["version"], reason=body["reason"], now=now()
        )
        return _detailed(made)

    return do(200, act)


@blueprint.post("/bookings/<int:booking_id>/reschedule")
@signed_in
@blueprint.arguments(schemas.Reschedule)
@blueprint.response(200, schemas.BookingOut)
@blueprint.alt_response(409, schema=schemas.Problem)
@blueprint.alt_response(422, schema=schemas.Problem)
def reschedule(body: dict[str, Any], booking_id: int) -> Response:
    """Move a booking to another time, or propose it beside the confirmed one until staff decide."""

    def act() -> dict[str, Any]:
        made = moving.reschedule(
            the_actor(),
            booking_id,
            interval(body["starts_at"], body["ends_at"]),
            version=body["version"],
            now=now(),
            override=_override(body),
        )
        return _detailed(made)

    return do(200, act)


@blueprint.post("/bookings/<int:booking_id>/keep-time")
@signed_in
@blueprint.arguments(schemas.Versioned)
@blueprint.response(200, schemas.BookingOut)
@blueprint.alt_response(409, schema=schemas.Problem)
def keep_time(body: dict[str, Any], booking_id: int) -> Response:
    """Take back a proposed time; the booking keeps its confirmed one."""

    def act() -> dict[str, Any]:
        made = moving.drop_proposal(the_actor(), booking_id, version=body["version"], now=now())
        return _detailed(made)

    return do(200, act)
