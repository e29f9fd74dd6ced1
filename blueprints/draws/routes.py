"""Routes of the draw: the public page, its downloads, and the two buttons of staff."""

from __future__ import annotations

import json
from collections.abc import Callable

from flask import Response, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import once, pages
from blueprints.access import allow, public
from blueprints.clock import now
from blueprints.draw_document import document
from blueprints.draws import blueprint, views
from blueprints.draws.steps import steps
from blueprints.identity import current_actor, the_actor
from blueprints.problems import status_of
from blueprints.words import sentence
from domain.errors import Missing, RuleViolation
from domain.people import Role
from domain.studio.shows import ShowStatus
from services.idempotency import Answer
from services.studio import closing_list, draw_reading, drawing


@blueprint.get("/shows/<int:show_id>/draw")
@public
def draw(show_id: int) -> ResponseReturnValue:
    """The draw of a show step by step, its list and its result in words, and how to recompute it."""
    return _page(show_id)


def _page(show_id: int, status: int = 200, refusals: list[str] | None = None) -> ResponseReturnValue:
    actor, moment = current_actor(), now()
    found = draw_reading.public_draw(show_id, actor=actor)
    is_closed = found.closed_at is not None
    faults = draw_reading.faults(show_id, actor=actor) if is_closed else []
    open_to_staff = (
        actor is not None
        and actor.is_staff
        and found.show.status is ShowStatus.OPEN
        and moment < found.show.starts_at
    )
    return pages.show(
        "draws/draw",
        status,
        card=views.card(found, actor, moment),
        draw=found,
        steps=steps(found),
        rows=views.rows(found),
        faults=[sentence(one) for one in faults],
        may_close=open_to_staff and not is_closed,
        may_draw=open_to_staff and is_closed and found.drawn_at is None,
        refusals=refusals or [],
        new_key=once.new_key,
    )


@blueprint.get("/shows/<int:show_id>/draw.txt")
@public
def list_file(show_id: int) -> ResponseReturnValue:
    """The published list to the byte; missing before it is closed."""
    found = draw_reading.public_draw(show_id, actor=current_actor())
    if found.list_text is None:
        raise Missing
    return _download(found.list_text, "text/plain", f"draw-{show_id}.txt")


@blueprint.get("/shows/<int:show_id>/draw.json")
@public
def download(show_id: int) -> ResponseReturnValue:
    """Everything for recomputing the draw."""
    found = draw_reading.public_draw(show_id, actor=current_actor())
    text = json.dumps(document(found), ensure_ascii=False, indent=1)
    return _download(text, "application/json", f"draw-{show_id}.json")


def _download(text: str, media_type: str, name: str) -> Response:
    response = Response(text.encode(), content_type=f"{media_type}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@blueprint.post("/shows/<int:show_id>/draw/close")
@allow(Role.STAFF)
def close(show_id: int) -> ResponseReturnValue:
    """Close the applications now and publish the list."""
    return _act(show_id, closing_list.close, _("报名已截止，名单公布了。"))


@blueprint.post("/shows/<int:show_id>/draw/run")
@allow(Role.STAFF)
def run(show_id: int) -> ResponseReturnValue:
    """Reveal the seed and draw now."""
    return _act(show_id, drawing.draw, _("抽好了，结果已经通知每家店。"))


def _act(show_id: int, service: Callable[..., object], said: str) -> ResponseReturnValue:
    def act() -> Answer:
        service(the_actor(), show_id, now=now())
        return Answer(303, {"location": url_for("draws.draw", show_id=show_id)})

    try:
        answer = once.once(act)
    except RuleViolation as refusal:
        return _page(show_id, status_of(refusal), [sentence(one) for one in refusal.violations])
    flash(said, "ok")
    return pages.go_to(answer.body["location"])
