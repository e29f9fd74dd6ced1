"""Routes of what a shop says about itself."""

from __future__ import annotations

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.utils import redirect

from blueprints import once, pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.merchants import blueprint
from blueprints.merchants.forms import EXEMPT, REGISTERED, FactsForm, blame
from blueprints.problems import status_of
from domain.errors import BadInput, RuleViolation, Stale
from domain.merchants.shops import MerchantStatus
from domain.people import Role
from models import Merchant
from services.idempotency import Answer
from services.merchants import onboarding, own_shop


@blueprint.get("/my-shop/facts")
@allow(Role.MERCHANT)
def facts() -> ResponseReturnValue:
    """The form of the shop's data; who founds a shop is most likely who answers for it."""
    actor = the_actor()
    shop = own_shop.own(actor)
    is_new = shop.status is MerchantStatus.DRAFT
    typed = {
        "name": shop.name,
        "address": shop.address,
        "responsible_person": shop.responsible_person or (actor.name if is_new else ""),
        "contact_phone": shop.contact_phone or (actor.phone if is_new else ""),
        "registration": EXEMPT if shop.exempt_reason else REGISTERED,
        "credit_code": shop.credit_code or "",
        "exempt_reason": shop.exempt_reason,
        "version": shop.version,
    }
    return _form(FactsForm(formdata=None, data=typed), shop)


@blueprint.post("/my-shop/facts")
@allow(Role.MERCHANT)
def save_facts() -> ResponseReturnValue:
    """Write the shop's data down; of two people who change it at once the second sees what the first one did."""
    form, shop = FactsForm(), own_shop.own(the_actor())
    was_verified = shop.status is MerchantStatus.VERIFIED
    if not form.validate():
        return _form(form, shop, 422)

    def act() -> Answer:
        saved = onboarding.save_facts(the_actor(), form.facts(), version=form.version.data or 0, now=now())
        anew = was_verified and saved.status is MerchantStatus.SUBMITTED
        return Answer(303, {"location": url_for("merchants.my_shop"), "anew": anew})

    try:
        answer = once.once(act)
    except BadInput as refusal:
        blame(form, refusal)
        return _form(form, shop, status_of(refusal))
    except RuleViolation as refusal:
        for violation in refusal.violations:
            blame(form, violation)
        return _form(form, shop, status_of(refusal))
    except Stale as refusal:
        current = own_shop.own(the_actor())
        form.version.process(None, current.version)
        return _form(form, current, status_of(refusal), is_stale=True)
    flash(_("已保存，工作人员会重新核实。") if answer.body["anew"] else _("已保存。"), "ok")
    return redirect(answer.body["location"], 303)


def _form(
    form: FactsForm, shop: Merchant, status: int = 200, *, is_stale: bool = False
) -> ResponseReturnValue:
    return pages.show(
        "merchants/facts", status, form=form, shop=shop, is_stale=is_stale, idempotency_key=once.new_key()
    )
