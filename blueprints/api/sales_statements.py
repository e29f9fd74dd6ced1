"""Statements of a merchant's month."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response

from blueprints.access import allow
from blueprints.api import schemas
from blueprints.api.answers import part, respond
from blueprints.api.routes import Blueprint
from blueprints.api.schemas import sales_statements as shapes
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.problems import iso
from blueprints.sales.statements import XLSX, answer_with_workbook
from domain.people import Role
from domain.sales.statements import Sums
from services.idempotency import Answer
from services.sales import statement_lists, statements
from services.sales.statement_lists import StatementRow
from services.sales.statements import Adjustment, Item, MonthStatement

blueprint = Blueprint("api_sales_statements", __name__, description="Statements of a merchant's month")


@blueprint.get("/sales/statements")
@allow(Role.STAFF, Role.MERCHANT)
@blueprint.arguments(shapes.StatementFilter, location="query")
@blueprint.response(200, shapes.StatementList)
@blueprint.alt_response(404, schema=schemas.Problem)
def listed(wanted: dict[str, Any]) -> Response:
    """Statements, the latest month first; merchants get their own."""
    found = statement_lists.list_of(
        the_actor(), month=wanted["month"], merchant_id=wanted["merchant"], now=now()
    )
    return respond(Answer(200, part(found, wanted, _line)))


@blueprint.get("/sales/statements/<int:merchant_id>/<month:month>")
@allow(Role.STAFF, Role.MERCHANT)
@blueprint.response(200, shapes.WholeStatement)
@blueprint.alt_response(404, schema=schemas.Problem)
def one(merchant_id: int, month: date) -> Response:
    """A merchant's month, as it was locked or as it stands now."""
    found = statements.of_month(the_actor(), merchant_id, month, now=now())
    body = _line(found) | {
        "refunded_orders": found.refunded_orders,
        "margin_bp": found.margin_bp,
        "fee_bp": found.fee_bp,
        "reported_late_fen": found.reported_late_fen,
        "rows": [_item(item) for item in found.items],
        "adjustments": [_adjustment(adjustment) for adjustment in found.adjustments],
    }
    return respond(Answer(200, body))


@blueprint.get("/sales/statements/<int:merchant_id>/<month:month>.xlsx")
@allow(Role.STAFF, Role.MERCHANT)
@blueprint.response(200, content_type=XLSX)
@blueprint.alt_response(404, schema=schemas.Problem)
def workbook(merchant_id: int, month: date) -> Response:
    """The same as a workbook."""
    return answer_with_workbook(merchant_id, month)


def _line(found: StatementRow | MonthStatement) -> dict[str, Any]:
    return {
        "merchant": found.merchant_id,
        "merchant_name": found.merchant,
        "month": f"{found.month:%Y-%m}",
        "locked_at": iso(found.locked_at) if found.locked_at else None,
        "locks_at": iso(found.locks_at),
        "orders": found.own.orders,
        "items": found.own.items,
        "gmv_fen": found.own.gmv_fen,
        "refunded_fen": found.own.refunded_fen,
        "adjusted_fen": found.adjusted.net_fen,
        "net_fen": found.net_fen,
        "estimated_fen": found.lines.estimated_fen,
        "reported_fen": found.lines.reported_fen,
        "long_tail_net_fen": found.long_tail_net_fen,
    }


def _item(item: Item) -> dict[str, Any]:
    names = {"product": item.product_id, "product_name": item.product}
    return {**names, "show": item.show_id, "show_title": item.show, **_sums(item.sums)}


def _sums(sums: Sums) -> dict[str, int]:
    return {"orders": sums.orders, "items": sums.items, **_money(sums)}


def _money(sums: Sums) -> dict[str, int]:
    return {"gmv_fen": sums.gmv_fen, "refunded_fen": sums.refunded_fen, "net_fen": sums.net_fen}


def _adjustment(adjustment: Adjustment) -> dict[str, Any]:
    rows = [_item(item) for item in adjustment.items]
    return {"month": f"{adjustment.month:%Y-%m}", **_money(adjustment.sums), "rows": rows}
