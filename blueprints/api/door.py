"""The door: check-in, leaving early, seats without a booking, points."""

from __future__ import annotations

from typing import Any

from flask import Response

from blueprints.access import allow, public, signed_in
from blueprints.api import door_shapes, schemas, shapes
from blueprints.api.answers import do, respond
from blueprints.api.routes import Blueprint
from blueprints.api.schemas import door as door_schemas
from blueprints.clock import now
from blueprints.identity import the_actor
from domain.people import Role
from services import attendance, listing, points, walk_ins
from services.idempotency import Answer

blueprint = Blueprint("api_door", __name__, description="Check-in, seats without a booking, points")


def _detailed(booking_id: int) -> dict[str, Any]:
    return shapes.booking(listing.booking(the_actor(), booking_id), the_actor())


@blueprint.post("/bookings/<int:booking_id>/check-in")
@signed_in
@blueprint.arguments(schemas.Versioned)
@blueprint.response(200, schemas.BookingOut)
@blueprint.alt_response(409, schema=schemas.Problem)
@blueprint.alt_response(422, schema=schemas.Problem)
def check_in(body: dict[str, Any], booking_id: int) -> Response:
    """Say that the booker has come."""
    return do(
        200,
        lambda: _detailed(
            attendance.check_in(the_actor(), booking_id, version=body["version"], now=now()).id
        ),
    )


@blueprint.post("/bookings/<int:booking_id>/leave")
@signed_in
@blueprint.arguments(schemas.Versioned)
@blueprint.response(200, schemas.BookingOut)
@blueprint.alt_response(409, schema=schemas.Problem)
def leave(body: dict[str, Any], booking_id: int) -> Response:
    """Leave before the end and free the rest."""
    return do(
        200,
        lambda: _detailed(attendance.leave(the_actor(), booking_id, version=body["version"], now=now()).id),
    )


@blueprint.get("/spaces/<code>/seats")
@public
@blueprint.response(200, door_schemas.SeatsOut)
@blueprint.alt_response(404, schema=schemas.Problem)
def seats(code: str) -> Response:
    """The free seats of a pool at this moment."""
    return respond(Answer(200, door_shapes.seats(walk_ins.seats(code, now()))))


@blueprint.post("/spaces/<code>/walk-ins")
@allow(Role.STAFF)
@blueprint.response(201, door_schemas.WalkInOut)
@blueprint.alt_response(409, schema=schemas.Problem)
@blueprint.alt_response(422, schema=schemas.Problem)
def walk_in(code: str) -> Response:
    """Give a seat to somebody without a booking."""
    return do(201, lambda: door_shapes.walk_in(walk_ins.walk_in(the_actor(), code, now=now())))


@blueprint.post("/walk-ins/<int:walk_in_id>/leave")
@allow(Role.STAFF)
@blueprint.response(200, door_schemas.WalkInOut)
@blueprint.alt_response(404, schema=schemas.Problem)
def walk_out(walk_in_id: int) -> Response:
    """Give the seat back; a second time changes nothing."""
    return do(200, lambda: door_shapes.walk_in(walk_ins.leave(the_actor(), walk_in_id, now=now())))


@blueprint.get("/people/me/points")
@signed_in
@blueprint.response(200, door_schemas.RecordOut)
def own_points() -> Response:
    """One's own points that have not faded."""
    return respond(Answer(200, door_shapes.record(points.own(the_actor(), now()))))


@blueprint.post("/points/<int:point_id>/excuse")
@allow(Role.STAFF)
@blueprint.arguments(door_schemas.Excuse)
@blueprint.response(200, door_schemas.PointOut)
@blueprint.alt_response(404, schema=schemas.Problem)
@blueprint.alt_response(422, schema=schemas.Problem)
def excuse(body: dict[str, Any], point_id: int) -> Response:
    """Let a point count no more."""
    return do(
        200, lambda: door_shapes.point(points.excuse(the_actor(), point_id, reason=body["reason"], now=now()))
    )
