"""The fair draw of an oversubscribed show: apply, see the list, follow the draw."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("draws", __name__)

from blueprints.draws import applying, routes  # noqa: E402, F401  the routes
