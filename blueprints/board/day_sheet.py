"""The sheet of a day for the desk: made to be printed."""

from __future__ import annotations

from datetime import date, timedelta

from flask import request, url_for
from flask.typing import ResponseReturnValue

from blueprints import formats, pages
from blueprints.access import allow
from blueprints.board import blueprint
from blueprints.board.views import Link
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.timeline import parse_day
from domain.interval import local_day
from domain.people import Role
from services import day_sheet as sheets
from services.day_sheet import Sheet


@blueprint.get("/day-sheet")
@allow(Role.STAFF)
def day_sheet() -> ResponseReturnValue:
    """All spaces of a day with their bookings in order and a box to tick."""
    moment = now()
    found = sheets.of_day(the_actor(), parse_day(request.args.get("day")), moment)
    return pages.show(
        "board/day_sheet",
        sheet=found,
        printed_at=moment,
        back=_to(found.day - timedelta(days=1), found, local_day(moment)),
        forth=_to(found.day + timedelta(days=1), found, local_day(moment)),
    )


def _to(day: date, found: Sheet, today: date) -> Link | None:
    if not found.first_day <= day <= found.last_day:
        return None
    return Link(url_for("board.day_sheet", day=day.isoformat()), formats.near_day(day, today))
