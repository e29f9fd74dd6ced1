"""The studio: shows and their booths, a merchant's products and pictures."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("studio", __name__)

from blueprints.studio import (  # noqa: E402  the routes
    booths,  # noqa: F401
    cancelling,  # noqa: F401
    checklist,  # noqa: F401
    hosts,  # noqa: F401
    moving,  # noqa: F401
    pictures,  # noqa: F401
    planning,  # noqa: F401
    product_pictures,  # noqa: F401
    products,  # noqa: F401
    samples,  # noqa: F401
    shows,  # noqa: F401
    waiting,  # noqa: F401
)
