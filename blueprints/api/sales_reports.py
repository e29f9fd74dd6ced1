"""What shows and the community sold."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from blueprints.access import allow
from blueprints.api import schemas, shapes
from blueprints.api.answers import respond
from blueprints.api.schemas import sales_reports as sold
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.problems import iso
from domain.people import Role
from services.idempotency import Answer
from services.sales import community, show_report
from services.sales.community import MerchantYear
from services.sales.show_report import BoothReport

blueprint = Blueprint("api_sales_reports", __name__, description="What shows and the community sold")


@blueprint.get("/shows/<int:show_id>/sales")
@allow(Role.STAFF, Role.MERCHANT)
@blueprint.response(200, sold.ShowSalesOut)
@blueprint.alt_response(404, schema=schemas.Problem)
def of_show(show_id: int) -> Response:
    """A show booth by booth, with its orders of each minute; a shop gets its own booths."""
    report = show_report.show_report(the_actor(), show_id, now=now())
    body = {
        "show": report.show.id,
        "from": iso(report.window.starts_at),
        "to": iso(report.window.ends_at),
        "totals": shapes.totals(report.totals),
        "long_tail": shapes.totals(report.long_tail),
        "booths": [_booth(booth) for booth in report.booths],
        "orders_per_minute": [sum(minute.values()) for minute in report.minutes],
    }
    return respond(Answer(200, body))


@blueprint.get("/sales/community")
@allow(Role.STAFF)
@blueprint.arguments(sold.YearFilter, location="query")
@blueprint.response(200, sold.CommunityOut)
def of_community(wanted: dict[str, Any]) -> Response:
    """The year of all shops: months, shows, and how many shops are on the way to the target."""
    report = community.community_year(the_actor(), wanted["year"], now=now())
    body = {
        "year": report.year,
        "target_fen": report.target_fen,
        "totals": shapes.totals(report.totals),
        "months": [shapes.totals(month) for month in report.months],
        "courses": {course.value: report.on(course) for course in community.Course},
        "merchants": [_merchant(one) for one in report.merchants],
        "shows": [{"show": one.show.id, **shapes.totals(one.totals)} for one in report.shows],
    }
    return respond(Answer(200, body))


@blueprint.get("/sales/leaderboard")
@allow(Role.STAFF, Role.MERCHANT)
@blueprint.response(200, sold.LeaderboardOut)
def leaderboard() -> Response:
    """Who sold most this year, of the shops that want to be seen."""
    ranks = community.leaderboard(the_actor(), now=now())
    items = [
        {"place": one.place, "merchant": one.merchant.name, "net_fen": one.net_fen, "mine": one.mine}
        for one in ranks
    ]
    return respond(Answer(200, {"items": items}))


def _booth(booth: BoothReport) -> dict[str, Any]:
    return {
        "booth": booth.place,
        "merchant": booth.slot.product.merchant.name,
        "product": booth.slot.product.name,
        "on_air": [{"from": iso(time.starts_at), "to": iso(time.ends_at)} for time in booth.aired],
        "views": booth.slot.views,
        "gpm_fen": booth.gpm_fen,
        "orders_by_tier": {tier.value: orders for tier, orders in booth.orders_by_tier.items()},
        **shapes.totals(booth.totals),
    }


def _merchant(one: MerchantYear) -> dict[str, Any]:
    return {
        "merchant": one.merchant.id,
        "name": one.merchant.name,
        "course": one.course.value,
        "shows": one.shows,
        "estimated_fen": one.path.estimated_fen,
        "reported_fen": one.path.reported_fen,
        "baseline_fen": one.merchant.baseline_fen,
        **shapes.totals(one.totals),
    }
