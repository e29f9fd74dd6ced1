"""Routes of taking a booth: choose a product, confirm."""

from __future__ import annotations

from datetime import datetime

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.utils import redirect

from blueprints import booth_cards, once, pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.edge import whole
from blueprints.identity import the_actor
from blueprints.line_cards import line_card
from blueprints.problems import status_of
from blueprints.studio import blueprint, views
from blueprints.words import sentence
from domain.bookings import BookingStatus
from domain.errors import Alternative, BadInput, Refusal, RuleViolation, SlotTaken
from domain.interval import ZONE
from domain.people import Role
from services import my_line
from services.idempotency import Answer
from services.studio import booth_hints, booth_offers
from services.studio import booths as services


def slot_asked() -> datetime | None:
    """The slot of a market booth that the address names."""
    return slot_of(request.args.get("at"))


def slot_of(text: str | None) -> datetime | None:
    """The start of a slot on the community's wall clock, None where none is named; raises BadInput."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZONE)
    except ValueError as error:
        raise BadInput("slot_unknown", field="starts_at") from error


@blueprint.get("/shows/<int:show_id>/booths/<int:booth>")
@allow(Role.MERCHANT)
def booth(show_id: int, booth: int) -> ResponseReturnValue:
    """A free booth and the products to choose from."""
    return show_booth(show_id, booth, chosen=request.args.get("product", type=whole))


@blueprint.post("/shows/<int:show_id>/booths/<int:booth>")
@allow(Role.MERCHANT)
def take_booth(show_id: int, booth: int) -> ResponseReturnValue:
    """Ask for the booth; a refusal comes back with its sentence and the nearest free booths."""
    chosen = request.form.get("product_id", type=whole)
    try:
        answer = once.once(lambda: _take(show_id, booth, chosen))
    except (BadInput, RuleViolation, SlotTaken) as refusal:
        if refusal.code in ("booth_unknown", "slot_unknown"):
            raise
        return show_booth(show_id, booth, chosen=chosen, refusal=refusal)
    flash(answer.body["said"], "ok")
    return redirect(answer.body["location"], 303)


def _take(show_id: int, booth: int, product_id: int | None) -> Answer:
    made = services.take_booth(
        the_actor(), show_id, booth, product_id or 0, starts_at=slot_asked(), now=now()
    )
    said = (
        _("展位 %(number)s 已提交，等工作人员审核，结果会通知您。", number=booth)
        if made.status is BookingStatus.PENDING
        else _("展位 %(number)s 订好了。", number=booth)
    )
    anchor = views.anchor_of(booth, made.starts_at)
    return Answer(303, {"said": said, "location": url_for("studio.show", show_id=show_id, _anchor=anchor)})


def show_booth(
    show_id: int, booth: int, *, chosen: int | None, refusal: Refusal | None = None
) -> ResponseReturnValue:
    """The page of a booth for a merchant, with what was refused on top."""
    moment = now()
    offer = booth_offers.booth_offer(the_actor(), show_id, booth, starts_at=slot_asked(), now=moment)
    place = my_line.for_booth(the_actor(), show_id, booth, offer.time.interval.starts_at)
    choices = offer.choices
    if chosen not in {product.id for product in choices}:
        chosen = choices[0].id if choices else None
    return pages.show(
        "studio/booth",
        status_of(refusal) if refusal else 200,
        offer=offer,
        chosen=chosen,
        answers=refusal is not None,
        refusals=_sentences(offer, refusal),
        ways=views.ways(offer.show, _alternatives(offer, refusal)),
        action=views.booth_url(offer.show, booth, offer.time.interval.starts_at),
        when=views.when(offer.time.interval, moment),
        picture_url=views.picture_url,
        new_key=once.new_key,
        wait_url=url_for("studio.wait", show_id=show_id, booth=booth, at=request.args.get("at")),
        place=line_card(place, the_actor(), moment) if place else None,
        said=sentence,
        hints=booth_cards.hint_words(booth_hints.of_booth(offer.show, offer.time)),
    )


def _alternatives(offer: booth_offers.BoothOffer, refusal: Refusal | None) -> tuple[Alternative, ...]:
    return refusal.alternatives if isinstance(refusal, SlotTaken) else offer.alternatives


def _sentences(offer: booth_offers.BoothOffer, refusal: Refusal | None) -> list[str]:
    """Why it can't be had, most useful first; before asking, what is known already."""
    if isinstance(refusal, RuleViolation):
        return [sentence(violation) for violation in refusal.violations]
    if isinstance(refusal, SlotTaken):
        return [_("这个展位刚刚被别的商户订走了。")]
    if refusal is None and offer.is_taken:
        return [_("这个展位已经有商户订了。")]
    if refusal is not None:
        return [sentence(refusal)]
    return [sentence(violation) for violation in offer.broken]
