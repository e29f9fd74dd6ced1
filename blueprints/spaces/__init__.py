"""The spaces: what they are for, when they are free, and booking them."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("spaces", __name__)

from blueprints.spaces import (, waiting  # noqa: E402, F401  the routes hang themselves into the blueprint
    booking,  # noqa: F401
    find,  # noqa: F401
    month,  # noqa: F401
    registering,  # noqa: F401
    routes,  # noqa: F401
)
