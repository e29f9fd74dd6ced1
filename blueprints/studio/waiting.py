"""Waiting for a booth that another shop has, or for any of a full show: choose a product, stand in line."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue

from blueprints import once, pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.edge import whole
from blueprints.identity import the_actor
from blueprints.problems import status_of
from blueprints.studio import blueprint, views
from blueprints.studio.booths import show_booth, slot_asked
from blueprints.words import sentence
from domain.errors import BadInput, Refusal, RuleViolation
from domain.people import Role
from services import queueing
from services.idempotency import Answer
from services.studio import booth_offers


@blueprint.post("/shows/<int:show_id>/booths/<int:booth>/wait")
@allow(Role.MERCHANT)
def wait(show_id: int, booth: int) -> ResponseReturnValue:
    """Stand in line; the booth's page then says where."""
    chosen = request.form.get("product_id", type=whole)
    try:
        answer = once.once(lambda: _join(show_id, booth, chosen))
    except (BadInput, RuleViolation) as refusal:
        if refusal.code in ("booth_unknown", "slot_unknown"):
            raise
        return show_booth(show_id, booth, chosen=chosen, refusal=refusal)
    return pages.go_to(answer.body["location"])


@blueprint.get("/shows/<int:show_id>/wait")
@allow(Role.MERCHANT)
def wait_page(show_id: int) -> ResponseReturnValue:
    """Choose a product for whichever booth becomes free."""
    return _show(show_id, None)


@blueprint.post("/shows/<int:show_id>/wait")
@allow(Role.MERCHANT)
def wait_for_any(show_id: int) -> ResponseReturnValue:
    """Stand in line for any booth of a full show."""
    chosen = request.form.get("product_id", type=whole)
    try:
        answer = once.once(lambda: _join(show_id, None, chosen))
    except (BadInput, RuleViolation) as refusal:
        return _show(show_id, chosen, refusal)
    return pages.go_to(answer.body["location"])


def _join(show_id: int, booth: int | None, product_id: int | None) -> Answer:
    starts_at = slot_asked() if booth is not None else None
    entry = queueing.join_for_booth(
        the_actor(), show_id, booth, product_id or 0, starts_at=starts_at, now=now()
    )
    return Answer(303, {"location": url_for("waiting.one", entry_id=entry.id)})


def _show(show_id: int, chosen: int | None, refusal: Refusal | None = None) -> ResponseReturnValue:
    moment = now()
    offer = booth_offers.any_offer(the_actor(), show_id, now=moment)
    told = (
        refusal.violations if isinstance(refusal, RuleViolation) else [refusal] if refusal else offer.broken
    )
    known = {product.id for product in offer.choices}
    return pages.show(
        "studio/wait",
        status_of(refusal) if refusal else 200,
        offer=offer,
        chosen=chosen if chosen in known else next(iter(sorted(known, reverse=True)), None),
        refusals=[sentence(one) for one in told],
        when=views.when(offer.show.interval, moment),
        said=sentence,
        picture_url=views.picture_url,
        new_key=once.new_key,
    )
