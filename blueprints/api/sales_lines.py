"""Order lines and why they count for a booth."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Response

from blueprints.access import allow
from blueprints.api import line_shapes, schemas
from blueprints.api.answers import do, encode_cursor, moment_and_id, respond
from blueprints.api.routes import Blueprint
from blueprints.api.schemas import sales_lines as shapes_of
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.problems import problem_of, status_of
from domain.errors import Refusal, StaleSale
from domain.people import Role
from services.idempotency import Answer
from services.sales import explaining, judging, line_list
from services.sales.judging import Verdict
from services.sales.line_list import Wanted

blueprint = Blueprint("api_sales_lines", __name__, description="Order lines and why they count for a booth")


@blueprint.get("/sales/lines")
@allow(Role.STAFF, Role.MERCHANT)
@blueprint.arguments(shapes_of.LineFilter, location="query")
@blueprint.response(200, shapes_of.LinesOut)
@blueprint.alt_response(422, schema=schemas.Problem)
def lines(wanted: dict[str, Any]) -> Response:
    """Lines, the newest first; merchants get those of their own products."""
    found = line_list.page(
        the_actor(),
        Wanted(
            show_id=wanted["show"],
            product_id=wanted["product"],
            merchant_id=wanted["merchant"],
            tier=wanted["tier"],
            first_day=wanted["first_day"],
            last_day=wanted["last_day"],
            order_no=wanted["order"].strip(),
            by_hand=wanted["by_hand"],
            unknown=wanted["unknown"],
        ),
        after=moment_and_id(wanted["cursor"]),
        size=wanted["page_size"],
    )
    cursor = encode_cursor(found.next[0].isoformat(), found.next[1]) if found.next else None
    items = [line_shapes.line(one.sale) for one in found.lines]
    return respond(Answer(200, {"items": items, "next_cursor": cursor}))


@blueprint.get("/sales/lines/<int:sale_id>")
@allow(Role.STAFF, Role.MERCHANT)
@blueprint.response(200, shapes_of.LineStoryOut)
@blueprint.alt_response(404, schema=schemas.Problem)
def one(sale_id: int) -> Response:
    """One line with the reason why it counts where it does."""
    return respond(Answer(200, _story(sale_id)))


@blueprint.post("/sales/lines/<int:sale_id>/attribute")
@allow(Role.STAFF)
@blueprint.arguments(shapes_of.VerdictIn)
@blueprint.response(200, shapes_of.LineStoryOut)
@blueprint.alt_response(409, schema=schemas.Problem)
def attribute(body: dict[str, Any], sale_id: int) -> Response:
    """Decide where a line counts; no import and no rule changes that again."""
    verdict = Verdict(body["tier"], body["booth"], body["reason"])
    return _decide(
        sale_id,
        body["updated_at"],
        lambda seen: judging.attribute(the_actor(), sale_id, verdict, seen=seen, now=now()),
    )


@blueprint.post("/sales/lines/<int:sale_id>/release")
@allow(Role.STAFF)
@blueprint.arguments(shapes_of.ReleaseIn)
@blueprint.response(200, shapes_of.LineStoryOut)
@blueprint.alt_response(409, schema=schemas.Problem)
def release(body: dict[str, Any], sale_id: int) -> Response:
    """Give a line back to the rule; one that it has already stays as it is."""
    return _decide(
        sale_id,
        body["updated_at"],
        lambda seen: judging.release(the_actor(), sale_id, seen=seen, now=now()),
    )


def _decide(sale_id: int, seen: datetime, decide: Callable[[datetime], object]) -> Response:
    def act() -> dict[str, Any]:
        decide(seen)
        return _story(sale_id)

    return do(200, act, _refused)


def _refused(refusal: Refusal) -> Answer:
    """A refusal as an answer; a stale one shows how the line stands now."""
    body = problem_of(refusal)
    if isinstance(refusal, StaleSale):
        body["current"] = _story(refusal.object_id)
    return Answer(status_of(refusal), body)


def _story(sale_id: int) -> dict[str, Any]:
    actor = the_actor()
    return line_shapes.story(explaining.story(actor, sale_id), for_staff=actor.is_staff)
