"""What was aired before there was a running order becomes that of its show, and comes back on the way down."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import select, text

from app import create_app
from domain.studio.booths import OnAir
from domain.studio.running import SkipReason
from models import RundownItem, RundownItemBooth, ShowRun, db
from tests.support.engines import disconnect, settings, throwaway
from tests.support.rows import ELEVEN, TEN, fill

pytestmark = pytest.mark.slow

BEGAN, ENDED = datetime(2026, 11, 24, 2, tzinfo=UTC), datetime(2026, 11, 24, 3, tzinfo=UTC)


@pytest.fixture
def before(engine_name: str) -> Iterator[Flask]:
    """A database as the second release left it, with one booth."""
    with throwaway(engine_name) as url:
        app = create_app(settings(url))
        with app.app_context():
            with db.engine.execution_options(writes=True).begin() as connection:
                fill(connection)
            flask_migrate.downgrade(revision="0002")
            yield app
        disconnect(app)


def write(**columns: Any) -> None:
    """How the booth went on air, as the second release wrote it down."""
    told = ", ".join(f"{name} = :{name}" for name in columns)
    with db.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text(f"UPDATE booth_slot SET {told}"), columns)  # noqa: S608  # our names


def read(columns: str) -> Any:
    """What the second release would read."""
    with db.engine.connect() as connection:
        return connection.execute(text(f"SELECT {columns} FROM booth_slot")).one()  # noqa: S608  # our names


def test_a_booth_that_was_aired_keeps_its_times(before: Flask) -> None:
    write(on_air="done", actual_started_at=TEN, actual_ended_at=ELEVEN)

    flask_migrate.upgrade()

    item = db.session.scalars(select(RundownItem)).one()
    assert (item.state, item.started_at, item.ended_at) == (OnAir.DONE, BEGAN, ENDED)
    assert (item.planned_starts_at, item.planned_seconds) == (BEGAN, 900)
    assert db.session.scalars(select(RundownItemBooth.booking_id)).all() == [1]
    run = db.session.scalars(select(ShowRun)).one()
    assert (run.started_at, run.ended_at) == (BEGAN, ENDED)


def test_a_booth_that_was_skipped_stays_skipped(before: Flask) -> None:
    write(on_air="skipped", actual_started_at=None, actual_ended_at=None)

    flask_migrate.upgrade()

    item = db.session.scalars(select(RundownItem)).one()
    assert (item.state, item.skip_reason) == (OnAir.SKIPPED, SkipReason.OTHER)


def test_a_booth_that_is_still_to_come_has_no_item(before: Flask) -> None:
    write(on_air="waiting", actual_started_at=None, actual_ended_at=None)

    flask_migrate.upgrade()

    assert db.session.scalars(select(RundownItem)).all() == []
    assert db.session.scalars(select(ShowRun)).all() == []


def test_the_way_down_gives_the_booth_its_times_back(before: Flask) -> None:
    write(on_air="done", actual_started_at=TEN, actual_ended_at=ELEVEN)
    flask_migrate.upgrade()

    flask_migrate.downgrade(revision="0002")

    found = [str(value)[:19] for value in read("on_air, actual_started_at, actual_ended_at")]
    assert found == ["done", TEN[:19], ELEVEN[:19]]


def test_the_way_down_remembers_what_was_skipped(before: Flask) -> None:
    write(on_air="skipped", actual_started_at=None, actual_ended_at=None)
    flask_migrate.upgrade()

    flask_migrate.downgrade(revision="0002")

    assert tuple(read("on_air, actual_started_at")) == ("skipped", None)


def test_new_items_are_numbered_after_the_kept_ones(before: Flask) -> None:
    write(on_air="done", actual_started_at=TEN, actual_ended_at=ELEVEN)
    flask_migrate.upgrade()

    fresh = RundownItem(
        show_id=1, position=2, planned_seconds=900, state=OnAir.DONE, started_at=BEGAN, ended_at=ENDED
    )
    db.session.add(fresh)
    db.session.flush()

    assert fresh.id > 1
    db.session.rollback()
