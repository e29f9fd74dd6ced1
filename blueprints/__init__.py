"""HTTP: parse, call one service, render a page or its fragment."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

AREAS = (
    "health",
    "shell",
    "accounts",
    "board",
    "spaces",
    "bookings",
    "calendar_feeds",
    "waiting",
    "series",
    "studio",
    "draws",
    "running",
    "desk",
    "door",
    "manage",
    "people",
    "sales",
    "merchants",
    "claims",
    "tablet",
    "telling",
    "reports",
)


def register(app: Flask) -> None:
    """Hang every blueprint into the application."""
    for area in AREAS:
        app.register_blueprint(import_module(f"blueprints.{area}").blueprint)
    from blueprints import api  # it needs the pages' areas to be there

    api.register(app)
