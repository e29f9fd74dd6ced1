"""The waiting line as people see it: their place in it, leaving, and answering an offer."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("waiting", __name__)

from blueprints.waiting import routes  # noqa: E402, F401  the routes hang themselves into the blueprint
