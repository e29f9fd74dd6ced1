"""Income that merchants report themselves."""

from __future__ import annotations

from flask_smorest import Blueprint

blueprint = Blueprint("api_sales_income", __name__, description="Income that merchants report themselves")
