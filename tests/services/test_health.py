"""Whether the house can serve: looked at as often as anybody likes, at no writer's cost."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text

from services import health
from tests.support.statements import statements

READ_ONLY = {"sqlite": "PRAGMA query_only = ON", "postgresql": "SET TRANSACTION READ ONLY"}
Later = Callable[[float], None]


@pytest.fixture(autouse=True)
def head(app: Any, db: Any) -> str:
    health.trusted_until.clear()
    return str(app.config["MIGRATION_HEAD"])


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Moves the clock by which answers are kept."""
    began = health.monotonic()

    def move(seconds: float) -> None:
        monkeypatch.setattr(health, "monotonic", lambda: began + seconds)

    move(0)
    return move


@contextmanager
def read_only(db: Any) -> Iterator[None]:
    """A database that takes no writes meanwhile."""

    def refuse(connection: Any) -> None:
        connection.exec_driver_sql(READ_ONLY[connection.dialect.name])

    event.listen(db.engine, "begin", refuse)
    try:
        yield
    finally:
        event.remove(db.engine, "begin", refuse)
        db.session.rollback()
        db.engine.dispose()


def test_who_looks_each_second_writes_once_in_a_while(db: Any, head: str, later: Later) -> None:
    with statements(db) as asked:
        told = [(later(second), health.trouble(head))[1] for second in range(int(health.TRUSTED))]

    assert told == [None] * 10
    assert sum(statement.startswith("UPDATE") for statement in asked) == 1


def test_a_look_waits_for_no_writer(db: Any, head: str, later: Later) -> None:
    assert health.trouble(head) is None
    later(health.TRUSTED - 1)
    db.session.rollback()

    with db.engine.connect() as writer:
        writer.execution_options(writes=True).execute(text("UPDATE setting SET value = value"))
        assert health.trouble(head) is None
        db.session.rollback()


def test_what_takes_no_writes_any_more_is_told_soon_and_what_does_again_at_once(
    db: Any, head: str, later: Later
) -> None:
    assert health.trouble(head) is None
    later(health.TRUSTED)

    with read_only(db):
        assert [health.trouble(head) for _ in range(2)] == ["database"] * 2
    assert health.trouble(head) is None


def test_tables_of_another_version_are_told_at_once(head: str) -> None:
    assert health.trouble(head) is None

    assert health.trouble("another") == "migrations"
