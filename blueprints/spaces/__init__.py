"""The spaces: what they are for, when they are free, and booking them."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("spaces", __name__)

from blueprints.spaces import (  # noqa: E402, F401  the routes
    booking,
    find,
    house_rules,
    month,
    registering,
    routes,
    waiting,
)
