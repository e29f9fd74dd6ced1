"""shows."""

from __future__ import annotations

from flask_smorest import Blueprint

blueprint = Blueprint("api_shows", __name__, description="shows")
