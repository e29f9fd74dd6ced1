"""Somebody's own bookings: what comes, what was, cancelling and moving."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("bookings", __name__)

from blueprints.bookings import answering, moving, routes, slips  # noqa: E402, F401  the routes hang themselves into the blueprint
