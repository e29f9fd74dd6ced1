"""Routes of what a shop declares about itself: margin, sales before the programme, its place on the leaderboard."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.merchants.forms import blame
from blueprints.problems import status_of
from blueprints.sales import blueprint
from blueprints.sales.income_forms import StandingForm, declared_now
from domain.errors import BadInput, Stale
from domain.people import Role
from models import Merchant
from services.sales import standing as services


@blueprint.get("/sales/standing")
@allow(Role.MERCHANT)
def standing() -> ResponseReturnValue:
    """What the own shop has declared."""
    return _show(services.own(the_actor()))


@blueprint.post("/sales/standing")
@allow(Role.MERCHANT)
def declare() -> ResponseReturnValue:
    """Declare it."""

    def save(form: StandingForm) -> object:
        return services.declare(
            the_actor(),
            form.declared(),
            on_leaderboard=form.on_leaderboard.data,
            version=form.version.data or 0,
            now=now(),
        )

    return _save(lambda: services.own(the_actor()), save, url_for("sales.mine"))


@blueprint.get("/sales/standing/<int:merchant_id>")
@allow(Role.STAFF)
def standing_of(merchant_id: int) -> ResponseReturnValue:
    """What a shop has declared, for staff."""
    return _show(services.of_shop(the_actor(), merchant_id))


@blueprint.post("/sales/standing/<int:merchant_id>")
@allow(Role.STAFF)
def declare_for(merchant_id: int) -> ResponseReturnValue:
    """Write down what a shop told staff."""

    def save(form: StandingForm) -> object:
        return services.declare_for(
            the_actor(), merchant_id, form.declared(), version=form.version.data or 0, now=now()
        )

    back = url_for("merchants.review_page", merchant_id=merchant_id)
    return _save(lambda: services.of_shop(the_actor(), merchant_id), save, back)


def _save(
    look: Callable[[], Merchant], save: Callable[[StandingForm], object], back: str
) -> ResponseReturnValue:
    form, shop = StandingForm(), look()
    if not form.validate():
        return _show(shop, form, 422)
    try:
        save(form)
    except BadInput as refusal:
        blame(form, refusal)
        return _show(shop, form, status_of(refusal))
    except Stale as refusal:
        shop = look()
        form.version.data = shop.version
        form.form_errors.append(_("店铺资料刚刚有人改过。下面是您填的内容，核对后再保存一次。"))
        return _show(shop, form, status_of(refusal))
    flash(_("已保存。"), "ok")
    return pages.go_to(back)


def _show(shop: Merchant, form: StandingForm | None = None, status: int = 200) -> ResponseReturnValue:
    form = form or StandingForm(formdata=None, data=declared_now(shop))
    return pages.show("sales/standing", status, shop=shop, form=form)
