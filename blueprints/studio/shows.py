"""Routes of shows: the list and the booth grid. Planning is in blueprints/studio/planning.py."""

from __future__ import annotations

from datetime import datetime

from flask import request, url_for
from flask.typing import ResponseReturnValue

from blueprints import live, pages
from blueprints.access import public
from blueprints.answers import repeatable
from blueprints.clock import now
from blueprints.draws.views import draw_card
from blueprints.edge import within_calendar
from blueprints.identity import current_actor
from blueprints.studio import blueprint, views
from blueprints.studio.about import about
from blueprints.studio.show_ways import show_ways
from domain.interval import ZONE
from domain.studio.shows import Layout
from services.studio import show_page
from services.studio import shows as services

PAST = 12


@blueprint.get("/shows")
@public
@repeatable
def shows() -> ResponseReturnValue:
    """The next shows, and those that are over below."""
    moment, actor, before = now(), current_actor(), _before()
    upcoming = [] if before else services.upcoming_shows(moment, actor=actor)
    past = services.past_shows(moment, actor=actor, before=before, limit=PAST + 1)
    older = f"{past[PAST - 1].show.starts_at.astimezone(ZONE):%Y-%m-%dT%H:%M}" if len(past) > PAST else None
    return pages.show(
        "studio/shows",
        upcoming=[views.show_card(summary, moment) for summary in upcoming],
        past=past[:PAST],
        before=before,
        older=url_for("studio.shows", before=older) if older else None,
    )


def _before() -> datetime | None:
    try:
        before = datetime.fromisoformat(request.args.get("before", "")).replace(tzinfo=ZONE)
    except ValueError:
        return None
    return before if within_calendar(before) else None


@blueprint.get("/shows/<int:show_id>")
@public
@repeatable
def show(show_id: int) -> ResponseReturnValue:
    """The booth grid of a show; polled every 10 seconds."""
    tag = live.stamp(*services.revision_of(show_id))
    unchanged = live.nothing_new(tag)
    if unchanged is not None:
        return unchanged
    moment, actor = now(), current_actor()
    seen = show_page.look(actor, show_id)
    show, phase = seen.grid.show, seen.grid.phase(moment)
    draw = draw_card(show, actor, moment)
    told = about(show, phase, moment, is_drawn=draw is not None and draw.is_drawn)
    booths = views.booths_of(seen, actor, moment, may_take=told.takes)
    is_grid = show.layout is Layout.MARKET and views.takes_place(show, phase)
    page = pages.show(
        "studio/show",
        grid=seen.grid,
        draw=draw,
        booths=booths,
        rows=views.market_rows(booths) if is_grid else None,
        when=views.when(show.interval, moment),
        state_chip=views.phase_chip(show, phase),
        about=told,
        facts=views.facts(seen.grid, moment),
        is_open=views.is_open(show, phase),
        kept_until=seen.kept_until,
        ways=show_ways(seen, actor, moment),
        poll_url=url_for("studio.show", show_id=show_id, seen=tag),
    )
    return live.stamped(page, tag)
