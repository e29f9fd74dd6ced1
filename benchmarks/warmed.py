"""The house as `flask serve` hands it to its processes: what all of them need is made before they are forked."""

from __future__ import annotations

from flask import Flask

from app import create_app
from blueprints import warming


def house() -> Flask:
    """An application that is warm."""
    app = create_app()
    warming.load_compiled(app.jinja_env)
    warming.warm(app)
    return app
