"""What waits for a person after an import."""

from __future__ import annotations

from flask_smorest import Blueprint

blueprint = Blueprint("api_sales_inbox", __name__, description="What waits for a person after an import")
