"""Pages: the staff's approval desk, and the day that they run."""

from __future__ import annotations

from flask import Blueprint

from blueprints.queue_list import queue_list

blueprint = Blueprint("desk", __name__)
blueprint.add_app_template_global(queue_list, "queue_list")

from blueprints.desk import batch, closing, deciding, routes, today  # noqa: E402, F401  they hang their routes in
