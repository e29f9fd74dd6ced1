"""The inbox and what reaches whom how: `/api/v1`."""

from __future__ import annotations

from flask_smorest import Blueprint

blueprint = Blueprint("api_telling", __name__)
