"""Deciding at the desk, and taking it back.

Each answers with the desk and the next request; a program that asks for `application/json` gets
`{"said", "next", "undo_until", "undo"}`, and a refusal as a problem document.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from blueprints import once
from blueprints.access import allow
from blueprints.clock import now
from blueprints.desk import blueprint, saying
from blueprints.desk.screen import answer, refuse
from blueprints.desk.times import proposed_time
from blueprints.edge import version_of_form
from blueprints.identity import the_actor
from blueprints.problems import iso
from domain.desk import DecisionKind
from domain.errors import BadInput, RuleViolation, SlotTaken, Stale
from domain.people import Actor, Role
from models import Booking
from services import decisions, queue
from services.desk import proposing, undoing
from services.idempotency import Answer

Decision = Callable[[Actor, datetime], Booking]


@blueprint.post("/desk/<int:booking_id>/approve")
@allow(Role.STAFF)
def approve(booking_id: int) -> ResponseReturnValue:
    """Say yes; the next request comes up."""
    version = version_of_form()
    return _decide(
        booking_id,
        lambda actor, moment: decisions.approve(actor, booking_id, version=version, now=moment),
        DecisionKind.APPROVED,
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
        DecisionKind.DECLINED,
    )


@blueprint.post("/desk/<int:booking_id>/propose")
@allow(Role.STAFF)
def propose(booking_id: int) -> ResponseReturnValue:
    """Offer another time, which the booker takes in one tap; the next request comes up.

    `time` is `2026-11-24 10:00 12:00`, else `day` and `start` with the length of the request, or with an `end`.
    """
    version = version_of_form()
    try:
        interval = proposed_time(booking_id)
    except BadInput as refusal:
        return refuse(booking_id, refusal)
    return _decide(
        booking_id,
        lambda actor, moment: proposing.propose(actor, booking_id, interval, version=version, now=moment),
        DecisionKind.PROPOSED,
    )


@blueprint.post("/desk/<int:booking_id>/undo")
@allow(Role.STAFF)
def undo(booking_id: int) -> ResponseReturnValue:
    """Take the last decision on a request back; it comes up again."""
    actor, moment, version = the_actor(), now(), version_of_form()

    def act() -> Answer:
        booking = undoing.undo(actor, booking_id, version=version, now=moment)
        return Answer(303, _body(saying.taken_back(booking, moment), booking.id))

    try:
        done = once.once(act)
    except (Stale, RuleViolation) as refusal:
        return refuse(booking_id, refusal)
    return answer(done.body)


def _decide(booking_id: int, decision: Decision, kind: DecisionKind) -> ResponseReturnValue:
    actor, moment = the_actor(), now()

    def act() -> Answer:
        booking = decision(actor, moment)
        following = queue.following(actor, booking, moment)
        made = DecisionKind.FIRST_YES if waits_for_second(booking, kind) else kind
        said = saying.said(booking, made, moment)
        return Answer(303, _body(said, following, undoing.until(booking, moment), booking))

    try:
        done = once.once(act)
    except (Stale, BadInput, RuleViolation, SlotTaken) as refusal:
        return refuse(booking_id, refusal)
    return answer(done.body)


def waits_for_second(booking: Booking, kind: DecisionKind) -> bool:
    """Whether a yes was only the first of two."""
    return kind is DecisionKind.APPROVED and booking.first_yes_at is not None


def _body(
    said: str, following: int | None, until: datetime | None = None, booking: Booking | None = None
) -> dict[str, Any]:
    """The kept answer: what was done, what comes up, and until when and how it can be taken back."""
    undo = None
    if booking is not None and until is not None:
        undo = {"url": url_for("desk.undo", booking_id=booking.id), "version": booking.version}
    return {"said": said, "next": following, "undo_until": iso(until) if until else None, "undo": undo}
