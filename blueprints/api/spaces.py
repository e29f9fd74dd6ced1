"""Spaces and their free time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response

from blueprints.access import public
from blueprints.api import schemas, shapes
from blueprints.api.answers import part, respond
from blueprints.api.routes import Blueprint
from blueprints.api.times import interval
from blueprints.clock import now
from blueprints.problems import iso
from services import listing
from services.house import spaces
from services.idempotency import Answer

blueprint = Blueprint("api_spaces", __name__, description="Spaces and their free time")


@blueprint.get("/spaces")
@public
@blueprint.arguments(schemas.Page, location="query")
@blueprint.response(200, schemas.SpaceList)
def all_spaces(wanted: dict[str, Any]) -> Response:
    """Every space with its hours and rules."""
    return respond(Answer(200, part(listing.spaces(), wanted, shapes.space)))


@blueprint.get("/spaces/<code>")
@public
@blueprint.response(200, schemas.SpaceOut)
@blueprint.alt_response(404, schema=schemas.Problem)
def one_space(code: str) -> Response:
    """One space."""
    return respond(Answer(200, shapes.whole_space(*spaces.in_use(code, now()))))


@blueprint.get("/spaces/<code>/availability")
@public
@blueprint.arguments(schemas.Window, location="query")
@blueprint.response(200, schemas.Availability)
@blueprint.alt_response(404, schema=schemas.Problem)
def free_time(window: dict[str, datetime], code: str) -> Response:
    """The number of free places over time; quarter-hours merged where equal."""
    stretches = listing.availability(
        code, interval(window["starts_from"], window["ends_before"], "to"), now()
    )
    items: list[dict[str, Any]] = [
        {"starts_at": iso(s.interval.starts_at), "ends_at": iso(s.interval.ends_at), "free": s.free}
        for s in stretches
    ]
    return respond(Answer(200, {"items": items}))
