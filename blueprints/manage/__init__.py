"""Keeping the house: closures for all staff; spaces, hours, pictures, stewards and the calendar for admins."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("manage", __name__, url_prefix="/manage")

from blueprints.manage import (  # noqa: E402  they hang their routes in
    audit,  # noqa: F401
    calendar,  # noqa: F401
    closing,  # noqa: F401
    figures,  # noqa: F401
    home,  # noqa: F401
    hours,  # noqa: F401
    reasons,  # noqa: F401
    spaces,  # noqa: F401
    things,  # noqa: F401
)
