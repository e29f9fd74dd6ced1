"""Routes of shows: the list, the booth grid, a new show."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.utils import redirect

from blueprints import live, once, pages
from blueprints.access import allow, public
from blueprints.clock import now
from blueprints.draws.views import draw_card
from blueprints.edge import within_calendar
from blueprints.identity import current_actor, the_actor
from blueprints.problems import status_of
from blueprints.studio import blueprint, views
from blueprints.studio.forms import ShowForm, blame, next_week
from blueprints.words import sentence
from domain.errors import BadInput, Refusal, RuleViolation
from domain.interval import ZONE
from domain.people import Role
from domain.studio.shows import Layout, Phase, StudioTaken
from services.idempotency import Answer
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
    booths = [views.booth_view(grid, cell, actor, moment) for cell in grid.cells]
    if draw and not draw.is_drawn:
        booths = [replace(booth, url=None) if booth.status == "free" else booth for booth in booths]
    phase = grid.phase(moment)
    if phase is Phase.OVER:
        booths = [booth for booth in booths if booth.status != "free"]
    is_grid = grid.show.layout is Layout.MARKET and phase is not Phase.OVER
    page = pages.show(
        "studio/show",
        grid=grid,
        draw=draw,
        booths=booths,
        rows=views.market_rows(booths) if is_grid else None,
        when=views.when(grid.show.interval, moment),
        state_chip=views.phase_chip(grid.show, phase),
        facts=views.facts(grid, moment),
        is_open=views.is_open(grid.show, phase),
        poll_url=url_for("studio.show", show_id=show_id, seen=tag),
    )
    return live.stamped(page, tag)


@blueprint.get("/shows/new")
@allow(Role.STAFF)
def new_show() -> ResponseReturnValue:
    """The form of a new show."""
    return _form(ShowForm(formdata=None, data=next_week(now())))


@blueprint.post("/shows/new")
@allow(Role.STAFF)
def create_show() -> ResponseReturnValue:
    """Plan a show; a window that is taken or closed brings the form back with what was typed."""
    form = ShowForm()
    if not form.validate():
        return _form(form, 422)
    try:
        answer = once.once(lambda: _plan(form))
    except (BadInput, RuleViolation, StudioTaken) as refusal:
        return _form(form, status_of(refusal), _said(form, refusal))
    flash(_("场次已排好，商户现在就能订展位。"), "ok")
    return redirect(answer.body["location"], 303)


def _plan(form: ShowForm) -> Answer:
    layout = Layout(form.layout.data)
    planned = services.create_show(
        the_actor(),
        title=form.title.data or "",
        starts_at=form.starts_at,
        layout=layout,
        booths=form.booths.data or 0,
        slots=form.slots.data if layout is Layout.MARKET else None,
        now=now(),
    )
    return Answer(303, {"location": url_for("studio.show", show_id=planned.id)})


def _said(form: ShowForm, refusal: Refusal) -> list[str]:
    """The sentences of a refusal that belong to no single field; the others are put next to theirs."""
    if isinstance(refusal, StudioTaken):
        return views.in_the_way(refusal.rivals)
    told = refusal.violations if isinstance(refusal, RuleViolation) else [refusal]
    return [text for one in told if not blame(form, getattr(one, "field", None), text := sentence(one))]


def _form(form: ShowForm, status: int = 200, refusals: list[str] | None = None) -> ResponseReturnValue:
    return pages.show(
        "studio/new_show", status, form=form, refusals=refusals or [], idempotency_key=once.new_key()
    )
