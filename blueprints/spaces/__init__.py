"""The spaces: what they are for, when they are free, and booking them."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("spaces", __name__)

# The routes hang themselves into the blueprint.
from blueprints.spaces import booking, find, house_rules, month, registering, routes, waiting  # noqa: E402, F401
