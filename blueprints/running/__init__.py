"""A show while it is live, and after it: console, cue card, now/next, wrapping up."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("running", __name__)

from blueprints.running import record, wrap_up  # noqa: E402, F401  the routes
