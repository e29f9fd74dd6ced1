"""Routes of a product's further pictures."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.studio import blueprint
from blueprints.words import sentence
from domain.errors import BadInput
from domain.people import Role
from services import pictures
from services.merchants import product_pictures as services


@blueprint.post("/products/<int:product_id>/pictures")
@allow(Role.MERCHANT)
def add_product_picture(product_id: int) -> ResponseReturnValue:
    """Put one more picture of a product up; it is made small and anonymous first."""
    upload = request.files.get("picture")
    try:
        data = upload.stream.read(pictures.MAX_BYTES + 1) if upload else b""
        services.add(the_actor(), product_id, data, now=now())
    except BadInput as refusal:
        flash(sentence(refusal), "error")
    else:
        flash(_("图片放好了。"), "ok")
    return _back(product_id)


@blueprint.post("/products/<int:product_id>/pictures/<string(length=64):sha256>/remove")
@allow(Role.MERCHANT)
def remove_product_picture(product_id: int, sha256: str) -> ResponseReturnValue:
    """Take a picture off."""
    services.remove(the_actor(), product_id, sha256, now=now())
    return _back(product_id)


@blueprint.post("/products/<int:product_id>/pictures/<string(length=64):sha256>/forward")
@allow(Role.MERCHANT)
def move_product_picture(product_id: int, sha256: str) -> ResponseReturnValue:
    """Let a picture change places with the one before it."""
    services.move_forward(the_actor(), product_id, sha256, now=now())
    return _back(product_id)


def _back(product_id: int) -> ResponseReturnValue:
    return pages.go("studio.product", product_id=product_id, _anchor="pictures")
