"""Changes of the tables that are killed somewhere in the middle, and what the tables are afterwards."""

from __future__ import annotations

import random
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event

import flask_migrate
from alembic.runtime.migration import MigrationContext
from flask import Flask
from sqlalchemy import text

from app import create_app
from blueprints.clock import now
from models import db
from services import tables
from services.passwords import hash_password
from services.seed.large import Size, lay_large
from tests.support import dying, row_digests
from tests.support.engines import disconnect, settings, throwaway
from tests.support.row_digests import Sum
from tests.support.rows_for_all import fill_the_empty

Columns = Mapping[str, Sequence[str]]
SHAPES = {
    "sqlite": ("SELECT type, name, tbl_name, sql FROM sqlite_master",),
    "postgresql": (
        (
            "SELECT table_name, column_name, data_type, is_nullable, column_default"
            " FROM information_schema.columns WHERE table_schema = 'public'"
        ),
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
        (
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
            " FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
        ),
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal",
        "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    ),
}
"""What tells everything about the tables but their rows."""


@contextmanager
def house(engine: str, bookings: int) -> Iterator[Flask]:
    """A database of its own, with so many bookings and a row in every table; its context is open."""
    with throwaway(engine) as url:
        app = create_app(settings(url))
        with app.app_context():
            if bookings:
                size = Size(people=400, bookings=bookings, sales=bookings // 10)
                lay_large(password_hash=hash_password("nobody logs in"), now=now(), size=size)
            fill_all()
            yield app
            db.session.rollback()
        disconnect(app)


def fill_all(but: Collection[str] = ()) -> None:
    """See to it that every table has a row, or every other than these."""
    with db.engine.execution_options(writes=True).begin() as connection:
        fill_the_empty(connection, but)


@dataclass(frozen=True)
class Look:
    """Which tables there are, and what the rows add up to in the columns that stay."""

    revision: str | None
    shape: frozenset[tuple[object, ...]]
    rows: Mapping[str, Sum]


def look(kept: Columns) -> Look:
    """The database at hand, once nobody else is at it."""
    db.session.rollback()
    _wait_for_the_dead()
    with db.engine.connect() as connection:
        shape = frozenset(
            tuple(map(_in_any_order, row))
            for question in SHAPES[db.engine.dialect.name]
            for row in connection.execute(text(question))
        )
    return Look(tables.revision(), shape, row_digests.as_stored(kept))


def _in_any_order(told: object) -> object:
    """SQLite keeps tables as they were written, constraints in whichever order."""
    return tuple(sorted(line.strip(" \t,") for line in told.splitlines())) if isinstance(told, str) else told


def _wait_for_the_dead() -> None:
    """PostgreSQL hears of a client's death when it next wants to tell it something."""
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    while db.engine.dialect.name == "postgresql":
        db.engine.dispose()
        with db.engine.connect() as connection:
            if connection.scalar(others) == 0:
                return
        Event().wait(0.02)


def go(to: str) -> float:
    """Change the tables; the seconds that it took."""
    began = time.monotonic()
    if to < (tables.revision() or ""):
        flask_migrate.downgrade(revision=to)
    else:
        flask_migrate.upgrade(revision=to)
    db.engine.dispose()
    return time.monotonic() - began


def killed(to: str, within: float, chance: random.Random) -> bool:
    """Begin to, in a process that is killed in these seconds; whether it had not ended before."""
    moment = chance.uniform(0, within)
    return dying.killed_at((MigrationContext, "run_migrations", dying.later(moment)), lambda: go(to))
