"""Today's board: all spaces on one axis of time."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("board", __name__)

from blueprints.board import day_sheet, routes  # noqa: E402, F401  the routes hang themselves into the blueprint
