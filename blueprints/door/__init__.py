"""The door: checking in, the sign beside it, the counter of the rest station, and points."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("door", __name__)

from blueprints.door import counter, presence, records, signs  # noqa: E402, F401  they hang themselves into it
