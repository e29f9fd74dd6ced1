"""A shop's own products."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response
from werkzeug.datastructures import FileStorage

from blueprints.access import allow
from blueprints.api import product_shapes, schemas
from blueprints.api.answers import do, part, respond
from blueprints.api.routes import Blueprint
from blueprints.api.schemas import products as wanted_of
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.problems import problem_of, status_of
from domain.errors import BadInput, Refusal, Stale
from domain.people import Role
from models import Product
from services import pictures
from services.idempotency import Answer
from services.merchants import claims, product_pictures, products

blueprint = Blueprint("api_products", __name__, description="A shop's products and their pictures")


def _shape(found: Product) -> dict[str, Any]:
    return product_shapes.product(found, claims.findings_of(found))


def _refused(refusal: Refusal) -> Answer:
    body = problem_of(refusal)
    if isinstance(refusal, Stale):
        body["current"] = _shape(products.product_for(the_actor(), refusal.object_id))
    return Answer(status_of(refusal), body)


def _done(status: int, action: Callable[[], Product]) -> Response:
    def act() -> dict[str, Any]:
        return _shape(products.product_for(the_actor(), action().id))

    return do(status, act, _refused)


@blueprint.get("/products")
@allow(Role.MERCHANT)
@blueprint.arguments(schemas.Page, location="query")
@blueprint.arguments(wanted_of.ProductFilter, location="query")
@blueprint.response(200, wanted_of.ProductList)
def own_products(wanted: dict[str, Any], which: dict[str, Any]) -> Response:
    """The products of the own shop, the newest first."""
    found = products.my_products(the_actor(), archived=which["archived"])
    flagged = claims.findings_of_each(found)
    return respond(Answer(200, part(found, wanted, lambda one: product_shapes.product(one, flagged[one.id]))))


@blueprint.post("/products")
@allow(Role.MERCHANT)
@blueprint.arguments(wanted_of.ProductIn)
@blueprint.response(201, wanted_of.ProductOut)
@blueprint.alt_response(422, schema=schemas.Problem)
def add_product(body: dict[str, Any]) -> Response:
    """Add a product to the own shop; 422 `claim_blocked` for a word that food may not claim."""
    return _done(201, lambda: products.create_product(the_actor(), product_shapes.facts(body), now=now()))


@blueprint.get("/products/<int:product_id>")
@allow(Role.MERCHANT)
@blueprint.response(200, wanted_of.ProductOut)
@blueprint.alt_response(404, schema=schemas.Problem)
def one_product(product_id: int) -> Response:
    """One of the own products, with what the word list finds in it."""
    return respond(Answer(200, _shape(products.product_for(the_actor(), product_id))))


@blueprint.put("/products/<int:product_id>")
@allow(Role.MERCHANT)
@blueprint.arguments(wanted_of.ProductChange)
@blueprint.response(200, wanted_of.ProductOut)
@blueprint.alt_response(409, schema=schemas.Problem)
@blueprint.alt_response(422, schema=schemas.Problem)
def change_product(body: dict[str, Any], product_id: int) -> Response:
    """Say all of it anew; what claims or costs otherwise on air is reviewed again."""
    products.product_for(the_actor(), product_id)
    return _done(
        200,
        lambda: products.update_product(
            the_actor(), product_id, product_shapes.facts(body), version=body["version"], now=now()
        ),
    )


@blueprint.post("/products/<int:product_id>/archive")
@allow(Role.MERCHANT)
@blueprint.response(200, wanted_of.ProductOut)
@blueprint.alt_response(422, schema=schemas.Problem)
def archive_product(product_id: int) -> Response:
    """Take it off the list; 422 `product_has_booth` while it has a booth ahead."""
    return _done(200, lambda: products.archive_product(the_actor(), product_id, now=now()))


@blueprint.post("/products/<int:product_id>/restore")
@allow(Role.MERCHANT)
@blueprint.response(200, wanted_of.ProductOut)
@blueprint.alt_response(404, schema=schemas.Problem)
def restore_product(product_id: int) -> Response:
    """Put it back on the list."""
    return _done(200, lambda: products.restore_product(the_actor(), product_id, now=now()))


@blueprint.post("/products/<int:product_id>/pictures")
@allow(Role.MERCHANT)
@blueprint.arguments(wanted_of.PictureFile, location="files")
@blueprint.response(200, wanted_of.ProductOut)
@blueprint.alt_response(422, schema=schemas.Problem)
def add_picture(sent: dict[str, FileStorage | None], product_id: int) -> Response:
    """Put a picture up; the first one stands on the card."""
    upload = sent["picture"]
    if upload is None:
        products.product_for(the_actor(), product_id)
        raise BadInput("picture_missing", field="picture")
    data = upload.stream.read(pictures.MAX_BYTES + 1)
    return _done(200, lambda: product_pictures.add(the_actor(), product_id, data, now=now()))
