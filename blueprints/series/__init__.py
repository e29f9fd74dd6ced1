"""Series: planning one, and what became of its dates."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("series", __name__)

from blueprints.series import planning, routes  # noqa: E402, F401  the routes hang themselves into the blueprint
