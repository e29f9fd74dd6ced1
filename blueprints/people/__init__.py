"""Pages: people."""

from __future__ import annotations

from flask import Blueprint

from blueprints.access import allow, public, signed_in
from domain.people import Role

blueprint = Blueprint("people", __name__)


@blueprint.get("/people")
@allow(Role.CAPTAIN, Role.STAFF)
def to_verify():
    return ""
