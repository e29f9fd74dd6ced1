"""The home page: today's board, and the days around it."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue

from blueprints import live, pages
from blueprints.access import public
from blueprints.board import blueprint
from blueprints.board.views import board_page
from blueprints.clock import now
from blueprints.identity import current_actor
from blueprints.timeline import parse_day
from domain.interval import local_day
from services import board


@blueprint.get("/")
@public
def today() -> ResponseReturnValue:
    """All spaces of a day; polled every 20 seconds."""
    wanted = parse_day(request.args.get("day"))
    stamp = live.stamp(board.stamp(), wanted)
    unchanged = live.nothing_new(stamp)
    if unchanged is not None:
        return unchanged
    moment = now()
    seen = board.of_day(current_actor(), wanted, moment)
    asked = {"day": wanted.isoformat()} if wanted else {}
    page = board_page(seen, moment)
    poll = url_for("board.today", **asked, seen=stamp)
    return live.stamped(pages.show("board/today", page=page, poll_url=poll, today=local_day(moment)), stamp)
