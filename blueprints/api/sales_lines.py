"""Order lines and why they count for a booth."""

from __future__ import annotations

from flask_smorest import Blueprint

blueprint = Blueprint("api_sales_lines", __name__, description="Order lines and why they count for a booth")
