"""Sales: importing order exports, and the sums that came of them."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_smorest import Blueprint
from werkzeug.datastructures import FileStorage

from blueprints.access import allow
from blueprints.api import schemas, shapes
from blueprints.api.answers import do, refused, respond
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.uploads import make_room_for_an_export
from domain.errors import Refusal
from domain.people import Role
from services.idempotency import Answer
from services.sales import figures, importing, reading, reports

blueprint = Blueprint("api_sales", __name__, description="Order exports and their sums")


@blueprint.url_value_preprocessor
def make_room(endpoint: str | None, _values: object) -> None:
    """An order export may be large."""
    if endpoint == "api_sales.upload":
        make_room_for_an_export()


def _whole(import_id: int) -> dict[str, Any]:
    return shapes.sales_import(*reports.rejections(the_actor(), import_id))


@blueprint.post("/sales/imports")
@allow(Role.STAFF)
@blueprint.arguments(schemas.ImportForm, location="form")
@blueprint.arguments(schemas.ImportFile, location="files")
@blueprint.response(201, schemas.ImportOut)
@blueprint.alt_response(422, schema=schemas.Problem)
def upload(form: dict[str, Any], files: dict[str, FileStorage]) -> Response:
    """Read an order export and keep it for the preview; no sale changes yet."""
    file = files["file"]
    try:
        prepared = reading.prepare(file.stream, file.filename or "", form["platform"])
    except Refusal as refusal:
        return respond(refused(refusal))
    with prepared:
        return do(
            201,
            lambda: _whole(importing.store(the_actor(), prepared, show_id=form["show"], now=now()).id),
        )


@blueprint.get("/sales/imports/<int:import_id>")
@allow(Role.STAFF)
@blueprint.response(200, schemas.ImportOut)
@blueprint.alt_response(404, schema=schemas.Problem)
def one(import_id: int) -> Response:
    """One import, staged or applied."""
    return respond(Answer(200, _whole(import_id)))


@blueprint.post("/sales/imports/<int:import_id>/apply")
@allow(Role.STAFF)
@blueprint.response(200, schemas.ImportOut)
@blueprint.alt_response(404, schema=schemas.Problem)
def apply(import_id: int) -> Response:
    """Take what was staged into the books; a second time changes nothing."""
    return do(200, lambda: _whole(importing.apply(the_actor(), import_id, now=now()).id))


@blueprint.get("/sales/summary")
@allow(Role.STAFF, Role.MERCHANT)
@blueprint.arguments(schemas.SummaryFilter, location="query")
@blueprint.response(200, schemas.SummaryOut)
def summary(wanted: dict[str, Any]) -> Response:
    """Sums of paid lines by the time of the order; merchants get their own shop."""
    found = figures.summary(
        the_actor(),
        merchant_id=wanted["merchant"],
        show_id=wanted["show"],
        since=wanted["since"],
        until=wanted["until"],
        now=now(),
    )
    return respond(Answer(200, shapes.sales_summary(found)))
