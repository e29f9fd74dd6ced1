"""Deciding beyond the contract: undo, another time, two yeses, and the reasons for saying no."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response

from blueprints.access import allow, signed_in
from blueprints.api import schemas, shapes
from blueprints.api.answers import do, part, respond
from blueprints.api.routes import Blueprint
from blueprints.api.schemas import desk as wanted_of
from blueprints.api.times import interval
from blueprints.clock import now
from blueprints.identity import the_actor
from domain.desk import ReasonKind
from domain.people import Role
from models import Booking, DeclineReason
from services import listing
from services.desk import levels, proposing, reasons, undoing
from services.idempotency import Answer

blueprint = Blueprint("api_desk", __name__, description="The approval desk")


def _do(action: Callable[[], Booking]) -> Response:
    """Do something to a booking once, and answer with the booking."""

    def act() -> dict[str, Any]:
        return shapes.booking(listing.booking(the_actor(), action().id), the_actor())

    return do(200, act)


@blueprint.post("/bookings/<int:booking_id>/undo")
@allow(Role.STAFF)
@blueprint.arguments(schemas.Versioned)
@blueprint.response(200, schemas.BookingOut)
@blueprint.alt_response(409, schema=schemas.Problem)
@blueprint.alt_response(422, schema=schemas.Problem)
def undo(body: dict[str, Any], booking_id: int) -> Response:
    """Take the decision back that led to this version, while nobody has been told of it."""
    return _do(lambda: undoing.undo(the_actor(), booking_id, version=body["version"], now=now()))


@blueprint.post("/bookings/<int:booking_id>/propose")
@allow(Role.STAFF)
@blueprint.arguments(wanted_of.Proposal)
@blueprint.response(200, schemas.BookingOut)
@blueprint.alt_response(409, schema=schemas.Problem)
@blueprint.alt_response(422, schema=schemas.Problem)
def propose(body: dict[str, Any], booking_id: int) -> Response:
    """Offer another time for a pending request; it holds both until the booker answers."""
    time = interval(body["starts_at"], body["ends_at"])
    return _do(lambda: proposing.propose(the_actor(), booking_id, time, version=body["version"], now=now()))


@blueprint.post("/bookings/<int:booking_id>/accept-proposal")
@signed_in
@blueprint.arguments(schemas.Versioned)
@blueprint.response(200, schemas.BookingOut)
@blueprint.alt_response(409, schema=schemas.Problem)
def accept_proposal(body: dict[str, Any], booking_id: int) -> Response:
    """Take the time that the house proposes; it is confirmed with that."""
    return _do(lambda: proposing.accept(the_actor(), booking_id, version=body["version"], now=now()))


@blueprint.post("/bookings/<int:booking_id>/refuse-proposal")
@signed_in
@blueprint.arguments(schemas.Versioned)
@blueprint.response(200, schemas.BookingOut)
@blueprint.alt_response(409, schema=schemas.Problem)
def refuse_proposal(body: dict[str, Any], booking_id: int) -> Response:
    """Stay with the time that was asked for, which waits for staff again."""
    return _do(lambda: proposing.refuse(the_actor(), booking_id, version=body["version"], now=now()))


@blueprint.put("/spaces/<code>/approval")
@allow(Role.ADMIN)
@blueprint.arguments(wanted_of.ApprovalIn)
@blueprint.response(200, wanted_of.ApprovalOut)
@blueprint.alt_response(422, schema=schemas.Problem)
def set_approval(body: dict[str, Any], code: str) -> Response:
    """Say how many yeses a space asks for, and who gives the second."""

    def act() -> dict[str, Any]:
        space = levels.set_up(
            the_actor(),
            code,
            body["levels"],
            body["approvers"],
            body["deputies"],
            body["deputy_after_minutes"],
            now=now(),
        )
        return {
            "space": space.code,
            "levels": space.approval_levels,
            "deputy_after_minutes": space.deputy_after_minutes,
            "version": space.version,
        }

    return do(200, act)


@blueprint.get("/decline-reasons")
@allow(Role.STAFF)
@blueprint.arguments(schemas.Page, location="query")
@blueprint.response(200, wanted_of.ReasonList)
def decline_reasons(wanted: dict[str, Any]) -> Response:
    """The reasons that the desk offers, one tap each."""
    found = [one for kind in ReasonKind for one in reasons.offered(kind).reasons]
    return respond(Answer(200, part(found, wanted, _reason)))


@blueprint.post("/decline-reasons")
@allow(Role.ADMIN)
@blueprint.arguments(wanted_of.ReasonIn)
@blueprint.response(201, wanted_of.ReasonOut)
@blueprint.alt_response(422, schema=schemas.Problem)
def add_decline_reason(body: dict[str, Any]) -> Response:
    """Add a reason at the end of its list."""
    return do(
        201,
        lambda: _reason(reasons.add(the_actor(), body["kind"], body["text"], body["text_en"], now=now())),
    )


def _reason(reason: DeclineReason) -> dict[str, Any]:
    return {"id": reason.id, "kind": reason.kind.value, "text": reason.text, "text_en": reason.text_en}
