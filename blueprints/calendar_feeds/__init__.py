"""One's own bookings in the calendar of one's phone."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("calendar_feeds", __name__)

from blueprints.calendar_feeds import routes  # noqa: E402, F401  the routes hang themselves into the blueprint
