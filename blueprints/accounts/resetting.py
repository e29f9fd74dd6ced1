"""The way back in for who forgot the password."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import identity
from blueprints.access import public
from blueprints.accounts.forms import ResetForm
from blueprints.accounts.routes import answer_form, blueprint, enter
from blueprints.clock import now
from blueprints.hashing import hashes
from domain.errors import BadInput, TooManyAttempts
from services import login
from services.registry import resetting


@blueprint.get("/reset")
@public
def reset() -> ResponseReturnValue:
    """Phone, PIN and new password in one form."""
    return answer_form("reset", ResetForm(formdata=None))


@blueprint.post("/reset")
@public
@hashes
def set_password() -> ResponseReturnValue:
    """Set the new password and log in with it at once."""
    form = ResetForm()
    if not form.validate_on_submit():
        return answer_form("reset", form)
    try:
        person_id = resetting.redeem(
            form.phone.data,
            form.pin.data,
            form.password.data,
            address=identity.client_address(),
            now=now(),
            demo_allowed=identity.demo_allowed(),
        )
    except (BadInput, TooManyAttempts) as refusal:
        return answer_form("reset", form, refusal)
    enter(login.open_session(person_id, lifetime=identity.session_lifetime(), now=now()))
    flash(_("新密码设好了，您已经登录。下次就用它登录。"), "ok")
    return redirect(url_for("accounts.me"), 303)
