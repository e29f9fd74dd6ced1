"""Statements of a merchant's month."""

from __future__ import annotations

from flask_smorest import Blueprint

blueprint = Blueprint("api_sales_statements", __name__, description="Statements of a merchant's month")
