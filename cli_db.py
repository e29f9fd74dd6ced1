"""`flask db`: Flask-Migrate and Alembic, loaded where tables are changed and not where pages are served."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask import Flask

from models import db

MIGRATIONS = Path(__file__).parent / "migrations"


class LateSettings:
    """Stands where Flask-Migrate looks for its settings, and has them made when it does."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def __getattr__(self, name: str) -> Any:
        from flask_migrate import Migrate

        Migrate(self._app, db, directory=str(MIGRATIONS), render_as_batch=True)  # puts its own in this place
        return getattr(self._app.extensions["migrate"], name)


class LateGroup(click.Group):
    """Gives its place to the commands of Flask-Migrate when it is called."""

    def make_context(self, *args: Any, **more: Any) -> click.Context:
        """That of the group whose place this keeps."""
        from flask_migrate.cli import db as commands

        return commands.make_context(*args, **more)


def init_app(app: Flask) -> None:
    """Attach the commands, and what `flask_migrate.upgrade()` needs."""
    app.extensions["migrate"] = LateSettings(app)
    app.cli.add_command(LateGroup("db", help="Perform database migrations."))
