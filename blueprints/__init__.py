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
        manage,
        people,
        sales,
        series,
        spaces,
        studio,
        waiting,
    )

    public = (health, accounts, board, spaces, bookings, calendar_feeds, waiting, series, studio)
    for area in (*public, desk, door, manage, people, sales):
        app.register_blueprint(area.blueprint)

    from blueprints import api

    api.register(app)
