"""HTTP: parse, call one service, render a page or its fragment."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang every blueprint into the application."""
    from blueprints import accounts, board, bookings, desk, health, people, sales, spaces, studio

    for area in (health, accounts, board, spaces, bookings, desk, people, studio, sales):
        app.register_blueprint(area.blueprint)

    from blueprints import api

    api.register(app)
