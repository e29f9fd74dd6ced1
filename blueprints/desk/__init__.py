"""Pages: the staff's approval desk, and the day that they run."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("desk", __name__)

from blueprints.desk import (  # noqa: E402  the routes hang themselves into the blueprint
    batch,  # noqa: F401
    closing,  # noqa: F401
    deciding,  # noqa: F401
    routes,  # noqa: F401
    today,  # noqa: F401
)
