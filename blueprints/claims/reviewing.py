"""Routes of the review of claims."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import once, pages
from blueprints.access import allow
from blueprints.claim_marks import passages
from blueprints.claims import blueprint, views
from blueprints.clock import now
from blueprints.edge import version_of_form, whole
from blueprints.identity import the_actor
from blueprints.problems import status_of
from blueprints.studio.views import picture_url
from blueprints.words import sentence
from domain.errors import BadInput, Refusal, RuleViolation, Stale
from domain.people import Role
from models import Product
from services.idempotency import Answer
from services.merchants import claims as services


@blueprint.get("/claims")
@allow(Role.STAFF)
def queue() -> ResponseReturnValue:
    """What waits, and the product that is on air soonest."""
    return _show(None)


@blueprint.get("/claims/<int:product_id>")
@allow(Role.STAFF)
def product(product_id: int) -> ResponseReturnValue:
    """The same with one product."""
    return _show(product_id)


@blueprint.post("/claims/<int:product_id>/clear")
@allow(Role.STAFF)
def clear(product_id: int) -> ResponseReturnValue:
    """Let it go on air; the next one comes up."""
    version = version_of_form()
    return _decide(
        product_id,
        lambda: services.clear(the_actor(), product_id, version=version, now=now()),
        lambda done: _("“%(name)s”通过了。", name=done.name),
    )


@blueprint.post("/claims/<int:product_id>/refuse")
@allow(Role.STAFF)
def refuse(product_id: int) -> ResponseReturnValue:
    """Send it back with a reason; the next one comes up."""
    version, reason = version_of_form(), request.form.get("reason", "")
    return _decide(
        product_id,
        lambda: services.refuse(the_actor(), product_id, version=version, reason=reason, now=now()),
        lambda done: _("“%(name)s”退回了，商户会收到原因。", name=done.name),
    )


@blueprint.post("/claims/clear-unflagged")
@allow(Role.STAFF)
def clear_unflagged() -> ResponseReturnValue:
    """Clear all of those shown in which nothing was found."""
    seen = dict(_seen(text) for text in request.form.getlist("seen"))

    def act() -> Answer:
        cleared = services.clear_unflagged(the_actor(), seen, now=now())
        return Answer(303, {"said": _("%(count)s 件商品通过了。", count=len(cleared)), "next": None})

    return _go_on(once.once(act))


def _seen(text: str) -> tuple[int, int]:
    number, _colon, version = text.partition(":")
    try:
        return whole(number), whole(version)
    except ValueError as error:
        raise BadInput("bad_input", field="seen") from error


def _decide(
    product_id: int, decision: Callable[[], Product], said: Callable[[Product], str]
) -> ResponseReturnValue:
    def act() -> Answer:
        done = decision()
        return Answer(303, {"said": said(done), "next": services.following(the_actor(), done.id, now())})

    try:
        answer = once.once(act)
    except (Stale, BadInput, RuleViolation) as refusal:
        return _show(product_id, refusal=refusal)
    return _go_on(answer)


def _go_on(answer: Answer) -> ResponseReturnValue:
    """Show the next one, and say what was done."""
    following, said = answer.body["next"], answer.body["said"]
    address = url_for("claims.product", product_id=following) if following else url_for("claims.queue")
    if pages.is_fragment():
        response = make_response(_show(following, said=said))
        response.headers["HX-Replace-Url"] = address
        return response
    flash(said, "ok")
    return redirect(address, 303)


def _show(
    product_id: int | None, *, said: str | None = None, refusal: Refusal | None = None
) -> ResponseReturnValue:
    moment = now()
    desk = services.desk(the_actor(), product_id, moment)
    case = desk.chosen
    chosen = case.product.id if case else None
    return pages.show(
        "claims/queue",
        status_of(refusal) if refusal else 200,
        case=case,
        count=desk.count,
        cards=[views.card(one, chosen, moment) for one in desk.waiting],
        unflagged=[one for one in desk.waiting if not one.findings],
        passages=passages(case.product, case.findings) if case else [],
        standing=views.standing(case) if case else None,
        on_air=views.on_air(case, moment) if case else [],
        kind=views.kind(case.product) if case else "",
        picture=picture_url(case.product) if case else None,
        reasons=views.reasons(case) if case else [],
        said=said,
        late=sentence(refusal) if isinstance(refusal, Stale) else None,
        refused=_told(refusal),
        typed=request.form.get("reason", ""),
        key=once.new_key(),
        is_fragment=pages.is_fragment(),
    )


def _told(refusal: Refusal | None) -> list[str]:
    if isinstance(refusal, RuleViolation):
        return [sentence(violation) for violation in refusal.violations]
    return [sentence(refusal)] if isinstance(refusal, BadInput) else []
