"""HTTP: parse, call one service, render a page or its fragment."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang every blueprint into the application."""
    from blueprints import (
        accounts,
        board,
        bookings,
        calendar_feeds,
        desk,
        door,
        health,
        people,
        sales,
        spaces,
        studio,
        waiting,
    )

    for area in (health, accounts, board, spaces, bookings, calendar_feeds, desk, door, people, studio, sales, waiting):
        app.register_blueprint(area.blueprint)

    from blueprints import api

    api.register(app)
