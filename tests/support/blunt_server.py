"""The application, to which trouble of its database is a bug like any other."""

from flask import Flask

import app
from blueprints import errors
from services import unit_of_work


def create_app() -> Flask:
    """The house's application; nothing is the database's trouble, for those who write and for those who answer."""
    unit_of_work.is_trouble = errors.is_trouble = lambda _error: False
    return app.create_app()
