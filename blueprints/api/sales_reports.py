"""What shows and the community sold."""

from __future__ import annotations

from flask_smorest import Blueprint

blueprint = Blueprint("api_sales_reports", __name__, description="What shows and the community sold")
