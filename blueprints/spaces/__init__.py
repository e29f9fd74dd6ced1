"""Pages: spaces."""

from __future__ import annotations

from flask import Blueprint

from blueprints.access import allow, public, signed_in
from domain.people import Role

blueprint = Blueprint("spaces", __name__)


@blueprint.get("/spaces")
@public
def index():
    return ""
