"""Applications and the fair draw."""

from __future__ import annotations

from flask_smorest import Blueprint

blueprint = Blueprint("api_draws", __name__, description="Applications and the fair draw")
