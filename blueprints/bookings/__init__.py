"""Somebody's own bookings: what comes, what was, cancelling and moving."""

from __future__ import annotations

from flask import Blueprint

from blueprints.words.states import state_of

blueprint = Blueprint("bookings", __name__)
blueprint.add_app_template_global(state_of, "state_of")

from blueprints.bookings import answering, moving, routes, slips  # noqa: E402, F401  the routes hang themselves into the blueprint
