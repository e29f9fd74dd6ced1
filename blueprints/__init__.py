"""HTTP: parse, call one service, render a page or its fragment."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang every blueprint into the application."""
    from blueprints import (
        accounts,
        api,
        board,
        bookings,
        calendar_feeds,
        claims,
        desk,
        door,
        draws,
        health,
        manage,
        merchants,
        people,
        running,
        sales,
        series,
        spaces,
        studio,
        waiting,
    )

    public = (
        health,
        accounts,
        board,
        spaces,
        bookings,
        calendar_feeds,
        waiting,
        series,
        studio,
        draws,
        running,
    )
    for area in (*public, desk, door, manage, people, sales, merchants, claims):
        app.register_blueprint(area.blueprint)
    api.register(app)
