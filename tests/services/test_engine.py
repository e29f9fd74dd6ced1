"""How the engines are opened, seen from a real connection."""

import sqlite3
from contextlib import closing
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from models import Setting
from models import db as database
from models.engine import engine_options, sqlite_module, sqlite_pragmas, wal_is_safe
from tests.support.engines import disconnect

FIXED, AFFECTED = (3, 51, 3), (3, 40, 1)


@pytest.fixture
def engine_name():
    """Only SQLite has anything to say here."""
    return "sqlite"


def pragma(name):
    return database.session.scalar(text(f"PRAGMA {name}"))


def test_sqlite_is_durable_and_keeps_foreign_keys(db):
    assert wal_is_safe(sqlite_module)
    assert (pragma("journal_mode"), pragma("synchronous"), pragma("foreign_keys")) == ("wal", 2, 1)


def test_an_affected_sqlite_falls_back_to_a_rollback_journal():
    assert "journal_mode=WAL" in sqlite_pragmas(SimpleNamespace(sqlite_version_info=FIXED))

    pragmas = sqlite_pragmas(SimpleNamespace(sqlite_version_info=AFFECTED))

    assert pragmas[:2] == ("journal_mode=TRUNCATE", "synchronous=EXTRA")


def test_the_fallback_pragmas_take_effect(tmp_path):
    with sqlite3.connect(tmp_path / "old.sqlite") as connection:
        for setting in sqlite_pragmas(SimpleNamespace(sqlite_version_info=AFFECTED)):
            connection.execute(f"PRAGMA {setting}")

        assert connection.execute("PRAGMA journal_mode").fetchone() == ("truncate",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (3,)


@pytest.fixture
def engine(app):
    with app.app_context():
        yield database.engine
        disconnect(app)


def test_a_writing_transaction_takes_the_write_lock_when_it_begins(engine):
    writing = engine.connect().execution_options(writes=True)
    with writing as writer, writer.begin(), engine.connect() as rival:
        rival.connection.driver_connection.execute("PRAGMA busy_timeout=0")
        with pytest.raises(OperationalError, match="locked"):
            rival.execution_options(writes=True).begin()


def test_a_reading_transaction_neither_waits_nor_makes_wait(engine):
    with engine.connect().execution_options(writes=True) as writer, writer.begin():
        writer.execute(Setting.__table__.insert().values(key="booth_lock_hours", value=1))
        with engine.connect() as reader, reader.begin():
            assert reader.execute(text("SELECT count(*) FROM setting")).scalar() == 0


@pytest.mark.parametrize("value", [None, True])
def test_a_value_that_is_neither_number_nor_text_is_bound_without_a_search(value):
    assert (type(value), sqlite_module.PrepareProtocol) in sqlite_module.adapters

    with closing(sqlite_module.connect(":memory:")) as connection:
        assert connection.execute("SELECT ?", (value,)).fetchone() == (value,)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:"])
def test_a_database_in_memory_can_be_opened_too(url):
    with create_engine(url, **engine_options(url)).connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
