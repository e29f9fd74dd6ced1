"""The desk on screen, and how a decision is answered: with the next request, or to a program in JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import flash, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import live, once, pages
from blueprints.clock import now
from blueprints.desk import cards, saying, views
from blueprints.desk.checks import checks
from blueprints.formats import locale_code
from blueprints.identity import the_actor
from blueprints.problems import PROBLEM_TYPE, headers_of, problem_of, status_of
from blueprints.words import sentence
from domain.errors import Refusal, RuleViolation, Stale
from models import Booking
from services import attention, decisions, queue
from services.case import Case
from services.desk import levels, reasons, undoing


def show(
    booking_id: int | None,
    *,
    said: str | None = None,
    refusal: Refusal | None = None,
    revealed: Booking | None = None,
    batch: bool = False,
    failed: Sequence[str] = (),
) -> ResponseReturnValue:
    """The whole desk, or for htmx the fragment that it is."""
    moment, revision, actor = now(), queue.stamp(), the_actor()
    # The revision before what it stamps, or a change in between would go unseen.
    desk = queue.desk(actor, booking_id, moment)
    together = [one for one in desk.queue.waiting if one.id in desk.queue.harmless]
    chosen = desk.case.booking.id if desk.case and not batch else None
    is_open = desk.case is not None and decisions.can_be_decided(desk.case.booking, moment)
    writer = cards.Writer(moment)
    return pages.show(
        "desk/queue",
        status_of(refusal) if refusal else 200,
        reviews={} if pages.is_fragment() else attention.reviews_waiting(actor),
        case=desk.case,
        checks=checks(desk.case) if desk.case else [],
        **listed(desk.queue, chosen, writer),
        batch=cards.cards(together, None, writer) if batch else None,
        failed=failed,
        tag=tag_of(revision, chosen, moment),
        moment=moment,
        said=said,
        undo=saying.undo_bar(undoing.recent(actor, moment), moment),
        late=_late(desk, moment) if isinstance(refusal, Stale) else None,
        is_open=is_open,
        refused=_told(refusal),
        revealed=revealed,
        **_ways(desk.case if is_open else None, moment),
        key=once.new_key(),
        is_fragment=pages.is_fragment(),
        views=views,
        urgency=writer.urgency,
    )


def listed(found: queue.Queue, chosen: int | None, writer: cards.Writer) -> dict[str, Any]:
    """What the queue is shown with."""
    return {
        "cards": cards.cards(found.waiting, chosen, writer),
        "unanswered": cards.cards(found.unanswered, chosen, writer),
        "chosen": chosen,
        "longest_wait": found.longest_wait,
        "harmless": sum(one.id in found.harmless for one in found.waiting),
    }


def answer(body: dict[str, Any]) -> ResponseReturnValue:
    """After something was done: what was said, and the request that comes up, for whoever asked."""
    if pages.wants_json():
        return jsonify(body)
    following, said, failed = body["next"], body["said"], body.get("failed", [])
    undoable = bool(undoing.recent(the_actor(), now()))  # then the desk says so itself, with the way back
    address = url_for("desk.request_page", booking_id=following) if following else url_for("desk.queue")
    if pages.is_fragment():
        response = make_response(show(following, said=None if undoable else said, failed=failed))
        response.headers["HX-Replace-Url"] = address
        return response
    if said and not undoable:
        flash(said, "ok")
    for why in failed:
        flash(why, "error")
    return redirect(address, 303)


def refuse(booking_id: int, refusal: Refusal) -> ResponseReturnValue:
    """What stood in the way, beside the request as it stands now."""
    if not pages.wants_json():
        return show(booking_id, refusal=refusal)
    body = problem_of(refusal)
    if isinstance(refusal, Stale):
        moment = now()
        body["title"] = _late(queue.desk(the_actor(), booking_id, moment), moment) or body["title"]
    response = jsonify(body)
    response.status_code, response.mimetype = status_of(refusal), PROBLEM_TYPE
    response.headers.update(headers_of(refusal))
    return response


def _ways(found: Case | None, moment: datetime) -> dict[str, Any]:
    """What can be done with a request that is open: the second yes, other times, reasons for saying no."""
    if found is None:
        return {"second": None, "asks_twice": False, "times": [], "reasons": []}
    return {
        "second": views.second_line(found, the_actor(), moment),
        "asks_twice": levels.asks_for_first(found.booking),
        "times": views.free_times(found, moment),
        "reasons": _reasons(found.booking),
    }


def _reasons(booking: Booking) -> list[tuple[str, str]]:
    """The usual reasons for saying no: what the booker will read, and how the button says it."""
    offered = reasons.offered(reasons.kind_of(booking)).reasons
    return [(one.text, one.text_in(locale_code())) for one in offered]


def _late(desk: queue.Desk, moment: datetime) -> str | None:
    return saying.overtaken(desk.case, moment, request.form.get("moving_to")) if desk.case else None


def _told(refusal: Refusal | None) -> str | None:
    if refusal is None or isinstance(refusal, Stale):
        return None
    return sentence(refusal.violations[0] if isinstance(refusal, RuleViolation) else refusal)


def tag_of(revision: int, chosen: int | None, moment: datetime) -> str:
    """The stamp of the live queue."""
    return live.stamp(revision, int(moment.timestamp()) // 60, chosen)
