"""Figures of how the house is used: `/api/v1`."""

from __future__ import annotations

from flask_smorest import Blueprint

blueprint = Blueprint("api_reports", __name__)
