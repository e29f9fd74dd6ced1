"""The inbox, what reaches whom how, bots, deliveries and templates."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("telling", __name__)

from blueprints.telling import bots, channels, deliveries, inbox, words  # noqa: E402, F401  they hang themselves in
