"""Routes of the admins' page of shared tablets."""

from __future__ import annotations

from flask import current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from blueprints import identity, pages
from blueprints.access import allow
from blueprints.accounts.routes import kept_preferences
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.problems import status_of
from blueprints.studio.forms import passes
from blueprints.tablet import blueprint
from blueprints.tongue import PageForm
from blueprints.words import sentence
from domain.errors import BadInput
from domain.people import Role
from domain.tablets import MAX_NAME, clean_tablet_name
from services.tablets import devices, pins


class EnrolForm(PageForm):
    """What this tablet is called."""

    name = StringField(_l("平板的名字"), [passes(clean_tablet_name)])


@blueprint.get("/manage/tablets", endpoint="tablets")
@allow(Role.ADMIN)
def all_tablets() -> ResponseReturnValue:
    """The shared tablets, and the form that makes this one another."""
    return _show(EnrolForm(formdata=None))


@blueprint.post("/manage/tablets")
@allow(Role.ADMIN)
def enrol() -> ResponseReturnValue:
    """Share the tablet that this is sent from: it forgets who did it and shows the lock screen."""
    form = EnrolForm()
    if not form.validate():
        return _show(form, 422)
    enrolled = devices.enrol(the_actor(), form.name.data or "", replaces=identity.device_token(), now=now())
    preferences = kept_preferences()
    identity.end_session()
    identity.forget_browser()
    session.update(preferences)
    flash(_("“%(name)s”现在是共用平板了。点头像，输入数字密码就能用。", name=enrolled.device.name), "ok")
    response = current_app.make_response(redirect(url_for("tablet.lock"), 303))
    identity.keep_device(response, enrolled.token)
    return response


@blueprint.post("/manage/tablets/<int:device_id>/rename")
@allow(Role.ADMIN)
def rename(device_id: int) -> ResponseReturnValue:
    """Call a tablet otherwise."""
    typed = request.form.get("name", "")
    try:
        device = devices.rename(the_actor(), device_id, typed, now())
    except BadInput as refusal:
        told = {"id": device_id, "typed": typed, "said": sentence(refusal)}
        return _show(EnrolForm(formdata=None), status_of(refusal), renaming=told)
    flash(_("改好了，现在叫“%(name)s”。", name=device.name), "ok")
    return pages.go("tablet.tablets")


@blueprint.post("/manage/tablets/<int:device_id>/revoke")
@allow(Role.ADMIN)
def revoke(device_id: int) -> ResponseReturnValue:
    """Share a tablet no longer, at once."""
    device = devices.revoke(the_actor(), device_id, now())
    flash(_("“%(name)s”停用了，上面登录的人都退出了。", name=device.name), "ok")
    return pages.go("tablet.tablets")


def _show(
    form: EnrolForm, status: int = 200, *, renaming: dict[str, object] | None = None
) -> ResponseReturnValue:
    actor = the_actor()
    return pages.show(
        "tablet/tablets",
        status,
        form=form,
        tablets=devices.tablets(actor, now()),
        gone=devices.revoked(actor),
        here=identity.shared_device(),
        has_pin=pins.has_pin(actor),
        renaming=renaming or {},
        longest=MAX_NAME,
    )
