"""Routes of changing one's own facts."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import pages
from blueprints.access import signed_in
from blueprints.accounts.forms import OwnFactsForm, PhoneForm
from blueprints.accounts.routes import blueprint
from blueprints.clock import now
from blueprints.edge import version_of_form
from blueprints.hashing import hashes
from blueprints.identity import the_actor
from blueprints.problems import status_of
from blueprints.tongue import PageForm
from blueprints.words import sentence
from domain.errors import BadInput, Refusal, Stale, TooManyAttempts
from services import people
from services.registry import own


@blueprint.get("/me/facts")
@signed_in
def facts() -> ResponseReturnValue:
    """Name, salutation, home and phone."""
    return _show()


@blueprint.post("/me/facts")
@signed_in
def change_facts() -> ResponseReturnValue:
    """Change name, salutation and home."""
    form, before = OwnFactsForm(), people.by_id(the_actor().id)
    was_verified = before.verified_at is not None
    try:
        changed = own.change_facts(the_actor(), form.facts(), version=version_of_form(), now=now())
    except Stale as refusal:
        return _show(refusal)
    except BadInput as refusal:
        return _show(refusal, form)
    if was_verified and changed.verified_at is None:
        flash(_("住址改了，请等楼长重新核实。"), "wait")
    else:
        flash(_("资料已保存。"), "ok")
    return redirect(url_for("accounts.me"), 303)


@blueprint.post("/me/phone")
@signed_in
@hashes
def change_phone() -> ResponseReturnValue:
    """Change the number that one logs in with."""
    form = PhoneForm()
    if not form.validate_on_submit():
        return _show(phone=form)
    try:
        own.change_phone(the_actor(), form.phone.data, form.password.data or "", now())
    except (BadInput, TooManyAttempts) as refusal:
        return _show(refusal, phone=form)
    flash(_("手机号改好了，下次用新号码登录。"), "ok")
    return redirect(url_for("accounts.me"), 303)


def _show(
    refusal: Refusal | None = None, form: OwnFactsForm | None = None, *, phone: PhoneForm | None = None
) -> ResponseReturnValue:
    person = people.by_id(the_actor().id)
    on_top = say_at_field(refusal, form or phone) if refusal else None
    return pages.show(
        "accounts/facts",
        status_of(refusal) if refusal else (422 if phone and phone.errors else 200),
        person=person,
        form=form or OwnFactsForm.of(person),
        phone=phone or PhoneForm(formdata=None),
        refused=on_top,
    )


def say_at_field(refusal: Refusal, form: PageForm | None) -> str | None:
    """Put what belongs to a field there, and give back what has to be said on top."""
    if form is not None and isinstance(refusal, BadInput) and refusal.field in form:
        form[refusal.field].errors = [sentence(refusal)]
        return None
    return sentence(refusal)
