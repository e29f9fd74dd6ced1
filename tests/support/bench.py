"""Applications under test: made once per worker and engine, on a database reset for each test."""

from dataclasses import dataclass, field

from flask import Flask

from app import create_app
from services import kept
from tests.support.client import PageClient
from tests.support.engines import Database, disconnect, new_database, settings


@dataclass
class Bench:
    """Keeps one application and one database per engine."""

    _kept: dict[str, tuple[Flask, Database]] = field(default_factory=dict)

    def fresh(self, engine_name: str) -> Flask:
        """The application of this engine, its database as the migrations left it."""
        if engine_name in self._kept:
            app, database = self._kept[engine_name]
            database.reset()
            app.extensions[
                "jufu_answers"
            ].shelf.clear()  # what was made from one database is not for the next
            kept.forget()
            return app
        database = new_database(engine_name)
        app = create_app(settings(database.url))
        app.test_client_class = PageClient
        self._kept[engine_name] = app, database
        return app

    def release(self, app: Flask) -> None:
        """Close the connections that a test may have left open."""
        disconnect(app)

    def clear(self) -> None:
        """Drop the databases."""
        for _, database in self._kept.values():
            database.drop()
