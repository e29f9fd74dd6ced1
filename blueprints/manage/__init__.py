"""Keeping the house: closures for all staff; spaces, hours, pictures, stewards and the calendar for admins."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("manage", __name__, url_prefix="/manage")

from blueprints.manage import audit, calendar, closing, figures, home, hours, reasons, spaces, things  # noqa: E402, F401  they hang their routes in
