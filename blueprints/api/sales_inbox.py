"""What waits for a person after an import."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask import Response

from blueprints.access import allow
from blueprints.api import schemas
from blueprints.api.answers import do, encode_cursor, only_id, respond
from blueprints.api.routes import Blueprint
from blueprints.api.schemas import sales_inbox as wanted_of
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.problems import problem_of, status_of
from blueprints.words import sentence
from domain.errors import BadInput, Refusal, Stale, Violation
from domain.people import Role
from models import HeldRow
from services.idempotency import Answer
from services.sales import deciding, inbox, linking
from services.sales import words as word_services
from services.sales.inbox import WaitingProduct, WaitingWord

blueprint = Blueprint("api_sales_inbox", __name__, description="What waits for a person after an import")
Item = TypeVar("Item")


@blueprint.get("/sales/inbox/words")
@allow(Role.STAFF)
@blueprint.arguments(schemas.Page, location="query")
@blueprint.response(200, wanted_of.WaitingWords)
def words(wanted: dict[str, Any]) -> Response:
    """Words that nobody explained, each with the rows that wait for it."""
    return _page(wanted, lambda limit, offset: inbox.words(the_actor(), limit=limit, offset=offset), _word)


@blueprint.get("/sales/inbox/rows")
@allow(Role.STAFF)
@blueprint.arguments(schemas.Page, location="query")
@blueprint.response(200, wanted_of.HeldRows)
def rows(wanted: dict[str, Any]) -> Response:
    """Rows to be decided one by one."""
    return _page(wanted, lambda limit, offset: inbox.rows(the_actor(), limit=limit, offset=offset), _row)


@blueprint.get("/sales/inbox/products")
@allow(Role.STAFF)
@blueprint.arguments(schemas.Page, location="query")
@blueprint.response(200, wanted_of.WaitingProducts)
def products(wanted: dict[str, Any]) -> Response:
    """Products that nobody knows, with the sales that wait for them."""
    return _page(
        wanted, lambda limit, offset: inbox.products(the_actor(), limit=limit, offset=offset), _product
    )


@blueprint.post("/sales/inbox/words")
@allow(Role.STAFF)
@blueprint.arguments(wanted_of.StatusMeaningIn)
@blueprint.response(200, wanted_of.WordDone)
@blueprint.alt_response(409, schema=schemas.Problem)
@blueprint.alt_response(422, schema=schemas.Problem)
def learn(body: dict[str, Any]) -> Response:
    """Explain a word for good and put the rows that waited for it into the books."""

    def act() -> dict[str, Any]:
        done = word_services.learn(the_actor(), **body, now=now())
        return {"settled": done.settled, "still_held": done.still_held}

    return do(200, act, _refused)


@blueprint.post("/sales/inbox/words/forget")
@allow(Role.STAFF)
@blueprint.arguments(wanted_of.StatusWordIn)
@blueprint.response(200, wanted_of.WordDone)
@blueprint.alt_response(404, schema=schemas.Problem)
@blueprint.alt_response(422, schema=schemas.Problem)
def forget(body: dict[str, Any]) -> Response:
    """Take an explanation back; its rows wait again."""
    return do(200, lambda: {"waiting_again": word_services.forget(the_actor(), **body, now=now())}, _refused)


@blueprint.post("/sales/inbox/rows/<int:held_id>")
@allow(Role.STAFF)
@blueprint.arguments(wanted_of.HeldDecisionIn)
@blueprint.response(200, wanted_of.HeldRowOut)
@blueprint.alt_response(409, schema=schemas.Problem)
@blueprint.alt_response(422, schema=schemas.Problem)
def decide(body: dict[str, Any], held_id: int) -> Response:
    """Say what a row comes to, or say it otherwise; it counts as a sale from then on."""
    return do(200, lambda: _row(deciding.decide(the_actor(), held_id, **body, now=now())), _refused)


@blueprint.post("/sales/inbox/rows/<int:held_id>/reopen")
@allow(Role.STAFF)
@blueprint.arguments(schemas.Versioned)
@blueprint.response(200, wanted_of.HeldRowOut)
@blueprint.alt_response(409, schema=schemas.Problem)
@blueprint.alt_response(422, schema=schemas.Problem)
def reopen(body: dict[str, Any], held_id: int) -> Response:
    """Take a decision back; the row waits again."""
    return do(
        200,
        lambda: _row(deciding.reopen(the_actor(), held_id, version=body["version"], now=now())),
        _refused,
    )


@blueprint.post("/sales/inbox/products")
@allow(Role.STAFF)
@blueprint.arguments(wanted_of.UnknownProductIn)
@blueprint.response(200, wanted_of.ProductDone)
@blueprint.alt_response(422, schema=schemas.Problem)
def name_product(body: dict[str, Any]) -> Response:
    """Say which product of ours an unknown one is, or that it is none of ours."""

    def act() -> dict[str, Any]:
        platform, code, title = body["platform"], body["code"], body["title"]
        if bool(code) == bool(title):
            raise BadInput("code_malformed", field="code")
        if body["product_id"] is None:
            linking.not_ours(the_actor(), platform, code=code, title=title, now=now())
            return {"sales": 0}
        if code:
            return {"sales": linking.link(the_actor(), platform, code, body["product_id"], now=now())}
        return {"sales": linking.link_title(the_actor(), platform, title, body["product_id"], now=now())}

    return do(200, act, _refused)


@blueprint.post("/sales/inbox/aliases/<int:alias_id>/take-back")
@allow(Role.STAFF)
@blueprint.response(200, wanted_of.ProductDone)
@blueprint.alt_response(404, schema=schemas.Problem)
def take_back(alias_id: int) -> Response:
    """Forget what was said about a product."""
    return do(200, lambda: {"sales": linking.take_back(the_actor(), alias_id, now=now())}, _refused)


def _refused(refusal: Refusal) -> Answer:
    body = problem_of(refusal)
    if isinstance(refusal, Stale):
        body["current"] = _row(deciding.one(the_actor(), refusal.object_id))
    return Answer(status_of(refusal), body)


def _page(
    wanted: dict[str, Any],
    found: Callable[[int, int], Sequence[Item]],
    shape: Callable[[Item], dict[str, Any]],
) -> Response:
    """A page of a list that changes as people decide; the cursor counts what came before."""
    begin, size = max(only_id(wanted["cursor"]) or 0, 0), wanted["page_size"]
    items = found(size + 1, begin)
    following = encode_cursor(begin + size) if len(items) > size else None
    body = {"items": [shape(item) for item in items[:size]], "next_cursor": following}
    return respond(Answer(200, body))


def _word(found: WaitingWord) -> dict[str, Any]:
    return {
        "platform": found.platform,
        "axis": found.axis,
        "word": found.word,
        "rows": found.rows,
        "amount_fen": found.fen,
    }


def _row(held: HeldRow) -> dict[str, Any]:
    order = held.order
    return {
        "id": held.id,
        "version": held.version,
        "platform": held.platform,
        "state": held.state,
        "code": held.code,
        "message": sentence(Violation(held.code, {"text": held.text, "column": held.column_name})),
        "column": held.column_name,
        "text": held.text,
        "import": held.import_id,
        "line": held.line,
        "order_no": order.get("order_no"),
        "case_no": order.get("case_no"),
        "title": order.get("title"),
        "ordered_at": order.get("ordered_at"),
        "amount_fen": order.get("amount_fen"),
        "paid": held.decided_paid,
        "refunded_fen": held.decided_refunded_fen,
        "reason": held.reason,
    }


def _product(found: WaitingProduct) -> dict[str, Any]:
    return {
        "platform": found.platform,
        "code": found.code,
        "title": found.title,
        "name": found.name,
        "lines": found.lines,
        "gmv_fen": found.fen,
    }
