"""Routes of giving a booth another place: a free one, or that of another shop which agrees."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import booth_cards, once, pages
from blueprints.access import allow
from blueprints.bookings.routes import show_booking
from blueprints.clock import now
from blueprints.edge import whole
from blueprints.identity import the_actor
from blueprints.problems import status_of
from blueprints.studio import blueprint, views
from blueprints.studio.booths import slot_of
from blueprints.words import sentence
from domain.errors import BadInput, Missing, Refusal, RuleViolation, SlotTaken, Stale, StaleSwap
from domain.people import Role
from models import BoothSwap
from services.idempotency import Answer
from services.studio import booth_moves, proposals, swaps


@blueprint.get("/bookings/<int:booking_id>/booth")
@allow(Role.MERCHANT, Role.STAFF)
def other_booths(booking_id: int) -> ResponseReturnValue:
    """The free booths of the show, and those of others to change with; one tap each."""
    return _show(booking_id)


@blueprint.post("/bookings/<int:booking_id>/booth")
@allow(Role.MERCHANT, Role.STAFF)
def move_booth(booking_id: int) -> ResponseReturnValue:
    """Go to a free booth."""
    sent = request.form
    booth, version = sent.get("place", 0, type=whole), sent.get("version", 0, type=whole)

    def act() -> Answer:
        moved = booth_moves.move_booth(
            the_actor(), booking_id, booth, starts_at=slot_of(sent.get("at")), version=version, now=now()
        )
        return Answer(303, {"said": _("换好了，现在是展位 %(number)s。", number=moved.place)})

    return _done(booking_id, act)


@blueprint.post("/bookings/<int:booking_id>/swap")
@allow(Role.MERCHANT, Role.STAFF)
def swap_booth(booking_id: int) -> ResponseReturnValue:
    """Ask another shop to change booths; staff change the two at once."""
    sent = request.form
    other = sent.get("other", 0, type=whole)
    versions = sent.get("version", 0, type=whole), sent.get("other_version", 0, type=whole)

    def act() -> Answer:
        if the_actor().is_staff:
            swaps.swap_now(the_actor(), booking_id, other, versions=versions, now=now())
            return Answer(303, {"said": _("两个展位换好了，两家店都会收到通知。")})
        swaps.propose(the_actor(), booking_id, other, now=now())
        return Answer(303, {"said": _("已经问了对方，有回答会马上告诉您。")})

    return _done(booking_id, act)


def _done(booking_id: int, act: Callable[[], Answer]) -> ResponseReturnValue:
    try:
        answer = once.once(act)
    except Stale:
        return _show(booking_id, Stale(booking_id))
    except (BadInput, RuleViolation, SlotTaken) as refusal:
        return _show(booking_id, refusal)
    flash(answer.body["said"], "ok")
    return pages.go("bookings.one", booking_id=booking_id)


def _show(booking_id: int, refusal: Refusal | None = None) -> ResponseReturnValue:
    found, moment = booth_moves.choices(the_actor(), booking_id), now()
    slot = found.booking.booth_slot
    if slot is None:
        raise Missing
    told: list[str] = []
    if isinstance(refusal, RuleViolation):
        told = [sentence(violation) for violation in refusal.violations]
    elif isinstance(refusal, SlotTaken):
        told = [_("这个展位刚刚被别的商户订走了。")]
    elif refusal is not None:
        told = [sentence(refusal)]
    return pages.show(
        "studio/other_booths",
        status_of(refusal) if refusal else 200,
        booking=found.booking,
        show=slot.show,
        when=views.when(found.booking.interval, moment),
        free=booth_cards.free_ways(found.free),
        others=booth_cards.swap_ways(found.others),
        refusals=told,
        new_key=once.new_key,
    )


@blueprint.post("/swaps/<int:swap_id>/accept")
@allow(Role.MERCHANT)
def accept_swap(swap_id: int) -> ResponseReturnValue:
    """Say yes: the booths change places at once."""
    return _settle(swap_id, swaps.accept, _("换好了。"))


@blueprint.post("/swaps/<int:swap_id>/decline")
@allow(Role.MERCHANT)
def decline_swap(swap_id: int) -> ResponseReturnValue:
    """Say no; both stay where they are."""
    return _settle(swap_id, swaps.decline, _("没有换，您的展位不变。"))


@blueprint.post("/swaps/<int:swap_id>/withdraw")
@allow(Role.MERCHANT)
def withdraw_swap(swap_id: int) -> ResponseReturnValue:
    """Take an own proposal back."""
    return _settle(swap_id, swaps.withdraw, _("已收回，您的展位不变。"))


def _settle(swap_id: int, settling: Callable[..., BoothSwap], said: str) -> ResponseReturnValue:
    actor = the_actor()
    found = proposals.one(actor, swap_id)
    own = found.asked.id if found.is_for(actor) else found.asking.id

    def act() -> Answer:
        settling(actor, swap_id, now=now())
        return Answer(303, {"location": url_for("bookings.one", booking_id=own)})

    try:
        answer = once.once(act)
    except (StaleSwap, RuleViolation) as refusal:
        return show_booking(own, status_of(refusal), refusal)
    flash(said, "ok")
    return pages.go_to(answer.body["location"])
