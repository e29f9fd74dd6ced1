"""Pages: sales."""

from __future__ import annotations

from flask import Blueprint

from blueprints.access import allow, public, signed_in
from domain.people import Role

blueprint = Blueprint("sales", __name__)


@blueprint.get("/sales")
@allow(Role.MERCHANT)
def mine():
    return ""


@blueprint.get("/sales/imports")
@allow(Role.STAFF)
def imports():
    return ""
