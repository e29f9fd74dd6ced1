"""Who asks is looked up past the session: the answer is the same, and trouble is told in the same way."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError

from domain.errors import Unavailable
from domain.people import Role
from models.base import HouseSession
from models.glance import BESIDE
from services import acting, login
from tests.support.builders import NOW, create_person

HOURS = timedelta(hours=8)
THREADS = 4
"""Of a process, as gunicorn.conf.py has them."""
END_OTHERS = text(
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgresql)
on_postgresql = pytest.mark.parametrize("engine_name", [POSTGRESQL])


def open_session():
    person = create_person(Role.CAPTAIN, name="黄秀英", captain_of=7, verified_at=NOW)
    return person, login.open_for(person.id, bucket="tests", lifetime=HOURS, now=NOW).token


def test_a_person_is_read_as_the_session_reads_them(db):
    person, token = open_session()

    actor = acting.actor_of_session(token, NOW, demo_allowed=True)

    assert actor == person.as_actor()
    assert isinstance(actor.role, Role)


def test_whoever_watches_the_statements_sees_this_one_too(db):
    _, token = open_session()
    seen = []
    event.listen(db.engine, "before_cursor_execute", note := lambda *given: seen.append(given[2]))

    acting.actor_of_session(token, NOW)

    event.remove(db.engine, "before_cursor_execute", note)
    assert [line.split()[0] for line in seen] == ["SELECT"]


def end_all_connections_but_ours(db):
    db.session.execute(END_OTHERS)
    db.session.rollback()


@on_postgresql
def test_a_connection_that_died_meanwhile_is_nobodys_trouble(db):
    _, token = open_session()
    assert acting.actor_of_session(token, NOW)

    end_all_connections_but_ours(db)

    assert acting.actor_of_session(token, NOW)


@on_postgresql
def test_without_asking_again_it_would_be(db, monkeypatch):
    _, token = open_session()
    assert acting.actor_of_session(token, NOW)
    monkeypatch.setattr(DBAPIError, "connection_invalidated", property(lambda _error: False, lambda *_: None))

    end_all_connections_but_ours(db)

    with pytest.raises(Unavailable):
        acting.actor_of_session(token, NOW)


@on_postgresql
def test_a_session_whose_connection_died_after_its_answer_is_put_away(db):
    db.session.execute(text("SELECT 1"))
    end_from_another_connection(db)

    db.session.remove()

    assert db.session.scalar(text("SELECT 2")) == 2


@on_postgresql
def test_by_sqlalchemys_own_way_it_would_be_trouble(db, monkeypatch):
    monkeypatch.delattr(HouseSession, "close")
    db.session.execute(text("SELECT 1"))
    end_from_another_connection(db)

    with pytest.raises(DBAPIError):
        db.session.remove()


def end_from_another_connection(db):
    with db.engine.connect() as other:
        other.execute(END_OTHERS)


def test_a_database_that_does_not_answer_is_told_as_unavailable(db):
    _, token = open_session()
    trouble = db.engine.dialect.loaded_dbapi.OperationalError("no answer")

    def break_down(*_given):
        raise trouble

    event.listen(db.engine, "before_cursor_execute", break_down)
    with pytest.raises(Unavailable):
        acting.actor_of_session(token, NOW)
    event.remove(db.engine, "before_cursor_execute", break_down)


def test_a_database_that_lets_nobody_in_is_told_as_unavailable(db, monkeypatch):
    _, token = open_session()

    def let_nobody_in(*_given):
        raise db.engine.dialect.loaded_dbapi.OperationalError("the database system is starting up")

    monkeypatch.setattr(Engine, "raw_connection", let_nobody_in)
    with pytest.raises(Unavailable):
        acting.actor_of_session(token, NOW)


@on_postgresql
def test_the_threads_of_a_process_keep_their_connections(db):
    beside = db.engine.get_execution_options()[BESIDE]
    opened = []
    event.listen(beside, "connect", lambda *_: opened.append(1))

    for _ in range(3):
        for held in [beside.raw_connection() for _ in range(THREADS)]:
            held.close()

    assert len(opened) <= THREADS
