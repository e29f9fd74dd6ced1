"""Routes of shows: the list and the booth grid. Planning is in blueprints/studio/planning.py."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask import request, url_for
from flask.typing import ResponseReturnValue

from blueprints import live, pages
from blueprints.access import public
from blueprints.clock import now
from blueprints.draws.views import draw_card
from blueprints.edge import within_calendar
from blueprints.identity import current_actor
from blueprints.studio import blueprint, views
from blueprints.studio.about import about
from blueprints.studio.show_ways import show_ways
from domain.interval import ZONE
from domain.studio.shows import Layout, Phase, ShowStatus
from services import my_line
from services.studio import booth_states, sealing
from services.studio import shows as services

PAST = 12


@blueprint.get("/shows")
@public
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
def show(show_id: int) -> ResponseReturnValue:
    """The booth grid of a show; polled every 10 seconds."""
    tag = live.stamp(*services.revision_of(show_id))
    unchanged = live.nothing_new(tag)
    if unchanged is not None:
        return unchanged
    moment, actor = now(), current_actor()
    grid = services.show_with_booths(show_id, actor=actor)
    draw = draw_card(grid.show, actor, moment)
    filled = [cell.booking for cell in grid.cells if cell.booking is not None]
    states = booth_states.of_show(actor, grid.show, filled)
    booths = [
        views.booth_view(grid, cell, actor, moment, states.get(cell.booking.id) if cell.booking else None)
        for cell in grid.cells
    ]
    if draw and not draw.is_drawn:
        booths = [replace(booth, url=None) if booth.status == "free" else booth for booth in booths]
    phase = grid.phase(moment)
    is_closed = phase is Phase.OVER or grid.show.status is ShowStatus.CANCELLED
    if is_closed:
        booths = [booth for booth in booths if booth.status != "free"]
    is_grid = grid.show.layout is Layout.MARKET and not is_closed
    kept_until = sealing.kept_until_of_show(show_id)
    page = pages.show(
        "studio/show",
        grid=grid,
        draw=draw,
        booths=booths,
        rows=views.market_rows(booths) if is_grid else None,
        when=views.when(grid.show.interval, moment),
        state_chip=views.phase_chip(grid.show, phase),
        about=about(grid.show, phase, moment),
        facts=views.facts(grid, moment),
        is_open=views.is_open(grid.show, phase),
        kept_until=kept_until,
        ways=show_ways(
            grid,
            actor,
            moment,
            is_sealed=kept_until is not None,
            is_open=views.is_open(grid.show, phase),
            place=my_line.for_show(actor, show_id) if actor and actor.merchant_ids else None,
        ),
        poll_url=url_for("studio.show", show_id=show_id, seen=tag),
    )
    return live.stamped(page, tag)
