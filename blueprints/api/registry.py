"""People as admins keep them, and their own data: `/api/v1`."""

from __future__ import annotations

from flask_smorest import Blueprint

blueprint = Blueprint("api_registry", __name__)
