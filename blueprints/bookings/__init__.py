"""Pages: bookings."""

from __future__ import annotations

from flask import Blueprint

from blueprints.access import allow, public, signed_in
from domain.people import Role

blueprint = Blueprint("bookings", __name__)


@blueprint.get("/bookings")
@signed_in
def mine():
    return ""
