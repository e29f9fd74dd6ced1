"""The way down and up again with rows in every table, on both engines."""

from collections.abc import Iterator

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import CheckConstraint, inspect, text

from app import create_app
from models.base import Base, db
from tests.support.engines import disconnect, settings, throwaway
from tests.support.rows import GOOD, fill

pytestmark = pytest.mark.slow


@pytest.fixture
def full(engine_name: str) -> Iterator[Flask]:
    """A database of its own with a row in every table."""
    with throwaway(engine_name) as url:
        app = create_app(settings(url))
        with app.app_context():
            with db.engine.execution_options(writes=True).begin() as connection:
                fill(connection)
            yield app
        disconnect(app)


def counts() -> dict[str, int]:
    """How many rows each table has."""
    with db.engine.connect() as connection:
        return {
            name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()  # noqa: S608  # our names
            for name in Base.metadata.tables
        }


def checks_in_database() -> set[str]:
    """The names of all CHECK constraints that stand in the database."""
    found = inspect(db.engine)
    return {
        str(check["name"]) for name in Base.metadata.tables for check in found.get_check_constraints(name)
    }


def checks_in_models() -> set[str]:
    """The names of all CHECK constraints that the models state."""
    return {
        str(constraint.name)
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }


def test_every_table_has_a_row_to_lose() -> None:
    assert set(GOOD) == set(Base.metadata.tables)


def test_a_full_database_goes_down_to_nothing_and_up_to_an_empty_one(full: Flask) -> None:
    assert set(counts().values()) == {1}

    flask_migrate.downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}

    flask_migrate.upgrade()
    assert set(counts().values()) == {0}
    with db.engine.execution_options(writes=True).begin() as connection:
        fill(connection)
    assert set(counts().values()) == {1}


def test_what_the_first_release_wrote_is_kept_on_the_way_up(full: Flask) -> None:
    """Rebuilding a table on SQLite must empty no other one that points to it."""
    flask_migrate.downgrade(revision="0001")
    kept = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
    kept |= {"show_run", "rundown_item", "rundown_item_booth"}  # how the booth went on air moves there
    kept |= {"sales_total"}  # made of the sale

    flask_migrate.upgrade()

    assert {name for name, rows in counts().items() if rows} == kept
    with db.engine.connect() as connection:
        found = connection.execute(
            text(
                "SELECT booking.buffer_minutes, space.door_key, open_on FROM booking"
                " JOIN space ON space.id = booking.space_id JOIN opening_hours ON opening_hours.space_id = space.id"
            )
        ).one()
    assert found.buffer_minutes == 15
    assert len(found.door_key) == 16
    assert found.open_on == "weekday"


def test_going_up_twice_changes_nothing(full: Flask) -> None:
    flask_migrate.upgrade()

    assert set(counts().values()) == {1}


def test_the_migrations_write_every_check_of_the_models(full: Flask) -> None:
    assert checks_in_database() == checks_in_models()
