"""The house's application, with a SQLite that does not wait for the disk as long as it should."""

from flask import Flask

import app
from models import engine

asked = engine.sqlite_pragmas


def hasty() -> tuple[str, ...]:
    """What the house asks of a connection, and one thing less."""
    return (*asked(), "synchronous=NORMAL")


def create_app() -> Flask:
    """The application; `models.engine` is as it is until then."""
    engine.sqlite_pragmas = hasty  # type: ignore[assignment]  # a mutant of it
    return app.create_app()
