"""Houses to measure in: a community of a given size in a SQLite file of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import flask_migrate
from flask import Flask

from app import create_app
from models import db
from services.seed import large

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
PEOPLE, SPACES, BOOKINGS = 600, 10, 6_000


def settings(file: Path) -> dict[str, object]:
    """The overrides of an application on this file."""
    return {"SQLALCHEMY_DATABASE_URI": f"sqlite:///{file}", "TESTING": True}


@contextmanager
def house(file: Path, lines: int | None = None) -> Iterator[Flask]:
    """An application on this file; with `lines` a new file gets a community with so many lines of sales."""
    os.environ.setdefault("SECRET_KEY", "only-for-measuring-0123456789abcdef")
    app = create_app(settings(file))
    with app.app_context():
        if not file.exists():
            flask_migrate.upgrade()
            if lines:
                size = large.Size(spaces=SPACES, people=PEOPLE, bookings=BOOKINGS, sales=lines)
                large.lay_large(password_hash="-", now=NOW, size=size)  # noqa: S106  nobody signs in
        yield app
        db.session.remove()
        db.engine.dispose()
