"""Routes of what was sold: by a show, by the whole community, and who sold most."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from blueprints import pages
from blueprints.access import allow
from blueprints.answers import repeatable
from blueprints.clock import now
from blueprints.edge import whole
from blueprints.identity import the_actor
from blueprints.sales import blueprint, pictures, show_views, views, year_views
from domain.people import Role
from services.sales import community, show_report


@blueprint.get("/shows/<int:show_id>/sales")
@allow(Role.STAFF, Role.MERCHANT)
@repeatable
def of_show(show_id: int) -> ResponseReturnValue:
    """A show booth by booth and minute by minute; a shop sees its own booths."""
    report = show_report.show_report(the_actor(), show_id, now=now())
    return pages.show(
        "sales/show_report",
        report=report,
        picture=pictures.show_picture(report),
        minutes=show_views.busy_minutes(report),
        booths=show_views.booth_rows(report.booths),
        percent=views.percent,
    )


@blueprint.get("/sales/community")
@allow(Role.STAFF)
@repeatable
def of_community() -> ResponseReturnValue:
    """The year of all shops and shows."""
    year = request.args.get("year", type=whole)
    report = community.community_year(the_actor(), year, now=now())
    return pages.show(
        "sales/community",
        report=report,
        columns=pictures.month_columns(report.months),
        months=year_views.months(report),
        courses=year_views.courses(report),
        merchants=[year_views.merchant_row(one, report) for one in report.merchants],
        years=year_views.years(report, now()),
        percent=views.percent,
        whole_yuan=views.whole_yuan,
    )


@blueprint.get("/sales/leaderboard")
@allow(Role.STAFF, Role.MERCHANT)
@repeatable
def leaderboard() -> ResponseReturnValue:
    """Who sold most through the studio this year, of those who want to be seen."""
    return pages.show("sales/leaderboard", ranks=community.leaderboard(the_actor(), now=now()))
