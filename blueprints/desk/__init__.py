"""Pages: desk."""

from __future__ import annotations

from flask import Blueprint

from blueprints.access import allow, public, signed_in
from domain.people import Role

blueprint = Blueprint("desk", __name__)


@blueprint.get("/desk")
@allow(Role.STAFF)
def queue():
    return ""
