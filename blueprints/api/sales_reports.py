"""What shows and the community sold."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Response

from blueprints.access import allow
from blueprints.api import schemas, shapes
from blueprints.api.answers import respond
from blueprints.api.routes import Blueprint
from blueprints.api.schemas import sales_reports as sold
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.problems import iso
from domain.people import Role
from services.idempotency import Answer
from services.sales import community, shop_home, show_report
from services.sales.community import MerchantYear
from services.sales.shop_home import MerchantHome
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


@blueprint.get("/sales/home")
@allow(Role.MERCHANT)
@blueprint.response(200, sold.HomeOut)
@blueprint.alt_response(404, schema=schemas.Problem)
def own_home() -> Response:
    """What a shop's own page shows: month, year, the way to the target with its forecast, shows and products."""
    return respond(Answer(200, _home(shop_home.merchant_home(the_actor(), now=now()))))


@blueprint.get("/sales/home/<int:merchant_id>")
@allow(Role.STAFF, Role.MERCHANT)
@blueprint.response(200, sold.HomeOut)
@blueprint.alt_response(404, schema=schemas.Problem)
def home_of(merchant_id: int) -> Response:
    """The same of any shop for staff, and of each of several own ones."""
    return respond(Answer(200, _home(shop_home.merchant_home(the_actor(), merchant_id, now=now()))))


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
        "merchant": booth.slot.merchant,
        "product": booth.slot.product,
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


def _home(home: MerchantHome) -> dict[str, Any]:
    path, ahead = home.path, home.forecast
    return {
        "merchant": home.merchant.id,
        "month": shapes.totals(home.month.studio),
        "provisional_fen": home.month.studio.provisional_fen,
        "long_tail": shapes.totals(home.month.long_tail),
        "year": shapes.totals(home.year),
        "path": {
            "net_fen": path.net_fen,
            "estimated_fen": path.estimated_fen,
            "reported_fen": path.reported_fen,
            "target_fen": path.target_fen,
            "progress_bp": path.progress_bp,
        },
        "forecast": asdict(ahead) if ahead else None,
        "months": [
            {"month": f"{one.month:%Y-%m}", "net_fen": one.net_fen, "estimated_fen": one.estimated_fen}
            for one in home.months
        ],
        "shows": [
            {"show": one.show_id, "title": one.title, "booths": list(one.booths), **shapes.totals(one.totals)}
            for one in home.shows
        ],
        "products": [
            {"product": one.product.id, "name": one.product.name, **shapes.totals(one.totals)}
            for one in home.products
        ],
    }
