"""A show while it is live, and after it."""

from __future__ import annotations

from flask_smorest import Blueprint

blueprint = Blueprint("api_running", __name__, description="A show while it is live, and after it")
