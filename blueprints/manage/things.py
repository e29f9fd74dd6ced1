"""Routes of what belongs to a space: its place in the list, its pictures, its stewards, its door key, its end."""

from __future__ import annotations

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import formats, pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.edge import whole
from blueprints.identity import the_actor
from blueprints.manage import blueprint, views
from blueprints.words import sentence
from domain.errors import BadInput, InTheWay
from domain.people import Role
from services import door, pictures
from services.desk import levels
from services.house import photos, spaces, stewards


@blueprint.post("/spaces/<code>/order")
@allow(Role.ADMIN)
def order(code: str) -> ResponseReturnValue:
    """Move a space one up or down in every list."""
    spaces.shift_in_order(the_actor(), code, up=request.form.get("way") == "up", now=now())
    return pages.go("manage.all_spaces")


@blueprint.post("/spaces/<code>/archive")
@allow(Role.ADMIN)
def archive(code: str) -> ResponseReturnValue:
    """Take a space out of use; what is still booked there is listed instead."""
    actor, moment = the_actor(), now()
    try:
        gone = spaces.archive(actor, code, now=moment)
    except InTheWay as refusal:
        return render_template(
            "manage/booked.html",
            reason=sentence(refusal),
            space=spaces.one(actor, code),
            bookings=spaces.blocks_archiving(actor, code, moment),
            who=views.who,
            stretch=formats.stretch,
        ), 409
    flash(_("“%(name)s”已收起，可以在最下面恢复。", name=gone.name_in(formats.locale_code())), "ok")
    return pages.go("manage.all_spaces")


@blueprint.post("/spaces/<code>/restore")
@allow(Role.ADMIN)
def restore(code: str) -> ResponseReturnValue:
    """Bring an archived space back."""
    back = spaces.restore(the_actor(), code, now=now())
    flash(_("“%(name)s”可以重新预约了。", name=back.name_in(formats.locale_code())), "ok")
    return pages.go("manage.all_spaces")


@blueprint.post("/spaces/<code>/photos")
@allow(Role.ADMIN)
def add_photo(code: str) -> ResponseReturnValue:
    """Put a picture of the space up; it is made small and anonymous first."""
    upload = request.files.get("picture")
    try:
        data = upload.stream.read(pictures.MAX_BYTES + 1) if upload else b""
        photos.add(the_actor(), code, data, now=now())
    except BadInput as refusal:
        flash(sentence(refusal), "error")
        return pages.go("manage.space", code=code)
    flash(_("照片放好了。"), "ok")
    return pages.go("manage.space", code=code)


@blueprint.post("/spaces/<code>/photos/<string(length=64):sha256>/remove")
@allow(Role.ADMIN)
def remove_photo(code: str, sha256: str) -> ResponseReturnValue:
    """Take a picture off."""
    photos.remove(the_actor(), code, sha256, now=now())
    return pages.go("manage.space", code=code)


@blueprint.post("/spaces/<code>/photos/<string(length=64):sha256>/first")
@allow(Role.ADMIN)
def first_photo(code: str, sha256: str) -> ResponseReturnValue:
    """Let a picture be the one on the space's page."""
    photos.put_first(the_actor(), code, sha256, now=now())
    return pages.go("manage.space", code=code)


@blueprint.post("/spaces/<code>/stewards")
@allow(Role.ADMIN)
def name_stewards(code: str) -> ResponseReturnValue:
    """Say who of the staff may see the parties of a private space."""
    ids = request.form.getlist("stewards", type=whole)
    try:
        stewards.name(the_actor(), code, ids, now=now())
    except BadInput as refusal:
        flash(sentence(refusal), "error")
        return pages.go("manage.space", code=code)
    flash(_("专人名单已保存。"), "ok")
    return pages.go("manage.space", code=code)


@blueprint.post("/spaces/<code>/approval")
@allow(Role.ADMIN)
def set_approval(code: str) -> ResponseReturnValue:
    """Say how many yeses a space asks for, and who gives the second."""
    form = request.form
    try:
        levels.set_up(
            the_actor(),
            code,
            form.get("levels", 0, type=whole),
            form.getlist("approvers", type=whole),
            form.getlist("deputies", type=whole),
            form.get("deputy_after_minutes", type=whole),
            now=now(),
        )
    except BadInput as refusal:
        flash(sentence(refusal), "error")
        return pages.go("manage.space", code=code, _anchor="approval")
    flash(_("已保存。"), "ok")
    return pages.go("manage.space", code=code, _anchor="approval")


@blueprint.post("/spaces/<code>/door-key")
@allow(Role.ADMIN)
def renew_door_key(code: str) -> ResponseReturnValue:
    """Make every printed code of this door worthless, and a new one."""
    door.renew_door_key(the_actor(), code, now=now())
    flash(_("门口的二维码已换新，旧的不能再用，请重新打印。"), "ok")
    return pages.go("manage.space", code=code)
