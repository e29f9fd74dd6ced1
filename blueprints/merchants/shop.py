"""Routes of the own shop: how far it is and what comes next."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.edge import whole
from blueprints.identity import the_actor
from blueprints.merchants import blueprint, views
from blueprints.merchants.forms import FoundForm, blame
from blueprints.problems import status_of
from blueprints.words import sentence
from domain.errors import BadInput, RuleViolation, Stale
from domain.people import Role
from services.merchants import onboarding, own_shop


@blueprint.get("/my-shop")
@allow(Role.MERCHANT)
def my_shop() -> ResponseReturnValue:
    """The own shop, or how to get one."""
    return show_shop()


@blueprint.post("/my-shop/found")
@allow(Role.MERCHANT)
def found() -> ResponseReturnValue:
    """Found a shop with an account that has none."""
    form = FoundForm()
    if not form.validate():
        return pages.show("merchants/found", 422, form=form)
    try:
        onboarding.found(the_actor(), form.shop_name.data or "", now=now())
    except BadInput as refusal:
        blame(form, refusal)
        return pages.show("merchants/found", status_of(refusal), form=form)
    return pages.go("merchants.my_shop")


@blueprint.post("/my-shop/submit")
@allow(Role.MERCHANT)
def submit() -> ResponseReturnValue:
    """Ask staff to verify the shop."""
    version = request.form.get("version", type=whole) or 0
    try:
        onboarding.submit(the_actor(), version=version, now=now())
    except RuleViolation as refusal:
        return show_shop(status_of(refusal), [sentence(one) for one in refusal.violations])
    except Stale as refusal:
        return show_shop(status_of(refusal), [_("资料刚刚有变动，请看一下现在的情况。")])
    flash(_("已提交，工作人员核实后会告诉您。"), "ok")
    return pages.go("merchants.my_shop")


def show_shop(status: int = 200, refusals: list[str] | None = None) -> ResponseReturnValue:
    """The page of the own shop with what is wrong on top."""
    if not the_actor().merchant_ids:
        return pages.show("merchants/found", status, form=FoundForm(formdata=None))
    home = own_shop.home(the_actor(), now=now())
    return pages.show("merchants/my_shop", status, home=home, refusals=refusals or [], views=views)
