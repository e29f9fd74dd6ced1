"""Neighbours: whom captains and staff may book for."""

from __future__ import annotations

from typing import Any

from flask import Response

from blueprints.access import allow
from blueprints.api.answers import do, part, respond
from blueprints.api.routes import Blueprint
from blueprints.api.schemas import people as schemas
from blueprints.api.schemas.common import Problem
from blueprints.clock import now
from blueprints.identity import the_actor
from domain.people import Role, clean_home
from models import Person
from services import neighbours, people
from services.idempotency import Answer

blueprint = Blueprint("api_people", __name__, description="Neighbours to book for")


def _shape(found: Person) -> dict[str, Any]:
    return {
        "id": found.id,
        "name": found.masked_name,
        "phone": found.masked_phone or None,
        "building": found.building,
        "unit": found.unit,
        "room": found.room,
    }


@blueprint.get("/people")
@allow(Role.CAPTAIN, Role.STAFF)
@blueprint.arguments(schemas.FlatFilter, location="query")
@blueprint.response(200, schemas.NeighbourList)
@blueprint.alt_response(422, schema=Problem)
def index(wanted: dict[str, Any]) -> Response:
    """The verified people of a flat; a captain sees the own building only."""
    typed = [wanted[name] for name in ("building", "unit", "room")]
    home = clean_home(*(text or "" for text in typed)) if any(typed) else None
    return respond(Answer(200, part(neighbours.bookable_for(the_actor(), home), wanted, _shape)))


@blueprint.post("/people")
@allow(Role.CAPTAIN, Role.STAFF)
@blueprint.arguments(schemas.NeighbourIn)
@blueprint.response(201, schemas.NeighbourOut)
@blueprint.alt_response(422, schema=Problem)
def register(body: dict[str, Any]) -> Response:
    """Register somebody without a phone, verified at once; the same person twice is the same once."""

    def act() -> dict[str, Any]:
        made = people.add_without_phone(
            the_actor(),
            name=body["name"],
            salutation=body["salutation"],
            home=clean_home(body["building"], body["unit"], body["room"]),
            now=now(),
        )
        return _shape(made)

    return do(201, act)
