"""Shops and their papers: what staff review."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response

from blueprints.access import allow
from blueprints.api import merchant_shapes as shapes
from blueprints.api.answers import do, encode_cursor, only_id, page, refusing, respond
from blueprints.api.merchants import blueprint
from blueprints.api.schemas import merchants as schemas
from blueprints.api.schemas.common import Problem
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.merchants.papers import scan_of
from domain.people import Role
from services.idempotency import Answer
from services.merchants import files, review, reviewing

staff = allow(Role.STAFF)


def _case(merchant_id: int) -> dict[str, Any]:
    return shapes.case(reviewing.case(the_actor(), merchant_id, now=now()))


def _decide(decision: Callable[[], int]) -> Response:
    """Decide once for the key, and answer with the whole shop; `decision` returns its id."""
    return do(200, lambda: _case(decision()), refusing(_case))


@blueprint.get("/merchants")
@staff
@blueprint.arguments(schemas.ShopFilter, location="query")
@blueprint.response(200, schemas.ShopList)
def index(wanted: dict[str, Any]) -> Response:
    """Shops by id, of one status or with a piece of a name if that is asked for."""
    size = wanted["page_size"]
    found = reviewing.page(
        the_actor(),
        size=size + 1,
        after_id=only_id(wanted["cursor"]),
        status=wanted["status"],
        name=wanted["name"],
    )
    return respond(Answer(200, page(found, size, shapes.shop, lambda last: encode_cursor(last.id))))


@blueprint.get("/merchants/<int:merchant_id>")
@staff
@blueprint.response(200, schemas.ShopCaseOut)
@blueprint.alt_response(404, schema=Problem)
def one(merchant_id: int) -> Response:
    """One shop with its papers, withdrawn ones included, and its people, masked."""
    return respond(Answer(200, _case(merchant_id)))


@blueprint.post("/merchants/<int:merchant_id>/verify")
@staff
@blueprint.arguments(schemas.VersionIn)
@blueprint.response(200, schemas.ShopCaseOut)
@blueprint.alt_response(409, schema=Problem)
@blueprint.alt_response(422, schema=Problem)
def verify(body: dict[str, Any], merchant_id: int) -> Response:
    """The shop is who it says it is."""
    return _decide(lambda: review.verify(the_actor(), merchant_id, version=body["version"], now=now()).id)


@blueprint.post("/merchants/<int:merchant_id>/return")
@staff
@blueprint.arguments(schemas.NoIn)
@blueprint.response(200, schemas.ShopCaseOut)
@blueprint.alt_response(409, schema=Problem)
@blueprint.alt_response(422, schema=Problem)
def send_back(body: dict[str, Any], merchant_id: int) -> Response:
    """Something has to be put right first."""
    return _decide(lambda: review.send_back(the_actor(), merchant_id, **body, now=now()).id)


@blueprint.post("/merchants/<int:merchant_id>/suspend")
@staff
@blueprint.arguments(schemas.NoIn)
@blueprint.response(200, schemas.ShopCaseOut)
@blueprint.alt_response(409, schema=Problem)
@blueprint.alt_response(422, schema=Problem)
def suspend(body: dict[str, Any], merchant_id: int) -> Response:
    """The shop takes no more booths."""
    return _decide(lambda: review.suspend(the_actor(), merchant_id, **body, now=now()).id)


@blueprint.post("/merchants/<int:merchant_id>/lift")
@staff
@blueprint.arguments(schemas.VersionIn)
@blueprint.response(200, schemas.ShopCaseOut)
@blueprint.alt_response(409, schema=Problem)
@blueprint.alt_response(422, schema=Problem)
def lift(body: dict[str, Any], merchant_id: int) -> Response:
    """The shop may go on."""
    return _decide(lambda: review.lift(the_actor(), merchant_id, version=body["version"], now=now()).id)


@blueprint.post("/merchants/papers/<int:paper_id>/approve")
@staff
@blueprint.arguments(schemas.VersionIn)
@blueprint.response(200, schemas.ShopCaseOut)
@blueprint.alt_response(409, schema=Problem)
def approve_paper(body: dict[str, Any], paper_id: int) -> Response:
    """The paper is in order."""
    version = body["version"]
    return _decide(
        lambda: review.approve_paper(the_actor(), paper_id, version=version, now=now()).merchant_id
    )


@blueprint.post("/merchants/papers/<int:paper_id>/return")
@staff
@blueprint.arguments(schemas.NoIn)
@blueprint.response(200, schemas.ShopCaseOut)
@blueprint.alt_response(409, schema=Problem)
@blueprint.alt_response(422, schema=Problem)
def return_paper(body: dict[str, Any], paper_id: int) -> Response:
    """The paper can't be used."""
    return _decide(lambda: review.return_paper(the_actor(), paper_id, **body, now=now()).merchant_id)


@blueprint.post("/merchants/papers/<int:paper_id>/scan")
@staff
@blueprint.hands_out_a_scan
@blueprint.alt_response(404, schema=Problem)
def open_scan(paper_id: int) -> Response:
    """The scan of any paper; a POST, since every look is logged."""
    return scan_of(files.open_scan(the_actor(), paper_id, now=now()))
