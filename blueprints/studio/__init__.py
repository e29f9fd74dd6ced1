"""Pages: studio."""

from __future__ import annotations

from flask import Blueprint

from blueprints.access import allow, public, signed_in
from domain.people import Role

blueprint = Blueprint("studio", __name__)


@blueprint.get("/shows")
@public
def shows():
    return ""


@blueprint.get("/products")
@allow(Role.MERCHANT)
def products():
    return ""
