"""The unit of work rolls back unless all went well, and tries again only what was surely undone."""

import os
import threading
from types import SimpleNamespace

import pytest
from sqlalchemy import event, func, insert, select
from sqlalchemy.exc import IntegrityError, OperationalError

from domain.errors import Missing, Unavailable
from models import Setting
from models.prepared import Prepared
from models.rows import adopt, core, filled
from services import unit_of_work
from services.unit_of_work import in_transaction, query, transaction

pytestmark = pytest.mark.usefixtures("db")
SET = Prepared(insert(Setting).inline(), ("key", "value"))


@transaction
def store(session, key, value, trouble=None):
    session.add(Setting(key=key, value=value))
    session.flush()
    if trouble is not None:
        raise trouble


def stored(db):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Setting))


def engine_error(kind=OperationalError, **said):
    class FromTheEngine(Exception):
        sqlstate = said.get("sqlstate")
        sqlite_errorname = said.get("sqlite")

    return kind("INSERT", {}, FromTheEngine())


@pytest.fixture
def hurried(monkeypatch):
    """No pauses between tries, but they are counted."""
    pauses = []
    monkeypatch.setattr(unit_of_work, "time", SimpleNamespace(sleep=pauses.append))
    return pauses


def test_what_went_well_stays(db):
    store("a", 1)

    assert stored(db) == 1


@pytest.mark.parametrize("trouble", [Missing(), ValueError("a bug"), KeyboardInterrupt()])
def test_whatever_goes_wrong_leaves_nothing(db, trouble):
    with pytest.raises(type(trouble)):
        store("a", 1, trouble)

    assert stored(db) == 0


def test_a_service_called_by_another_shares_its_fate(db):
    def both():
        store("a", 1)
        store("b", 2, Missing())

    with pytest.raises(Missing):
        in_transaction(both)

    assert stored(db) == 0


def write_beside(db, key):
    """As the ways of a write do: the session is only told of a row."""
    session = db.session()
    SET.write(core(session), {"key": key, "value": 1})
    return adopt(session, filled(Setting, {"key": key, "value": 1}))


def test_what_the_session_is_only_told_of_stays_too(db):
    made = in_transaction(lambda: write_beside(db, "a"))

    assert stored(db) == 1
    assert db.session.get(Setting, "a") is made


def test_a_session_that_takes_no_part_is_seen_to_keep_nothing(db, monkeypatch):
    monkeypatch.setattr(unit_of_work, "_commit", lambda session, _connection: session.commit())

    in_transaction(lambda: write_beside(db, "a"))

    assert stored(db) == 0


@pytest.mark.parametrize("write", [lambda _db: store("a", 1), lambda db: write_beside(db, "a")])
def test_what_can_not_be_committed_is_known_to_nobody(db, write):
    def break_down(_connection):
        raise engine_error()

    event.listen(db.engine, "commit", break_down)
    try:
        with pytest.raises(Unavailable):
            in_transaction(lambda: write(db))
    finally:
        event.remove(db.engine, "commit", break_down)

    assert stored(db) == 0
    assert db.session.get(Setting, "a") is None


@pytest.mark.parametrize(
    "passing",
    [{"sqlstate": "40001"}, {"sqlstate": "40P01"}, {"sqlstate": "55P03"}, {"sqlite": "SQLITE_BUSY_SNAPSHOT"}],
)
def test_a_passing_trouble_is_tried_again(db, hurried, passing):
    troubles = [engine_error(**passing), engine_error(**passing), None]

    def work():
        store("a", 1, troubles.pop(0))

    in_transaction(work)

    assert (stored(db), len(hurried)) == (1, 2)


def test_after_four_tries_it_says_that_it_is_busy(db, hurried):
    def work():
        raise engine_error(sqlstate="40001")

    with pytest.raises(Unavailable):
        in_transaction(work)

    assert len(hurried) == 3


def test_a_lost_connection_is_not_tried_again_since_nobody_knows_what_happened(db, hurried):
    tries = []

    def work():
        tries.append(1)
        raise engine_error(sqlstate="08006")

    with pytest.raises(Unavailable):
        in_transaction(work)

    assert (len(tries), hurried) == (1, [])


def test_a_broken_constraint_is_a_bug_and_goes_up(db):
    store("a", 1)

    with pytest.raises(IntegrityError):
        store("a", 2)


@query
def read(_session, trouble):
    raise trouble


@pytest.mark.usefixtures("hurried")
def test_a_reading_that_stumbles_inside_a_transaction_lets_all_of_it_be_tried_again(db):
    troubles = [engine_error(sqlstate="40P01"), None]

    def work():
        store("a", 1)
        if trouble := troubles.pop(0):
            read(trouble)

    in_transaction(work)

    assert stored(db) == 1


def test_a_reading_on_its_own_says_that_the_database_is_busy():
    with pytest.raises(Unavailable):
        read(engine_error(sqlstate="40P01"))


def in_line(queue, names, done):
    """Threads that want a turn, each in line before the next one comes."""
    for name in names:

        def take(name=name):
            with queue:
                done.append(name)

        before = len(queue._waiting)  # noqa: SLF001  to know that it stands there
        thread = threading.Thread(target=take)
        thread.start()
        while len(queue._waiting) == before:  # noqa: SLF001  who stands in it
            os.sched_yield()
        yield thread


def test_writers_of_a_process_have_their_turn_in_the_order_in_which_they_came():
    queue, done = unit_of_work._Queue(), []  # noqa: SLF001  the queue itself is tried

    with queue:
        threads = list(in_line(queue, "abcdef", done))
        assert done == []
    for thread in threads:
        thread.join()

    assert done == list("abcdef")


def test_who_waits_too_long_is_told_and_the_next_one_has_the_turn(monkeypatch):
    queue, done = unit_of_work._Queue(), []  # noqa: SLF001  the queue itself is tried
    monkeypatch.setattr(unit_of_work, "PATIENCE", 0)

    with queue, pytest.raises(Unavailable), queue:
        pass
    with queue:
        done.append("next")

    assert done == ["next"]


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_what_fails_gives_its_turn_back(db):
    with pytest.raises(Missing):
        store("a", 1, Missing())

    store("b", 2)

    assert stored(db) == 1
