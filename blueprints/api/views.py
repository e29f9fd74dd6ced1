"""How full a month is, and what is free on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response

from blueprints.access import public
from blueprints.api.answers import respond
from blueprints.api.routes import Blueprint
from blueprints.api.schemas.common import Problem
from blueprints.api.schemas.views import DayOf, FoundOut, MonthOut, Wanted
from blueprints.clock import now
from blueprints.identity import current_actor
from blueprints.problems import iso
from domain.interval import moment_of
from domain.spaces import Equipment
from services import find as finding
from services import month
from services.find import Match, Search
from services.idempotency import Answer
from services.month import Month, MonthDay

blueprint = Blueprint("api_views", __name__, description="Months, and looking for a place")


@blueprint.get("/month")
@public
@blueprint.arguments(DayOf, location="query")
@blueprint.response(200, MonthOut)
def month_of_all(wanted: dict[str, date | None]) -> Response:
    """How full each day is, over all rooms and seats."""
    return respond(Answer(200, _month(month.of_all(current_actor(), wanted["day"], now()))))


@blueprint.get("/spaces/<code>/month")
@public
@blueprint.arguments(DayOf, location="query")
@blueprint.response(200, MonthOut)
@blueprint.alt_response(404, schema=Problem)
def month_of_one(wanted: dict[str, date | None], code: str) -> Response:
    """How full each day of one space is."""
    return respond(Answer(200, _month(month.of_space(current_actor(), code, wanted["day"], now()))))


@blueprint.get("/find")
@public
@blueprint.arguments(Wanted, location="query")
@blueprint.response(200, FoundOut)
def find(wanted: dict[str, Any]) -> Response:
    """Which spaces fit on a day, and when they are free."""
    equipment = frozenset(Equipment(code) for code in wanted["equipment"])
    search = Search(wanted["day"], wanted["length"], wanted["people"], equipment)
    found = finding.spaces_for(current_actor(), search, now(), None)
    items = [_fitting(match) for match in (*found.free, *found.full)]
    return respond(Answer(200, {"day": found.day.isoformat(), "items": items}))


def _month(found: Month) -> dict[str, Any]:
    return {
        "space": found.space.code if found.space else None,
        "first": found.first.isoformat(),
        "announced": found.announced,
        "items": [_load(one) for one in found.days],
    }


def _load(one: MonthDay) -> dict[str, Any]:
    return {
        "day": one.day.isoformat(),
        "fullness": one.fullness.value,
        "share": round(one.share, 4),
        "open_spaces": one.open_spaces,
        "spaces_with_time": one.spaces_with_time,
        "name": one.special.name if one.special else "",
    }


def _fitting(match: Match) -> dict[str, Any]:
    return {
        "space": match.space.code,
        "equipment": [one.value for one in match.equipment],
        "starts": [iso(moment_of(start)) for start in match.starts],
    }
