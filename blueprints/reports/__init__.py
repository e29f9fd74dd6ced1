"""How the house is used: figures, pictures, workbooks, the page of a month."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("reports", __name__)

from blueprints.reports import bookings, routes  # noqa: E402, F401  the routes hang themselves in
