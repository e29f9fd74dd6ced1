"""sales."""

from __future__ import annotations

from flask_smorest import Blueprint

blueprint = Blueprint("api_sales", __name__, description="sales")
