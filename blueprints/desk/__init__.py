"""Pages: the staff's approval desk, and the day that they run."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("desk", __name__)

from blueprints.desk import batch, closing, deciding, routes, today  # noqa: E402, F401  they hang their routes in
