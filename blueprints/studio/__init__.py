"""The studio: shows and their booths, a merchant's products and pictures."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("studio", __name__)

from blueprints.studio import (  # noqa: E402, F401  the routes
    booths,
    cancelling,
    checklist,
    hosts,
    moving,
    pictures,
    planning,
    product_pictures,
    products,
    samples,
    shows,
    waiting,
)
