"""The review of claims by staff, and the word list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response

from blueprints.access import allow
from blueprints.api import product_shapes, schemas
from blueprints.api.answers import do, part, respond
from blueprints.api.routes import Blueprint
from blueprints.api.schemas import products as wanted_of
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.problems import problem_of, status_of
from domain.errors import Refusal, Stale
from domain.people import Role
from models import Product
from services.idempotency import Answer
from services.merchants import claim_words, claims

blueprint = Blueprint("api_claims", __name__, description="The review of what products claim")


def _one(product_id: int) -> dict[str, Any]:
    return product_shapes.review(claims.one(the_actor(), product_id, now()))


def _refused(refusal: Refusal) -> Answer:
    body = problem_of(refusal)
    if isinstance(refusal, Stale):
        body["current"] = _one(refusal.object_id)
    return Answer(status_of(refusal), body)


def _decided(decision: Callable[[], Product]) -> Response:
    return do(200, lambda: _one(decision().id), _refused)


@blueprint.get("/claims")
@allow(Role.STAFF)
@blueprint.arguments(schemas.Page, location="query")
@blueprint.response(200, wanted_of.ReviewList)
def waiting(wanted: dict[str, Any]) -> Response:
    """The products whose claims nobody has read yet, what is on air soonest first."""
    found = claims.waiting(the_actor(), now())
    return respond(Answer(200, part(found, wanted, product_shapes.review)))


@blueprint.get("/claims/<int:product_id>")
@allow(Role.STAFF)
@blueprint.response(200, wanted_of.ReviewOut)
@blueprint.alt_response(404, schema=schemas.Problem)
def one(product_id: int) -> Response:
    """One product, whatever its state."""
    return respond(Answer(200, _one(product_id)))


@blueprint.post("/claims/<int:product_id>/clear")
@allow(Role.STAFF)
@blueprint.arguments(schemas.Versioned)
@blueprint.response(200, wanted_of.ReviewOut)
@blueprint.alt_response(409, schema=schemas.Problem)
@blueprint.alt_response(422, schema=schemas.Problem)
def clear(body: dict[str, Any], product_id: int) -> Response:
    """Let it go on air as it was read; 422 `claim_blocked` while it says what food may not claim."""
    return _decided(lambda: claims.clear(the_actor(), product_id, version=body["version"], now=now()))


@blueprint.post("/claims/<int:product_id>/refuse")
@allow(Role.STAFF)
@blueprint.arguments(schemas.WithReason)
@blueprint.response(200, wanted_of.ReviewOut)
@blueprint.alt_response(409, schema=schemas.Problem)
@blueprint.alt_response(422, schema=schemas.Problem)
def refuse(body: dict[str, Any], product_id: int) -> Response:
    """Send it back to its shop with a reason."""
    return _decided(
        lambda: claims.refuse(
            the_actor(), product_id, version=body["version"], reason=body["reason"], now=now()
        )
    )


@blueprint.post("/claims/clear-unflagged")
@allow(Role.STAFF)
@blueprint.arguments(wanted_of.SeenList)
@blueprint.response(200, wanted_of.ClearedList)
def clear_unflagged(body: dict[str, Any]) -> Response:
    """Clear those that still stand as they were read and in which nothing is found; the others wait on."""
    seen = {one["id"]: one["version"] for one in body["products"]}

    def act() -> dict[str, Any]:
        return {"cleared": [one.id for one in claims.clear_unflagged(the_actor(), seen, now=now())]}

    return do(200, act, _refused)


@blueprint.get("/claims/words")
@allow(Role.STAFF)
@blueprint.arguments(schemas.Page, location="query")
@blueprint.response(200, wanted_of.WordList)
def words(wanted: dict[str, Any]) -> Response:
    """The word list, absolute claims first."""
    return respond(Answer(200, part(claim_words.words(the_actor()), wanted, product_shapes.word)))


@blueprint.post("/claims/words")
@allow(Role.STAFF)
@blueprint.arguments(wanted_of.WordIn)
@blueprint.response(201, wanted_of.WordOut)
@blueprint.alt_response(422, schema=schemas.Problem)
def add_word(body: dict[str, Any]) -> Response:
    """Put a word on the list; cleared products that say it are reviewed again."""
    return do(201, lambda: product_shapes.word(claim_words.add(the_actor(), **body, now=now())), _refused)


@blueprint.put("/claims/words/<int:word_id>")
@allow(Role.STAFF)
@blueprint.arguments(wanted_of.WordIn)
@blueprint.response(200, wanted_of.WordOut)
@blueprint.alt_response(404, schema=schemas.Problem)
@blueprint.alt_response(422, schema=schemas.Problem)
def edit_word(body: dict[str, Any], word_id: int) -> Response:
    """Change a word of the list."""

    def act() -> dict[str, Any]:
        return product_shapes.word(claim_words.edit(the_actor(), word_id, **body, now=now()))

    return do(200, act, _refused)


@blueprint.delete("/claims/words/<int:word_id>")
@allow(Role.STAFF)
@blueprint.response(200, wanted_of.WordGone)
@blueprint.alt_response(404, schema=schemas.Problem)
def remove_word(word_id: int) -> Response:
    """Take a word off the list."""
    return do(200, lambda: {"removed": claim_words.remove(the_actor(), word_id, now=now())}, _refused)
