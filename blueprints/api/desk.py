"""Deciding beyond the contract: `/api/v1`."""

from __future__ import annotations

from flask_smorest import Blueprint

blueprint = Blueprint("api_desk", __name__)
