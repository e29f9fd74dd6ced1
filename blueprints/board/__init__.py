"""Pages: board."""

from __future__ import annotations

from flask import Blueprint

from blueprints.access import allow, public, signed_in
from domain.people import Role

blueprint = Blueprint("board", __name__)


@blueprint.get("/")
@public
def today():
    return ""
