"""Today's board: all spaces on one axis of time."""

from __future__ import annotations

from flask import Blueprint

from blueprints import lanes

blueprint = Blueprint("board", __name__)
blueprint.add_app_template_global(lanes.kind_words, "kind_words")
blueprint.add_app_template_global(lanes.lane_of_blocks, "lane_of_blocks")

from blueprints.board import day_sheet, routes  # noqa: E402, F401  the routes hang themselves into the blueprint
