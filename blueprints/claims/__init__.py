"""The desk at which staff read what products claim, and the word list that helps them."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("claims", __name__)

from blueprints.claims import reviewing, words  # noqa: E402, F401  the routes
