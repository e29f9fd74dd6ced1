"""The migrations go up and down on both engines and end exactly where the models stand."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect, text

from app import create_app
from models.base import Base, db
from tests.support.engines import disconnect, settings, throwaway

pytestmark = pytest.mark.slow


@pytest.fixture
def migrated(engine_name: str) -> Iterator[Flask]:
    """An application on a database of its own, since these tests change the schema."""
    with throwaway(engine_name) as url:
        app = create_app(settings(url))
        with app.app_context():
            yield app
        disconnect(app)


def differences() -> list[object]:
    """What autogenerate would still write into a migration."""
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def tables() -> set[str]:
    """The tables that stand in the database."""
    return set(inspect(db.engine).get_table_names())


def test_the_migrations_build_what_the_models_say(migrated: Flask) -> None:
    assert differences() == []


def test_the_way_down_leaves_nothing_and_the_way_up_works_again(migrated: Flask) -> None:
    flask_migrate.downgrade(revision="base")
    assert tables() == {"alembic_version"}

    flask_migrate.upgrade()
    assert differences() == []


def test_a_forgotten_migration_is_noticed(migrated: Flask) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("DROP TABLE idempotency_key"))

    assert differences() != []


IMPATIENT = {
    "sqlite": {"timeout": 0.02, "isolation_level": None},
    "postgresql": {"options": "-c lock_timeout=300ms"},
}
"""As the house is, in small."""


def test_who_comes_while_another_changes_the_tables_waits_for_it(migrated: Flask, engine_name: str) -> None:
    url = db.engine.url.render_as_string(hide_password=False)
    second = create_app(settings(url, SQLALCHEMY_ENGINE_OPTIONS={"connect_args": IMPATIENT[engine_name]}))

    def upgrade() -> None:
        with second.app_context():
            flask_migrate.upgrade()

    with ThreadPoolExecutor(max_workers=1) as alone:
        with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
            if engine_name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(505)"))
            waits = alone.submit(upgrade)
            threading.Event().wait(0.5)
            assert not waits.done()
        waits.result()
    disconnect(second)
