"""Who waits for PostgreSQL waits for as long as it works, and for no longer."""

import os
import signal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from models import hearing

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.postgresql]
A_MOMENT, MINUTES = 0.2, 300.0
NEVER_AT_WORK = b"SELECT WHERE $1::int = 0"
MANY = 60_000
LONGER = text("SELECT pg_sleep(1), 'done'")
MUCH_LONGER = text("SELECT pg_sleep(60)")
LARGE = 50_000_000
LENGTH = text("SELECT length(CAST(:given AS text))")


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
    monkeypatch.setattr(hearing, "AT_WORK", NEVER_AT_WORK)

    with engine.connect() as connection, pytest.raises(OperationalError) as trouble:
        connection.execute(MUCH_LONGER)

    assert isinstance(trouble.value.orig, hearing.Silent)
    assert trouble.value.connection_invalidated


def looked_at(monkeypatch, *looks):
    """The server says so of its work, at one look after the other; of later ones that it is at work."""
    left = list(looks)
    monkeypatch.setattr(
        hearing.AttentiveConnection, "_is_at_work", lambda _self: left.pop(0) if left else True
    )
    return left


def test_one_that_has_not_begun_is_looked_at_once_more(engine, monkeypatch):
    monkeypatch.setattr(hearing, "BEGUN_SECONDS", A_MOMENT / 4)  # long before the statement is done
    left = looked_at(monkeypatch, False, True)

    with engine.connect() as connection:
        assert connection.execute(LONGER).one()[1] == "done"

    assert left == []


def test_and_not_a_third_time(engine, monkeypatch):
    looked_at(monkeypatch, False, False)

    with engine.connect() as connection, pytest.raises(OperationalError) as trouble:
        connection.execute(MUCH_LONGER)

    assert isinstance(trouble.value.orig, hearing.Silent)


def test_of_a_server_that_was_just_silent_nobody_asks(engine, monkeypatch):
    monkeypatch.setattr(hearing, "REST_SECONDS", MINUTES)
    with engine.connect() as connection:
        driver = connection.connection.dbapi_connection
        monkeypatch.setattr(driver, "hearing", known := hearing.Hearing())
        known.silent()

        with pytest.raises(OperationalError) as trouble:
            connection.execute(MUCH_LONGER)

    assert isinstance(trouble.value.orig, hearing.Silent)


def many_statements_together(engine):
    """They take longer than anybody waits in silence, as the mutant below shows."""
    with engine.connect() as connection, connection.connection.cursor() as cursor:
        cursor.executemany("SELECT %s::int", [(number,) for number in range(MANY)])
        return cursor.rowcount


def test_many_statements_together_are_waited_for_while_answers_come(engine, monkeypatch):
    monkeypatch.setattr(hearing, "AT_WORK", NEVER_AT_WORK)

    assert many_statements_together(engine) == MANY


@pytest.mark.mutant
def test_were_nobody_to_notice_the_answers_they_would_not_be(engine, monkeypatch):
    looked_at(monkeypatch, False, False)
    monkeypatch.setattr(hearing.Progress, "since_last_asked", lambda self: False)
    monkeypatch.setattr(hearing, "is_readable", lambda _line, _seconds: False)  # an answer may come just then

    with pytest.raises(hearing.Silent):
        many_statements_together(engine)


def test_a_large_statement_is_waited_for_while_the_server_does_not_take_it_in(engine, monkeypatch):
    with engine.connect() as connection:
        server = connection.connection.dbapi_connection.pgconn.backend_pid
        looks = []

        def look(_self):
            looks.append(os.kill(server, signal.SIGCONT))
            return True

        monkeypatch.setattr(hearing.AttentiveConnection, "_is_at_work", look)
        connection.execute(text("SELECT 1"))
        os.kill(server, signal.SIGSTOP)
        try:
            assert connection.scalar(LENGTH, {"given": "x" * LARGE}) == LARGE
        finally:
            os.kill(server, signal.SIGCONT)

    assert looks


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
            connection.execute(MUCH_LONGER)

    assert isinstance(trouble.value.orig, hearing.Silent)


def test_the_next_who_connects_to_a_silent_server_is_told_at_once(engine, monkeypatch):
    monkeypatch.setattr(hearing, "REST_SECONDS", MINUTES)
    known = hearing.Hearing()
    known.silent()

    with pytest.raises(hearing.Silent):
        known.connect(connect_timeout=2)
