"""Sales: importing order exports, and the sums that came of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, url_for
from werkzeug.datastructures import FileStorage

from blueprints.access import allow
from blueprints.api import schemas, shapes
from blueprints.api.answers import encode_cursor, only_id, page, refused, respond
from blueprints.api.routes import Blueprint
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.once import once
from blueprints.uploads import make_room_for_an_export
from domain.people import Role
from domain.sales.problems import FileError
from services import leases
from services.idempotency import Answer
from services.sales import applying, figures, receiving, removing, reports, undoing, work

blueprint = Blueprint("api_sales", __name__, description="Order exports and their sums")


@blueprint.url_value_preprocessor
def make_room(endpoint: str | None, _values: object) -> None:
    """An order export may be large."""
    if endpoint == "api_sales.upload":
        make_room_for_an_export()


def _whole(import_id: int) -> dict[str, Any]:
    return shapes.whole_import(*reports.rejections(the_actor(), import_id))


def _as_it_stands(done: int, answer: Answer) -> Response:
    """An import after something was begun with it once: `done`, or 202 while somebody still works on it."""
    if answer.status >= 400:
        return respond(answer)
    body = _whole(answer.body["id"])
    status = 202 if body["status"] in work.AT_WORK else done
    return respond(Answer(status, body), {"Location": url_for("api_sales.one", import_id=body["id"])})


@blueprint.post("/sales/imports")
@allow(Role.STAFF)
@blueprint.form(schemas.ImportForm, schemas.ImportFile)
@blueprint.response(201, schemas.ImportOut)
@blueprint.alt_response(202, schema=schemas.ImportOut)
@blueprint.alt_response(422, schema=schemas.Problem)
def upload(form: dict[str, Any], files: dict[str, FileStorage]) -> Response:
    """Take an order export in and read it for the preview; a large one is read meanwhile (202). No sale changes yet."""
    file, worker = files["file"], leases.new_worker()

    def store() -> Answer:
        made = receiving.store(the_actor(), received, show_id=form["show"], worker=worker, now=now())
        return Answer(201, {"id": made.id})

    try:
        with receiving.picked_up(file.stream, file.filename or "", form["platform"]) as received:
            answer = once(store, refused)
    except FileError as refusal:
        return respond(refused(refusal))
    if answer.status < 400:
        work.read_now(answer.body["id"], worker, now())
    return _as_it_stands(201, answer)


@blueprint.get("/sales/imports")
@allow(Role.STAFF)
@blueprint.arguments(schemas.Page, location="query")
@blueprint.response(200, schemas.ImportList)
def imports(wanted: dict[str, Any]) -> Response:
    """Every import, the latest first."""
    size = wanted["page_size"]
    found = reports.import_page(the_actor(), size=size + 1, before_id=only_id(wanted["cursor"]))
    return respond(Answer(200, page(found, size, shapes.sales_import, lambda last: encode_cursor(last.id))))


@blueprint.get("/sales/imports/<int:import_id>")
@allow(Role.STAFF)
@blueprint.response(200, schemas.ImportOut)
@blueprint.alt_response(404, schema=schemas.Problem)
def one(import_id: int) -> Response:
    """One import as it stands; ask again while its status is staging or applying."""
    return respond(Answer(200, _whole(import_id)))


@blueprint.post("/sales/imports/<int:import_id>/apply")
@allow(Role.STAFF)
@blueprint.response(200, schemas.ImportOut)
@blueprint.alt_response(202, schema=schemas.ImportOut)
@blueprint.alt_response(404, schema=schemas.Problem)
def apply(import_id: int) -> Response:
    """Take what was staged into the books, a large one meanwhile (202); a second time changes nothing."""
    return _begun(import_id, lambda: applying.apply(the_actor(), import_id, now=now()))


@blueprint.post("/sales/imports/<int:import_id>/cancel")
@allow(Role.STAFF)
@blueprint.response(200, schemas.ImportOut)
@blueprint.alt_response(422, schema=schemas.Problem)
def cancel(import_id: int) -> Response:
    """Stop the reading of an import, or discard what was read."""
    return _begun(import_id, lambda: removing.cancel(the_actor(), import_id, now=now()))


@blueprint.post("/sales/imports/<int:import_id>/undo")
@allow(Role.STAFF)
@blueprint.response(200, schemas.ImportOut)
@blueprint.alt_response(422, schema=schemas.Problem)
def undo(import_id: int) -> Response:
    """Take an import out of the books again, as long as nothing was built on it."""
    return _begun(import_id, lambda: undoing.undo(the_actor(), import_id, now=now()))


def _begun(import_id: int, begin: Callable[[], object]) -> Response:
    def action() -> Answer:
        begin()
        return Answer(200, {"id": import_id})

    return _as_it_stands(200, once(action, refused))


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
