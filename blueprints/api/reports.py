"""Figures of how the house is used: `/api/v1`."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response

from blueprints.access import allow
from blueprints.api import schemas
from blueprints.api.answers import respond
from blueprints.api.routes import Blueprint
from blueprints.api.schemas import reports as shapes
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.problems import iso
from blueprints.reports.bookings import bookings_as_csv
from blueprints.reports.routes import as_workbook
from blueprints.reports.views import busiest_hours_of_asking
from blueprints.sales.statements import XLSX
from domain.interval import local_day
from domain.months import first_of
from domain.people import Role
from domain.reports import FEWEST, Days, few
from services.idempotency import Answer
from services.reports import report as reading
from services.reports.report import Report, SpaceReport, Totals, month_days, year_days
from services.reports.usage import Usage
from services.reports.waits import Wait

blueprint = Blueprint("api_reports", __name__, description="How the house is used")

COUNTED = (
    "open_minutes", "booked_minutes", "used_minutes", "used_share", "booked_share", "bookings", "came", "no_shows",
    "no_show_rate", "excused", "cancelled", "declined", "expired", "shows", "walk_ins",
)  # fmt: skip


def _days(wanted: dict[str, Any]) -> Days:
    if wanted["first"] and wanted["last"]:
        return Days.between(wanted["first"], wanted["last"])
    if wanted["year"]:
        return year_days(wanted["year"])
    return month_days(wanted["month"] or first_of(local_day(now())))


def _report(wanted: dict[str, Any]) -> Report:
    return reading.of_days(the_actor(), _days(wanted), now())


def _covered(found: Report) -> dict[str, Any]:
    days = found.days
    until = found.until.isoformat() if found.until else None
    return {"first": days.first.isoformat(), "last": days.last.isoformat(), "until": until}


@blueprint.get("/reports/usage")
@allow(Role.STAFF)
@blueprint.arguments(shapes.ReportDays, location="query")
@blueprint.response(200, shapes.UsageReport)
@blueprint.alt_response(422, schema=schemas.Problem)
def usage(wanted: dict[str, Any]) -> Response:
    """How much of the open time was booked and really used, by space and hour of the week."""
    found = _report(wanted)
    spaces = [
        {"space": one.usage.space.code, **_usage(one.usage), "hours": _hours(one)} for one in found.spaces
    ]
    totals = {"space": None, **_usage(found.totals), "hours": _shares(found.used_on)}
    return respond(Answer(200, _covered(found) | {"totals": totals, "spaces": spaces}))


def _usage(of: Usage | Totals) -> dict[str, Any]:
    return {name: getattr(of, name) for name in COUNTED}


def _hours(one: SpaceReport) -> list[dict[str, Any]]:
    return [] if one.is_private else _shares(one.usage.shares_on)


def _shares(shares: dict[tuple[int, int], float]) -> list[dict[str, Any]]:
    return [
        {"weekday": weekday, "hour": hour, "used_share": round(part, 4)}
        for (weekday, hour), part in sorted(shares.items())
    ]


@blueprint.get("/reports/demand")
@allow(Role.STAFF)
@blueprint.arguments(shapes.ReportDays, location="query")
@blueprint.response(200, shapes.DemandReport)
@blueprint.alt_response(422, schema=schemas.Problem)
def demand(wanted: dict[str, Any]) -> Response:
    """What was wanted in vain, by space, hour of the week and reason."""
    found = _report(wanted)
    spaces = [
        {"space": one.usage.space.code, "count": one.demand.count, "hours": _wishes(one)}
        for one in found.spaces
    ]
    return respond(Answer(200, _covered(found) | {"count": found.totals.refused, "spaces": spaces}))


def _wishes(one: SpaceReport) -> list[dict[str, Any]]:
    if one.is_private:
        return []
    return [
        {"weekday": weekday, "hour": hour, "reason": why.value, "count": count}
        for (weekday, hour), reasons in sorted(one.demand.on.items())
        for why, count in reasons.items()
    ]


@blueprint.get("/reports/waits")
@allow(Role.STAFF)
@blueprint.arguments(shapes.ReportDays, location="query")
@blueprint.response(200, shapes.WaitReport)
@blueprint.alt_response(422, schema=schemas.Problem)
def waits(wanted: dict[str, Any]) -> Response:
    """How long people waited for a yes or a no."""
    found = _report(wanted)
    oldest = found.waits.oldest_open
    body = {
        "whole": _wait(found.waits.whole) if found.waits.whole else None,
        "spaces": [_wait(one.wait, space=one.usage.space.code) for one in found.spaces if one.wait],
        "hours": [_wait(wait, hour=hour) for hour, wait in busiest_hours_of_asking(found)],
        "oldest_open": iso(oldest) if oldest else None,
    }
    return respond(Answer(200, _covered(found) | body))


def _wait(wait: Wait, *, space: str | None = None, hour: int | None = None) -> dict[str, Any]:
    return {
        "space": space,
        "hour": hour,
        "count": wait.count,
        "median_minutes": wait.median,
        "ninety_minutes": wait.ninety,
        "longest_minutes": wait.longest,
    }


@blueprint.get("/reports/people")
@allow(Role.STAFF)
@blueprint.arguments(shapes.ReportDays, location="query")
@blueprint.response(200, shapes.PeopleReport)
@blueprint.alt_response(422, schema=schemas.Problem)
def people(wanted: dict[str, Any]) -> Response:
    """Whom the house reached, in numbers."""
    found = _report(wanted)
    came = found.reached
    told = {
        name: None if few(getattr(came, name)) else getattr(came, name)
        for name in ("people", "households", "buildings", "verified", "first_timers", "proxied")
    }
    body = {"fewest": FEWEST, **told, "visits": came.visits, "walk_ins": found.totals.walk_ins}
    return respond(Answer(200, _covered(found) | body))


@blueprint.get("/reports/<month:month>.xlsx")
@allow(Role.STAFF)
@blueprint.response(200, content_type=XLSX)
def workbook(month: date) -> Response:
    """A month as a workbook."""
    return as_workbook(reading.of_days(the_actor(), month_days(month), now()))


@blueprint.get("/reports/bookings.csv")
@allow(Role.STAFF)
@blueprint.arguments(shapes.ReportDays, location="query")
@blueprint.response(200, content_type="text/csv")
@blueprint.alt_response(422, schema=schemas.Problem)
def bookings(wanted: dict[str, Any]) -> Response:
    """Every booking of some days, one line each, sent while it is read."""
    return bookings_as_csv(_days(wanted))
