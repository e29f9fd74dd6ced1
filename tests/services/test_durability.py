"""Which settings of an engine are found wanting, seen from a real connection."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, create_engine, event

from models.engine import engine_options, sqlite_pragmas
from services import durability

FIXED, AFFECTED = (3, 51, 3), (3, 40, 1)


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Connection]:
    """A database that is set by nobody yet."""
    url = f"sqlite:///{tmp_path / 'any.sqlite'}"
    with create_engine(url, **engine_options(url)).connect() as connection:
        yield connection


def found(connection: Connection, *pragmas: str) -> list[str]:
    for pragma in pragmas:
        connection.exec_driver_sql(f"PRAGMA {pragma}")
    return [weakness.code for weakness in durability.of(connection)]


@pytest.mark.parametrize("version", [FIXED, AFFECTED])
def test_what_the_house_asks_of_a_sqlite_is_enough(version: tuple[int, ...], sqlite: Connection) -> None:
    assert found(sqlite, *sqlite_pragmas(SimpleNamespace(sqlite_version_info=version))) == []


@pytest.mark.parametrize(
    ("journal", "synchronous"),
    [
        ("WAL", "OFF"), ("WAL", "NORMAL"), ("TRUNCATE", "OFF"), ("TRUNCATE", "NORMAL"), ("TRUNCATE", "FULL"),
        ("DELETE", "FULL"), ("MEMORY", "EXTRA"), ("OFF", "EXTRA"),
    ],
)  # fmt: skip
def test_less_of_a_sqlite_is_not(journal: str, synchronous: str, sqlite: Connection) -> None:
    pragmas = f"journal_mode={journal}", f"synchronous={synchronous}"

    assert found(sqlite, *pragmas) == ["sqlite_not_durable"]


def test_an_affected_sqlite_may_not_use_wal(sqlite: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durability, "wal_is_safe", lambda: False)

    assert found(sqlite, "journal_mode=WAL", "synchronous=FULL") == ["sqlite_wal_unsafe"]
    assert found(sqlite, "journal_mode=TRUNCATE", "synchronous=EXTRA") == []


def test_one_question_tells_it(db: SQLAlchemy) -> None:
    asked: list[str] = []

    def note(*told: Any) -> None:
        asked.append(told[2])

    db.session.rollback()
    event.listen(db.engine, "before_cursor_execute", note)
    durability.weaknesses()
    event.remove(db.engine, "before_cursor_execute", note)

    assert [text for text in asked if text != "BEGIN"] == asked[-1:]
