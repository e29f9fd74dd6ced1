"""After a show: views, wrapping up, and the sealed file."""

from __future__ import annotations

from typing import Any

from flask import Response

from blueprints.access import allow
from blueprints.api import schemas
from blueprints.api.answers import do, respond
from blueprints.api.routes import Blueprint
from blueprints.api.schemas import after_show as shapes
from blueprints.api.shapes import iso, iso_or_none
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.running.record import answer_with_zip
from domain.people import Role
from services.idempotency import Answer
from services.studio import sealing, wrapping
from services.studio.wrapping import BoothEnd

blueprint = Blueprint("api_after_show", __name__, description="After a show: views and the sealed file")


@blueprint.post("/shows/<int:show_id>/wrap-up")
@allow(Role.STAFF)
@blueprint.arguments(shapes.WrapUpIn)
@blueprint.response(200, shapes.WrapUpOut)
@blueprint.alt_response(422, schema=schemas.Problem)
def wrap_up(body: dict[str, Any], show_id: int) -> Response:
    """Say what became of each booth, and seal the file of the show."""

    def act() -> dict[str, Any]:
        told = {one["booking"]: one["outcome"] for one in body["booths"]}
        wrapping.wrap_up(the_actor(), show_id, told, _counts(body), now=now())
        return _shape(show_id)

    return do(200, act)


@blueprint.put("/shows/<int:show_id>/views")
@allow(Role.STAFF)
@blueprint.arguments(shapes.ViewsIn)
@blueprint.response(200, shapes.WrapUpOut)
@blueprint.alt_response(422, schema=schemas.Problem)
def keep_views(body: dict[str, Any], show_id: int) -> Response:
    """Write down how many watched each booth, before sealing or after."""

    def act() -> dict[str, Any]:
        wrapping.keep_views(the_actor(), show_id, _counts(body), now=now())
        return _shape(show_id)

    return do(200, act)


@blueprint.get("/shows/<int:show_id>/record")
@allow(Role.STAFF)
@blueprint.response(200, shapes.SealedOut)
@blueprint.alt_response(404, schema=schemas.Problem)
def record(show_id: int) -> Response:
    """The sealed file, its hash taken anew."""
    found = sealing.of_show(the_actor(), show_id)
    body = {
        "show": show_id,
        "digest": found.record.digest,
        "verified": found.is_whole,
        "sealed_at": iso(found.record.sealed_at),
        "keep_until": iso(found.record.keep_until),
        "content": found.record.content,
        "addenda": list(found.addenda),
    }
    return respond(Answer(200, body))


@blueprint.post("/shows/<int:show_id>/record.zip")
@allow(Role.STAFF)
@blueprint.response(200, content_type="application/zip")
@blueprint.alt_response(404, schema=schemas.Problem)
def record_zip(show_id: int) -> Response:
    """The file with its scans as one ZIP; each time is logged."""
    return answer_with_zip(show_id)


def _counts(body: dict[str, Any]) -> dict[int, int | None]:
    return {one["booking"]: one["views"] for one in body["views"]}


def _shape(show_id: int) -> dict[str, Any]:
    found = wrapping.of_show(the_actor(), show_id, now())
    return {
        "show": show_id,
        "wrapped_up_at": iso_or_none(found.show.wrapped_up_at),
        "keep_until": iso_or_none(found.kept_until),
        "booths": [_end(end) for end in found.booths],
    }


def _end(end: BoothEnd) -> dict[str, Any]:
    booking, slot = end.booking, end.booking.booth_slot
    return {
        "booking": booking.id,
        "booth": booking.place,
        "status": booking.status.value,
        "outcome": end.outcome.value,
        "started_at": iso_or_none(end.airing.started_at),
        "ended_at": iso_or_none(end.airing.ended_at) if end.airing.started_at else None,
        "views": slot.views if slot else None,
    }
