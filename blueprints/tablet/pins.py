"""Routes of the own PIN."""

from __future__ import annotations

from flask import current_app, flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, PasswordField, ValidationError

from blueprints import pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.hashing import hashes
from blueprints.identity import the_actor
from blueprints.problems import headers_of, status_of
from blueprints.tablet import blueprint
from blueprints.tongue import PageForm
from blueprints.words import sentence
from domain.errors import BadInput, Refusal, TooManyAttempts, Violation
from domain.people import Role
from domain.tablets import clean_pin
from services.tablets import pins


class PinForm(PageForm):
    """The password, and the PIN twice."""

    password = PasswordField(_l("登录密码"))
    pin = PasswordField(_l("新的数字密码"))
    again = PasswordField(_l("再输一次"))

    def validate_again(self, field: Field) -> None:
        """Nobody sees what they type."""
        if clean_pin(self.pin.data or "") != clean_pin(field.data or ""):
            raise ValidationError(sentence(Violation("pin_differs")))


@blueprint.get("/me/pin", endpoint="pin")
@allow(Role.STAFF)
def own_pin() -> ResponseReturnValue:
    """Whether one has a PIN, and the form for another one."""
    return _show(PinForm(formdata=None))


@blueprint.post("/me/pin")
@allow(Role.STAFF)
@hashes
def set_pin() -> ResponseReturnValue:
    """Take this PIN from now on."""
    form = PinForm()
    if not form.validate():
        return _show(form)
    try:
        pins.set_pin(the_actor(), form.password.data or "", form.pin.data or "", now())
    except (BadInput, TooManyAttempts) as refusal:
        return _show(form, refusal)
    flash(_("数字密码设好了。在共用平板上点自己的头像，输入它就能用。"), "ok")
    return pages.go("tablet.pin")


@blueprint.post("/me/pin/remove")
@allow(Role.STAFF)
def remove_pin() -> ResponseReturnValue:
    """Have none any more."""
    pins.remove_pin(the_actor(), now())
    flash(_("数字密码取消了，锁屏上不再有您的头像。"), "ok")
    return pages.go("tablet.pin")


def _show(form: PinForm, refusal: Refusal | None = None) -> ResponseReturnValue:
    status = status_of(refusal) if refusal else (422 if form.errors else 200)
    if isinstance(refusal, BadInput) and refusal.field in form:
        form[refusal.field].errors = [sentence(refusal)]
    elif refusal is not None:
        form.form_errors.append(sentence(refusal))
    response = current_app.make_response(
        pages.show("tablet/pin", status, form=form, has_pin=pins.has_pin(the_actor()))
    )
    if refusal is not None:
        response.headers.update(headers_of(refusal))
    return response
