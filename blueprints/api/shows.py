"""Shows and their booths."""

from __future__ import annotations

from typing import Any

from flask import Response

from blueprints.access import allow, public
from blueprints.api import schemas, shapes, show_shapes
from blueprints.api.answers import do, encode_cursor, only_id, page, respond
from blueprints.api.routes import Blueprint
from blueprints.clock import now
from blueprints.identity import current_actor, the_actor
from domain.people import Actor, Role
from domain.studio.planning import ShowWish
from services import listing
from services.idempotency import Answer
from services.studio import booth_states, booths, planning, shows

blueprint = Blueprint("api_shows", __name__, description="Shows of the studio and booths")


def grid_of(show_id: int, actor: Actor | None) -> dict[str, Any]:
    """A show as this person may see it: lights and samples are for staff and, of its own booths, for a shop."""
    grid = shows.show_with_booths(show_id, actor=actor)
    filled = [cell.booking for cell in grid.cells if cell.booking is not None]
    return show_shapes.show_grid(grid, booth_states.of_show(actor, grid.show, filled))


@blueprint.get("/shows")
@public
@blueprint.arguments(schemas.Page, location="query")
@blueprint.response(200, schemas.ShowList)
def index(wanted: dict[str, Any]) -> Response:
    """Every show, the newest first."""
    size = wanted["page_size"]
    found = shows.show_page(size=size + 1, after_id=only_id(wanted["cursor"]))
    return respond(Answer(200, page(found, size, show_shapes.show, lambda last: encode_cursor(last.id))))


def wish_of(body: dict[str, Any]) -> ShowWish:
    """The show that a program asks for."""
    return ShowWish(**body | {"host_ids": tuple(body["host_ids"])})


@blueprint.post("/shows")
@allow(Role.STAFF)
@blueprint.arguments(schemas.ShowIn)
@blueprint.response(201, schemas.ShowGridOut)
@blueprint.alt_response(409, schema=schemas.Problem)
@blueprint.alt_response(422, schema=schemas.Problem)
def create(body: dict[str, Any]) -> Response:
    """Plan a show, which holds the whole studio for its window."""

    def act() -> dict[str, Any]:
        made = planning.create_show(the_actor(), wish_of(body), now=now())
        return grid_of(made.id, the_actor())

    return do(201, act)


@blueprint.get("/shows/<int:show_id>")
@public
@blueprint.response(200, schemas.ShowGridOut)
@blueprint.alt_response(404, schema=schemas.Problem)
def one(show_id: int) -> Response:
    """One show with every booth slot."""
    return respond(Answer(200, grid_of(show_id, current_actor())))


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
