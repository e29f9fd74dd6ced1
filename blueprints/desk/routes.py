"""Looking at the approval desk: the queue, one request, and what a private person keeps to themselves."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from blueprints import live, pages
from blueprints.access import allow
from blueprints.answers import repeatable
from blueprints.clock import now
from blueprints.desk import blueprint
from blueprints.desk.cards import Writer
from blueprints.desk.news import news_of
from blueprints.desk.screen import listed, show, tag_of
from blueprints.edge import whole
from blueprints.identity import the_actor
from domain.people import Role
from services import queue


@blueprint.get("/desk", endpoint="queue")
@allow(Role.STAFF)
@repeatable
def whole_queue() -> ResponseReturnValue:
    """The queue with its most urgent request."""
    return show(None)


@blueprint.get("/desk/<int:booking_id>")
@allow(Role.STAFF)
@repeatable
def request_page(booking_id: int) -> ResponseReturnValue:
    """The queue with one request."""
    return show(booking_id)


@blueprint.get("/desk/list")
@allow(Role.STAFF)
@repeatable
def live_list() -> ResponseReturnValue:
    """The queue, and what became of the request on screen, for polling.

    It is rendered only when a space or the minute has changed.
    """
    moment, chosen = now(), request.args.get("chosen", type=whole)
    tag = tag_of(queue.stamp(), chosen, moment)
    known = live.nothing_new(tag)
    if known is not None:
        return known
    actor, version = the_actor(), request.args.get("version", type=whole)
    page = render_template(
        "desk/_live.html",
        **listed(queue.lists(actor, moment), chosen, Writer(moment)),
        version=version,
        news=news_of(actor, chosen, version, moment),
        tag=tag,
        moment=moment,
    )
    return live.stamped(page, tag)


@blueprint.post("/desk/<int:booking_id>/reveal")
@allow(Role.STAFF)
def reveal(booking_id: int) -> ResponseReturnValue:
    """The booker's whole name and phone; each time is logged."""
    moment = now()
    booking = queue.reveal_booker(the_actor(), booking_id, moment)
    if pages.is_fragment():
        return render_template("desk/_booker.html", booking=booking, revealed=True)
    return show(booking_id, revealed=booking)
