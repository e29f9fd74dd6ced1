"""A show while it is live: the floor director's console, the host's cue card, and what everybody may follow."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("running", __name__)

from blueprints.running import console, following, record, wrap_up  # noqa: E402, F401  the routes
