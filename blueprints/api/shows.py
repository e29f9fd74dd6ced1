"""Shows and their booths."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from blueprints.access import allow, public
from blueprints.api import schemas, shapes
from blueprints.api.answers import do, encode_cursor, only_id, page, respond
from blueprints.clock import now
from blueprints.identity import current_actor, the_actor
from domain.people import Role
from services import listing
from services.idempotency import Answer
from services.studio import booths, shows

blueprint = Blueprint("api_shows", __name__, description="Shows of the studio and booths")


@blueprint.get("/shows")
@public
@blueprint.arguments(schemas.Page, location="query")
@blueprint.response(200, schemas.ShowList)
def index(wanted: dict[str, Any]) -> Response:
    """Every show, the newest first."""
    size = wanted["page_size"]
    found = shows.show_page(size=size + 1, after_id=only_id(wanted["cursor"]))
    return respond(Answer(200, page(found, size, shapes.show, lambda last: encode_cursor(last.id))))


@blueprint.post("/shows")
@allow(Role.STAFF)
@blueprint.arguments(schemas.ShowIn)
@blueprint.response(201, schemas.ShowGridOut)
@blueprint.alt_response(409, schema=schemas.Problem)
@blueprint.alt_response(422, schema=schemas.Problem)
def create(body: dict[str, Any]) -> Response:
    """Plan a show, which holds the whole studio for its window."""

    def act() -> dict[str, Any]:
        made = shows.create_show(the_actor(), now=now(), **body)
        return shapes.show_grid(shows.show_with_booths(made.id, actor=the_actor()))

    return do(201, act)


@blueprint.get("/shows/<int:show_id>")
@public
@blueprint.response(200, schemas.ShowGridOut)
@blueprint.alt_response(404, schema=schemas.Problem)
def one(show_id: int) -> Response:
    """One show with every booth slot."""
    return respond(Answer(200, shapes.show_grid(shows.show_with_booths(show_id, actor=current_actor()))))


@blueprint.post("/shows/<int:show_id>/booths/<int:booth>")
@allow(Role.MERCHANT)
@blueprint.arguments(schemas.BoothIn)
@blueprint.response(201, schemas.BookingOut)
@blueprint.alt_response(409, schema=schemas.Problem)
@blueprint.alt_response(422, schema=schemas.Problem)
def take_booth(body: dict[str, Any], show_id: int, booth: int) -> Response:
    """Ask for a booth for one of the own products."""

    def act() -> dict[str, Any]:
        made = booths.take_booth(
            the_actor(), show_id, booth, body["product_id"], starts_at=body["starts_at"], now=now()
        )
        return shapes.booking(listing.booking(the_actor(), made.id), the_actor())

    return do(201, act)
