"""The home page: today's board, and the days around it."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue

from blueprints import live, pages, paging
from blueprints.access import public
from blueprints.answers import repeatable
from blueprints.board import blueprint
from blueprints.board.views import LIST, board_page
from blueprints.clock import now
from blueprints.identity import current_actor
from blueprints.timeline import parse_day
from domain.interval import local_day
from services import attendance, board


@blueprint.get("/")
@public
@repeatable
def today() -> ResponseReturnValue:
    """All spaces of a day; polled every 20 seconds."""
    wanted, as_list = parse_day(request.args.get("day")), request.args.get("view") == LIST
    kind, number = paging.wanted_kind(), paging.wanted_page()
    standing = board.standing()
    stamp = live.stamp(standing.revision(), wanted, as_list, kind, number)
    unchanged = live.nothing_new(stamp)
    if unchanged is not None:
        return unchanged
    moment = now()
    seen = board.of_day(current_actor(), wanted, moment, kind, number, standing)
    page = board_page(seen, moment, as_list=as_list)
    asked = {
        "day": wanted.isoformat() if wanted else None,
        "view": LIST if as_list else None,
        **seen.pages.asked,
    }
    shown = pages.show(
        "board/today",
        page=page,
        attendance=attendance.presence(seen.my_next, moment) if seen.my_next else None,
        poll_url=url_for("board.today", **asked, seen=stamp),
        today=local_day(moment),
    )
    return live.stamped(shown, stamp)
