"""Connections to PostgreSQL: what they have learned they keep, and one that died is nobody's trouble."""

from contextlib import ExitStack

import pytest
from sqlalchemy import bindparam, event, select, text
from sqlalchemy.exc import OperationalError

from domain.errors import Unavailable
from models import Setting
from models.engine import has_hung_up
from models.glance import beside
from models.prepared import Prepared
from services import rehearsing
from services.unit_of_work import query, transaction
from tests.support.builders import NOW, create_space

pytestmark = pytest.mark.usefixtures("db")
THREADS = 3
KNOWN = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%setting%'")
END_OTHERS = text(
    "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid, 60000)) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture
def engine_name():
    """SQLite keeps its connections within the process."""
    return "postgresql"


@pytest.fixture
def engine(db):
    db.session.remove()
    return db.engine


@pytest.fixture
def asked(monkeypatch):
    monkeypatch.setattr("models.prepared._EVERY", [])
    return Prepared(select(Setting.value).where(Setting.key == bindparam("key")))


def known_after_a_rollback(engine, asked):
    with engine.connect() as connection:
        begun = connection.begin()
        asked.rows(connection, {"key": "a"})
        begun.rollback()
        return connection.execute(KNOWN).scalar_one()


def test_what_is_prepared_outlives_a_rollback(engine, asked):
    assert known_after_a_rollback(engine, asked) == 1


def test_by_the_drivers_own_way_it_is_forgotten(engine, asked):
    engine.dispose()
    with engine.connect() as connection:
        del connection.connection.driver_connection._prepared.clear  # noqa: SLF001  ours, in front of its own

    assert known_after_a_rollback(engine, asked) == 0
    engine.dispose()


def die(engine):
    """End what lies in the pool, one connection at least, and wait until it has said so."""
    engine.raw_connection().close()
    with beside(engine).connect() as other:
        assert other.execute(END_OTHERS).scalar_one() > 0


def test_a_connection_that_died_in_the_pool_is_noticed_without_a_question(engine):
    die(engine)
    said = []
    event.listen(engine, "before_cursor_execute", note := lambda *given: said.append(given[2]))

    with engine.connect() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1

    event.remove(engine, "before_cursor_execute", note)
    assert said == ["SELECT 1"]


@pytest.mark.mutant
def test_negative_control_without_a_look_it_is_trouble(engine, monkeypatch):
    monkeypatch.setattr("models.engine.has_hung_up", lambda _connection: False)
    die(engine)

    with pytest.raises(OperationalError), engine.connect() as connection:
        connection.execute(text("SELECT 1"))


def test_one_that_was_closed_here_or_is_silent_is_told_apart(engine):
    pooled = engine.raw_connection()
    driver = pooled.driver_connection
    assert not has_hung_up(driver)
    driver.close()
    assert has_hung_up(driver)
    pooled.invalidate()


def opened(engine, threads):
    """How many connections have to be begun for so many threads at once."""
    begun = []
    for one in (engine, beside(engine)):
        event.listen(one, "connect", lambda *_: begun.append(1))
    with ExitStack() as held:
        for _ in range(threads):
            for one in (engine, beside(engine)):
                held.callback(one.raw_connection().close)
    return len(begun)


def test_a_process_that_has_begun_knows_its_connections(engine):
    create_space()
    engine.dispose()

    rehearsing.open_connections(THREADS, NOW)

    assert opened(engine, THREADS) == 0


def test_else_who_comes_first_begins_them(engine):
    engine.dispose()

    assert opened(engine, THREADS) == 2 * THREADS


@pytest.mark.parametrize("run", [query, transaction])
def test_a_transaction_that_stood_still_for_too_long_is_trouble_and_no_bug(engine, run):
    gone = text("SELECT count(*) FROM pg_stat_activity WHERE pid = :pid")

    @run
    def stands_still(session):
        pid = session.scalar(text("SELECT pg_backend_pid()"))
        session.execute(text("SET LOCAL idle_in_transaction_session_timeout = '50ms'"))
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as other:
            while other.scalar(gone, {"pid": pid}):
                pass
        session.execute(text("SELECT 1"))

    with pytest.raises(Unavailable):
        stands_still()
