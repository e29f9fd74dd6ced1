"""Routes of an application: choose a product, name the booth one would like best, take it back."""

from __future__ import annotations

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import once, pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.draws import blueprint
from blueprints.edge import whole
from blueprints.formats import span
from blueprints.identity import the_actor
from blueprints.problems import status_of
from blueprints.studio.views import picture_url, when
from blueprints.words import sentence
from domain.errors import BadInput, Refusal, RuleViolation
from domain.people import Role
from domain.studio.shows import Layout
from models import Show
from services.idempotency import Answer
from services.studio import applying as services


@blueprint.get("/shows/<int:show_id>/apply")
@allow(Role.MERCHANT)
def wish(show_id: int) -> ResponseReturnValue:
    """The form of an application, with what the shop has applied with so far."""
    return _form(show_id)


@blueprint.post("/shows/<int:show_id>/apply")
@allow(Role.MERCHANT)
def apply(show_id: int) -> ResponseReturnValue:
    """Apply, or change the application; a refusal comes back with its sentence and what was chosen."""
    product_id, booth = _chosen("product_id"), _chosen("booth")
    try:
        answer = once.once(lambda: _apply(show_id, product_id, booth))
    except (BadInput, RuleViolation) as refusal:
        return _form(show_id, refusal, product_id=product_id, booth=booth)
    flash(_("报名好了，截止以前都能改。"), "ok")
    return pages.go_to(answer.body["location"])


def _chosen(name: str) -> int | None:
    return request.form.get(name, type=whole) or None


def _apply(show_id: int, product_id: int | None, booth: int | None) -> Answer:
    services.apply(the_actor(), show_id, product_id or 0, booth=booth, now=now())
    return Answer(303, {"location": url_for("studio.show", show_id=show_id)})


@blueprint.post("/shows/<int:show_id>/apply/withdraw")
@allow(Role.MERCHANT)
def withdraw(show_id: int) -> ResponseReturnValue:
    """Take the application back; until the list closes one may apply again."""
    try:
        services.withdraw(the_actor(), show_id, now=now())
    except RuleViolation as refusal:
        flash(" ".join(sentence(one) for one in refusal.violations), "error")
    else:
        flash(_("报名已撤回，截止以前还能再报。"), "ok")
    return pages.go("studio.show", show_id=show_id)


def _form(
    show_id: int, refusal: Refusal | None = None, *, product_id: int | None = None, booth: int | None = None
) -> ResponseReturnValue:
    moment = now()
    found = services.wish_of(the_actor(), show_id, now=moment)
    if refusal is None and found.mine is not None:
        product_id, booth = found.mine.product_id, found.mine.booth
    known = [product.id for product in found.products]
    if product_id not in known:
        product_id = known[0] if known else None
    return pages.show(
        "draws/apply",
        status_of(refusal) if refusal else 200,
        wish=found,
        when=when(found.show.interval, moment),
        product_id=product_id,
        booth=booth,
        booths=_booths(found.show),
        refusals=_sentences(refusal) or [sentence(one) for one in found.broken],
        answers=refusal is not None,
        picture_url=picture_url,
        new_key=once.new_key,
    )


def _sentences(refusal: Refusal | None) -> list[str]:
    if isinstance(refusal, RuleViolation):
        return [sentence(one) for one in refusal.violations]
    return [sentence(refusal)] if refusal else []


def _booths(show: Show) -> list[tuple[int, str]]:
    """The booths that one may name, with their time where each has its own."""
    if show.layout is Layout.MARKET:
        return [(number, _("展位 %(number)s", number=number)) for number in range(1, show.booths + 1)]
    return [
        (time.booth, f"{_('展位 %(number)s', number=time.booth)} · {span(time.interval)}")
        for time in show.plan.booth_times()
    ]
