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
    return {name: counted(name) for name in Base.metadata.tables}


def counted(table: str) -> int:
    """How many rows it has."""
    with db.engine.connect() as connection:
        rows: int = connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one()  # noqa: S608  # our names
        return rows


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


def test_whoever_waits_for_any_booth_after_a_draw_is_not_in_the_way_down(full: Flask) -> None:
    with db.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE waitlist_entry SET place = NULL"))

    flask_migrate.downgrade(revision="0002")

    assert counted("waitlist_entry") == 0


def test_going_up_twice_changes_nothing(full: Flask) -> None:
    flask_migrate.upgrade()

    assert set(counts().values()) == {1}


def test_the_migrations_write_every_check_of_the_models(full: Flask) -> None:
    assert checks_in_database() == checks_in_models()


def partial_in_database() -> set[str]:
    """The names of the indexes that hold some rows only, as the database has them."""
    found = inspect(db.engine)
    where = f"{db.engine.dialect.name}_where"
    return {
        str(index["name"])
        for name in Base.metadata.tables
        for index in found.get_indexes(name)
        if where in index.get("dialect_options", {})
    }


def partial_in_models() -> set[str]:
    """The same as the models state them."""
    return {
        str(index.name)
        for table in Base.metadata.tables.values()
        for index in table.indexes
        if index.dialect_options[db.engine.dialect.name]["where"] is not None
    }


def test_the_migrations_write_which_rows_are_in_an_index(full: Flask) -> None:
    assert partial_in_database() == partial_in_models()

    flask_migrate.downgrade(revision="0006")
    assert partial_in_models() - partial_in_database() == {
        "ix_booking_series_id_occurrence_day",
        "ix_occupancy_booking_id",
        "ix_occupancy_show_id",
        "ix_occupancy_walk_in_id",
        "ix_outbox_message_decision_id",
    }


def test_sqlite_keeps_what_is_its_own_key_in_one_tree(full: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        return
    in_models = {
        name
        for name, table in Base.metadata.tables.items()
        if not table.dialect_options["sqlite"]["with_rowid"]
    }

    def in_database() -> set[str]:
        options = inspect(db.engine).get_multi_table_options()
        return {str(name) for (_, name), told in options.items() if told.get("sqlite_with_rowid") is False}

    assert in_database() == in_models == {"occupancy", "idempotency_key"}
    flask_migrate.downgrade(revision="0006")
    assert in_database() == set()
    flask_migrate.upgrade()
    assert in_database() == in_models
    assert set(counts().values()) == {1}
