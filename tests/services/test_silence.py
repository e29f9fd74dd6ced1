"""Who waits for PostgreSQL waits for as long as it works, and for no longer."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from models import hearing

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.postgresql]
A_MOMENT = 0.05
LONGER = text("SELECT pg_sleep(0.4), 'done'")


@pytest.fixture
def engine_name():
    """SQLite is within the process."""
    return "postgresql"


@pytest.fixture
def engine(db, monkeypatch):
    monkeypatch.setattr(hearing, "SILENT_SECONDS", A_MOMENT)
    db.session.remove()
    return db.engine


def test_a_statement_that_takes_its_time_is_waited_for(engine):
    with engine.connect() as connection:
        assert connection.execute(LONGER).one()[1] == "done"


def test_one_that_the_server_does_not_know_of_is_given_up(engine, monkeypatch):
    monkeypatch.setattr(hearing, "AT_WORK", b"SELECT WHERE $1::int = 0")

    with engine.connect() as connection, pytest.raises(OperationalError) as trouble:
        connection.execute(LONGER)

    assert isinstance(trouble.value.orig, hearing.Silent)
    assert trouble.value.connection_invalidated


def test_a_server_that_takes_nobody_more_is_waited_for(engine, monkeypatch):
    with engine.connect() as connection:
        driver = connection.connection.dbapi_connection
        monkeypatch.setattr(driver, "address", driver.address + b" dbname='is not there'")

        assert connection.execute(LONGER).one()[1] == "done"


def test_one_behind_whom_nobody_listens_any_more_is_given_up(engine, monkeypatch, tmp_path):
    with engine.connect() as connection:
        driver = connection.connection.dbapi_connection
        monkeypatch.setattr(driver, "address", f"host='{tmp_path}'".encode())

        with pytest.raises(OperationalError) as trouble:
            connection.execute(LONGER)

    assert isinstance(trouble.value.orig, hearing.Silent)


def test_the_next_who_connects_to_a_silent_server_is_told_at_once(engine):
    known = hearing.Hearing()
    known.silent()

    with pytest.raises(hearing.Silent):
        known.connect(connect_timeout=2)
