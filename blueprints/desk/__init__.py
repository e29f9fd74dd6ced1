"""Pages: the staff's approval desk."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("desk", __name__)

from blueprints.desk import batch, deciding, routes  # noqa: E402, F401  the routes hang themselves into the blueprint
