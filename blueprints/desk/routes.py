"""Routes of the approval desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import live, once, pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.desk import views
from blueprints.desk.checks import checks
from blueprints.desk.news import news_of
from blueprints.edge import version_of_form, whole
from blueprints.identity import the_actor
from blueprints.problems import status_of
from blueprints.words import sentence
from domain.errors import BadInput, Refusal, RuleViolation, Stale
from domain.people import Actor, Role
from models import Booking
from services import attention, decisions, queue
from services.idempotency import Answer

blueprint = Blueprint("desk", __name__)
Decision = Callable[[Actor, datetime], Booking]


@blueprint.get("/desk", endpoint="queue")
@allow(Role.STAFF)
def whole_queue() -> ResponseReturnValue:
    """The queue with its most urgent request."""
    return _show(None)


@blueprint.get("/desk/<int:booking_id>")
@allow(Role.STAFF)
def request_page(booking_id: int) -> ResponseReturnValue:
    """The queue with one request."""
    return _show(booking_id)


@blueprint.get("/desk/list")
@allow(Role.STAFF)
def live_list() -> ResponseReturnValue:
    """The queue, and what became of the request on screen, for polling.

    It is rendered only when a space or the minute has changed.
    """
    moment, chosen = now(), request.args.get("chosen", type=whole)
    tag = _tag(queue.stamp(), chosen, moment)
    known = live.nothing_new(tag)
    if known is not None:
        return known
    waiting = queue.waiting(the_actor(), moment)
    cards = [views.card(booking, chosen, moment) for booking in waiting]
    longest = min((decisions.waiting_since(booking) for booking in waiting), default=None)
    version = request.args.get("version", type=whole)
    page = render_template(
        "desk/_live.html",
        cards=cards,
        chosen=chosen,
        version=version,
        tag=tag,
        moment=moment,
        longest_wait=longest,
        news=news_of(the_actor(), chosen, version, moment),
    )
    return live.stamped(page, tag)


@blueprint.post("/desk/<int:booking_id>/approve")
@allow(Role.STAFF)
def approve(booking_id: int) -> ResponseReturnValue:
    """Say yes; the next request comes up."""
    version = version_of_form()
    return _decide(
        booking_id,
        lambda actor, moment: decisions.approve(actor, booking_id, version=version, now=moment),
        yes=True,
    )


@blueprint.post("/desk/<int:booking_id>/decline")
@allow(Role.STAFF)
def decline(booking_id: int) -> ResponseReturnValue:
    """Say no with a reason; the next request comes up."""
    version, reason = version_of_form(), request.form.get("reason", "")
    return _decide(
        booking_id,
        lambda actor, moment: decisions.decline(
            actor, booking_id, version=version, reason=reason, now=moment
        ),
        yes=False,
    )


@blueprint.post("/desk/<int:booking_id>/reveal")
@allow(Role.STAFF)
def reveal(booking_id: int) -> ResponseReturnValue:
    """The booker's whole name and phone; each time is logged."""
    moment = now()
    booking = queue.reveal_booker(the_actor(), booking_id, moment)
    if pages.is_fragment():
        return render_template("desk/_booker.html", booking=booking, revealed=True)
    return _show(booking_id, revealed=booking)


def _decide(booking_id: int, decision: Decision, *, yes: bool) -> ResponseReturnValue:
    actor, moment = the_actor(), now()

    def act() -> Answer:
        booking = decision(actor, moment)
        following = queue.following(actor, booking, moment)
        return Answer(303, {"said": views.said(booking, moment, yes=yes), "next": following})

    try:
        answer = once.once(act)
    except (Stale, BadInput, RuleViolation) as refusal:
        return _show(booking_id, refusal=refusal)
    following, said = answer.body["next"], answer.body["said"]
    address = url_for("desk.request_page", booking_id=following) if following else url_for("desk.queue")
    if pages.is_fragment():
        response = make_response(_show(following, said=said))
        response.headers["HX-Replace-Url"] = address
        return response
    flash(said, "ok")
    return redirect(address, 303)


def _show(
    booking_id: int | None,
    *,
    said: str | None = None,
    refusal: Refusal | None = None,
    revealed: Booking | None = None,
) -> ResponseReturnValue:
    """The whole desk, or for htmx the fragment that it is."""
    moment, revision = now(), queue.stamp()  # before what it stamps, or a change in between would go unseen
    desk = queue.desk(the_actor(), booking_id, moment)
    chosen = desk.case.booking.id if desk.case else None
    return pages.show(
        "desk/queue",
        status_of(refusal) if refusal else 200,
        reviews={} if pages.is_fragment() else attention.reviews_waiting(the_actor()),
        case=desk.case,
        checks=checks(desk.case) if desk.case else [],
        cards=[views.card(booking, chosen, moment) for booking in desk.waiting],
        chosen=chosen,
        longest_wait=desk.longest_wait,
        tag=_tag(revision, chosen, moment),
        moment=moment,
        said=said,
        late=_late(desk, moment) if isinstance(refusal, Stale) else None,
        is_open=desk.case is not None and decisions.can_be_decided(desk.case.booking, moment),
        refused=_told(refusal),
        revealed=revealed,
        key=once.new_key(),
        is_fragment=pages.is_fragment(),
        views=views,
    )


def _late(desk: queue.Desk, moment: datetime) -> str | None:
    return views.overtaken(desk.case, moment, request.form.get("moving_to")) if desk.case else None


def _told(refusal: Refusal | None) -> str | None:
    if refusal is None or isinstance(refusal, Stale):
        return None
    return sentence(refusal.violations[0] if isinstance(refusal, RuleViolation) else refusal)


def _tag(revision: int, chosen: int | None, moment: datetime) -> str:
    return live.stamp(revision, int(moment.timestamp()) // 60, chosen)
