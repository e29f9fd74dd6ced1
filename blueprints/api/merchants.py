"""Shops, their people and papers."""

from __future__ import annotations

from flask_smorest import Blueprint

blueprint = Blueprint("api_merchants", __name__, description="Shops, their people and papers")
