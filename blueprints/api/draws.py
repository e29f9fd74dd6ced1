"""Applications and the fair draw."""

from __future__ import annotations

from typing import Any

from flask import Response

from blueprints.access import allow, public
from blueprints.api import schemas
from blueprints.api.answers import do, respond
from blueprints.api.routes import Blueprint
from blueprints.api.schemas.draws import ApplicationIn, ApplicationOut, DrawOut
from blueprints.clock import now
from blueprints.draw_document import document
from blueprints.identity import current_actor, the_actor
from domain.people import Role
from models import BoothApplication
from services.idempotency import Answer
from services.studio import applying, closing_list, draw_reading, drawing

blueprint = Blueprint("api_draws", __name__, description="Applications and the fair draw")


def _application(found: BoothApplication) -> dict[str, Any]:
    return {
        "id": found.id,
        "show": found.show_id,
        "merchant": found.merchant_id,
        "product": found.product_id,
        "booth": found.booth,
        "status": found.status.value,
        "slots_this_year": found.slots_this_year,
        "points": found.points,
        "rank": found.rank,
        "outcome_code": found.outcome_code or None,
        "booking": found.booking_id,
        "entry": found.entry_id,
    }


def _draw(show_id: int) -> dict[str, Any]:
    return document(draw_reading.public_draw(show_id, actor=current_actor()))


@blueprint.post("/shows/<int:show_id>/application")
@allow(Role.MERCHANT)
@blueprint.arguments(ApplicationIn)
@blueprint.response(200, ApplicationOut)
@blueprint.alt_response(422, schema=schemas.Problem)
def apply(body: dict[str, Any], show_id: int) -> Response:
    """Apply for a booth of a show that is drawn, or change the application of the shop."""

    def act() -> dict[str, Any]:
        return _application(
            applying.apply(the_actor(), show_id, body["product_id"], booth=body["booth"], now=now())
        )

    return do(200, act)


@blueprint.get("/shows/<int:show_id>/application")
@allow(Role.MERCHANT)
@blueprint.response(200, ApplicationOut)
@blueprint.alt_response(404, schema=schemas.Problem)
def own_application(show_id: int) -> Response:
    """The application of the own shop, and what came of it."""
    return respond(Answer(200, _application(applying.own_application(the_actor(), show_id))))


@blueprint.delete("/shows/<int:show_id>/application")
@allow(Role.MERCHANT)
@blueprint.response(200, ApplicationOut)
@blueprint.alt_response(422, schema=schemas.Problem)
def withdraw(show_id: int) -> Response:
    """Take the own application back, until the list closes."""
    return do(200, lambda: _application(applying.withdraw(the_actor(), show_id, now=now())))


@blueprint.get("/shows/<int:show_id>/draw")
@public
@blueprint.response(200, DrawOut)
@blueprint.alt_response(404, schema=schemas.Problem)
def one(show_id: int) -> Response:
    """What is public of a draw: enough to recompute it, once it is drawn."""
    return respond(Answer(200, _draw(show_id)))


@blueprint.post("/shows/<int:show_id>/draw/close")
@allow(Role.STAFF)
@blueprint.response(200, DrawOut)
@blueprint.alt_response(422, schema=schemas.Problem)
def close(show_id: int) -> Response:
    """Close the applications now and publish the list; a second call changes nothing."""

    def act() -> dict[str, Any]:
        closing_list.close(the_actor(), show_id, now=now())
        return _draw(show_id)

    return do(200, act)


@blueprint.post("/shows/<int:show_id>/draw/run")
@allow(Role.STAFF)
@blueprint.response(200, DrawOut)
@blueprint.alt_response(422, schema=schemas.Problem)
def run(show_id: int) -> Response:
    """Reveal the seed and draw now; a second call changes nothing."""

    def act() -> dict[str, Any]:
        drawing.draw(the_actor(), show_id, now=now())
        return _draw(show_id)

    return do(200, act)
