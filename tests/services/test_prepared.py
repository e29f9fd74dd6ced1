"""Statements handed to the driver: the same rows, the same errors and the same witnesses as through SQLAlchemy."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam, delete, event, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from domain.errors import Unavailable
from domain.people import Role
from domain.telling import Audience
from models import AuditEvent, CalendarDay, OutboxMessage, Person, Setting
from models.prepared import Prepared
from models.rows import core, ignoring
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, create_person
from tests.support.statements import statements

PEOPLE = select(Person.id, Person.role, Person.verified_at, Person.captain_of, Person.is_demo)
ONE = PEOPLE.where(Person.id == bindparam("id"), Person.role == Role.CAPTAIN)
MESSAGE = ("audience", "kind", "params", "created_at", "next_try_at", "attempts", "last_error")
TOLD = {"audience": Audience.STAFF, "kind": "tried", "created_at": NOW, "attempts": 0, "last_error": ""}
SET = Prepared(insert(Setting).inline(), ("key", "value"))
LATE = timezone(timedelta(hours=8))
POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgresql)
on_postgresql = pytest.mark.parametrize("engine_name", [POSTGRESQL])


@pytest.fixture(autouse=True)
def of_this_test_alone(monkeypatch):
    """What is prepared here is nothing that the house compiles before its processes part."""
    monkeypatch.setattr("models.prepared._EVERY", [])


@pytest.fixture
def connection(db):
    return core(db.session())


def test_rows_are_what_sqlalchemy_makes_of_them(db):
    captain = create_person(Role.CAPTAIN, captain_of=7, verified_at=NOW)
    connection, asked = core(db.session()), {"id": captain.id}

    (row,) = Prepared(ONE).rows(connection, asked)

    assert row == tuple(connection.execute(ONE, asked).one()) == (captain.id, Role.CAPTAIN, NOW, 7, False)
    assert isinstance(row[1], Role)
    assert Prepared(ONE).first(connection, {"id": 0}) is None


def test_values_are_written_as_sqlalchemy_writes_them(connection):
    new = Prepared(insert(OutboxMessage).returning(OutboxMessage.id), MESSAGE)
    message = TOLD | {"params": {"名": [1, None]}, "next_try_at": datetime(2026, 11, 24, 8, tzinfo=LATE)}

    ((number,),) = new.rows(connection, message)

    columns = [getattr(OutboxMessage, name) for name in MESSAGE]
    written = connection.execute(select(*columns).where(OutboxMessage.id == number)).one()
    assert written._asdict() == message | {"next_try_at": datetime(2026, 11, 24, tzinfo=UTC)}


def test_many_are_written_and_counted_together(connection):
    days = [{"day": date(2026, 12, day), "day_kind": "holiday", "name": "节"} for day in (1, 2, 3)]

    assert Prepared(insert(CalendarDay).inline(), ("day", "day_kind", "name")).write(connection, *days) == 3

    rename = update(CalendarDay).where(CalendarDay.day > bindparam("after"))
    assert Prepared(rename, ("name",)).write(connection, {"after": date(2026, 12, 1), "name": "班"}) == 2


def put_on_paper(connection, *messages):
    """What is stored of messages that were written together, without their numbers."""
    Prepared(insert(OutboxMessage).inline(), MESSAGE).write(connection, *messages)
    columns = [getattr(OutboxMessage, name) for name in MESSAGE]
    rows = connection.execute(select(*columns).order_by(OutboxMessage.id)).all()
    connection.execute(delete(OutboxMessage))
    return [row._asdict() for row in rows]


def test_many_are_written_in_their_order_as_each_would_be_alone(connection):
    several = [
        TOLD | {"params": {"名": ["茶室", None, 1]}, "next_try_at": datetime(2026, 11, 24, 8, tzinfo=LATE)},
        TOLD | {"params": {}, "next_try_at": NOW, "last_error": "“引号”\\ 和 \t"},
    ]

    alone = [row for one in several for row in put_on_paper(connection, one)]

    assert put_on_paper(connection, *several) == alone


def test_of_many_only_those_are_written_and_counted_that_nobody_has(connection):
    fresh = Prepared(lambda dialect: ignoring(dialect, Setting), ("key", "value"))
    SET.write(connection, {"key": "a", "value": 1})

    rows = [{"key": key, "value": 2} for key in ("a", "b", "c", "b")]

    assert fresh.write(connection, *rows) == 2
    stored = dict(connection.execute(select(Setting.key, Setting.value)).all())
    assert stored == {"a": 1, "b": 2, "c": 2}


@on_postgresql
def test_many_go_to_postgresql_in_one_list(connection):
    many = []
    event.listen(connection, "before_cursor_execute", lambda *given: many.append(given[5]))
    rows = [{"key": key, "value": 2} for key in ("a", "b", "c")]

    assert SET.write(connection, *rows) == 3
    assert many == [False]


def test_a_moment_that_says_no_zone_is_refused(connection):
    with pytest.raises(ValueError, match="naive"):
        Prepared(PEOPLE.where(Person.verified_at > bindparam("since"))).rows(
            connection,
            {"since": datetime(2026, 11, 24)},  # noqa: DTZ001  the fault that is looked for
        )


def test_a_broken_constraint_is_told_as_sqlalchemy_tells_it(connection):
    SET.write(connection, {"key": "a", "value": 1})

    with pytest.raises(IntegrityError) as error:
        SET.write(connection, {"key": "a", "value": 2})

    assert isinstance(error.value.orig, connection.dialect.loaded_dbapi.IntegrityError)


def test_trouble_of_the_engine_is_told_as_unavailable(db):
    def break_down(*_given):
        raise db.engine.dialect.loaded_dbapi.OperationalError("no answer")

    def write():
        event.listen(db.engine, "before_cursor_execute", break_down)
        try:
            SET.write(core(db.session()), {"key": "a", "value": 1})
        finally:
            event.remove(db.engine, "before_cursor_execute", break_down)

    with pytest.raises(Unavailable) as error:
        in_transaction(write)

    assert isinstance(error.value.__cause__, OperationalError)


@on_postgresql
def test_a_lost_connection_is_known_as_lost(db):
    connection = core(db.session())
    number = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with db.engine.begin() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": number})

    with pytest.raises(OperationalError) as error:
        SET.write(connection, {"key": "a", "value": 1})

    assert error.value.connection_invalidated
    assert connection.invalidated
    db.session.rollback()
    assert SET.write(core(db.session()), {"key": "a", "value": 1}) == 1


def test_whoever_watches_the_statements_sees_them_too(db):
    connection = core(db.session())
    with statements(db) as seen:
        SET.write(connection, {"key": "a", "value": 1})
        Prepared(PEOPLE).rows(connection, {})

    assert [statement.split()[0] for statement in seen] == ["INSERT", "SELECT"]


def test_what_is_always_the_same_is_made_ready_for_the_driver_once(connection):
    made = Prepared(ONE).compiled_for(connection.dialect)

    assert [(type(value), value) for value in made.fixed.values()] == [(str, "captain")]
    assert made.writers == ()


@pytest.mark.parametrize(
    ("statement", "columns"),
    [
        (PEOPLE.where(Person.id.in_(bindparam("ids", expanding=True))), None),
        (PEOPLE.where(Person.role.in_([Role.STAFF, Role.ADMIN])), None),
        (insert(AuditEvent).inline(), ("at", "action", "object_type", "object_id")),
    ],
    ids=["a list", "a list of its own", "a default"],
)
def test_what_would_be_lost_is_refused(connection, statement, columns):
    with pytest.raises(ValueError, match="prepared"):
        Prepared(statement, columns).rows(connection, {})
