"""Routes of coming in as a merchant: with a new shop, or by the link of one that is there."""

from __future__ import annotations

from flask import current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import identity, pages
from blueprints.access import public
from blueprints.accounts.routes import enter
from blueprints.clock import now
from blueprints.hashing import hashes
from blueprints.merchants import blueprint
from blueprints.merchants.forms import AccountForm, JoinForm, blame
from blueprints.problems import headers_of, status_of
from blueprints.words import sentence
from domain.errors import BadInput, RuleViolation, TooManyAttempts
from domain.people import Actor
from services.merchants import members, onboarding


@blueprint.get("/join/shop")
@public
def join_form() -> ResponseReturnValue:
    """The form of a new merchant; who is logged in as one goes to the own shop."""
    actor = identity.current_actor()
    if actor is not None and actor.is_merchant:
        return redirect(url_for("merchants.my_shop"), 303)
    return pages.show("merchants/join", form=JoinForm(formdata=None), actor_in_the_way=actor)


@blueprint.post("/join/shop")
@public
@hashes
def join() -> ResponseReturnValue:
    """Make account and shop, log in, and show what comes next."""
    form = JoinForm()
    if not form.validate():
        return pages.show("merchants/join", 422, form=form, actor_in_the_way=None)
    try:
        opened = onboarding.join(
            phone=form.phone.data or "",
            name=form.name.data or "",
            password=form.password.data or "",
            shop_name=form.shop_name.data or "",
            address=identity.client_address(),
            lifetime=identity.session_lifetime(),
            now=now(),
        )
    except (BadInput, TooManyAttempts) as refusal:
        return _refused("merchants/join", form, refusal, actor_in_the_way=None)
    enter(opened)
    return redirect(url_for("merchants.my_shop"), 303)


@blueprint.get("/join/shop/<token>")
@public
def invitation(token: str) -> ResponseReturnValue:
    """What a link leads to: joining at once for a merchant without a shop, a new account for who is nobody yet."""
    return _invitation(token, AccountForm(formdata=None))


@blueprint.post("/join/shop/<token>")
@public
@hashes
def accept(token: str) -> ResponseReturnValue:
    """Join the shop, with the account that is logged in or with a new one."""
    actor = identity.current_actor()
    if actor is not None:
        return _accept(actor, token)
    form = AccountForm()
    if not form.validate():
        return _invitation(token, form, 422)
    try:
        opened = members.join(
            token=token,
            phone=form.phone.data or "",
            name=form.name.data or "",
            password=form.password.data or "",
            address=identity.client_address(),
            lifetime=identity.session_lifetime(),
            now=now(),
        )
    except RuleViolation as refusal:
        return _invitation(token, form, status_of(refusal))
    except (BadInput, TooManyAttempts) as refusal:
        shop = members.invitation(token, now=now())
        return _refused("merchants/invitation", form, refusal, shop=shop, token=token, refused=None)
    enter(opened)
    return redirect(url_for("merchants.my_shop"), 303)


def _accept(actor: Actor, token: str) -> ResponseReturnValue:
    try:
        shop = members.accept(actor, token, now=now())
    except RuleViolation as refusal:
        told = sentence(refusal.violations[0])
        return _invitation(token, AccountForm(formdata=None), status_of(refusal), told)
    flash(_("您已加入“%(shop)s”。", shop=shop.name), "ok")
    return pages.go("merchants.my_shop")


def _invitation(
    token: str, form: AccountForm, status: int = 200, refused: str | None = None
) -> ResponseReturnValue:
    try:
        shop = members.invitation(token, now=now())
    except RuleViolation as refusal:
        told = sentence(refusal.violations[0])
        return pages.show(
            "merchants/invitation", status_of(refusal), form=None, shop=None, token=token, refused=told
        )
    return pages.show("merchants/invitation", status, form=form, shop=shop, token=token, refused=refused)


def _refused(
    page: str, form: AccountForm, refusal: BadInput | TooManyAttempts, **more: object
) -> ResponseReturnValue:
    if isinstance(refusal, BadInput):
        blame(form, refusal)
    else:
        form.form_errors.append(sentence(refusal))
    response = current_app.make_response(pages.show(page, status_of(refusal), form=form, **more))
    response.headers.update(headers_of(refusal))
    return response
