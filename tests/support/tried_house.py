"""A house that somebody tries: it knows what a request has changed, and comes back to how it was."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import psycopg
from flask import Flask
from psycopg import sql
from sqlalchemy import event
from sqlalchemy.engine import make_url
from werkzeug.test import TestResponse

from domain.people import Actor, Role
from models.base import db
from models.engine import sqlite_module
from services import kept
from services.login import create_token
from services.passwords import hash_password
from tests.support import engines
from tests.support.builders import NOW, create_person
from tests.support.tablets import COOKIE, PIN, create_colleague, create_tablet
from tests.support.visits import PASSWORD, visitor
from tests.support.world import World, build_world, contents

TABLET = "tablet"
"""Who stands before a shared tablet that nobody has taken over."""
Who = Role | str | None


class Memory(Protocol):
    """How a database was, and whether anything was committed since it was last asked."""

    def touched(self) -> bool:
        """Whether somebody else committed a change."""

    def restore(self, tables: set[str]) -> None:
        """Bring these tables back, and the numbers that were taken since."""

    def close(self) -> None:
        """Let go of the database."""


class SqliteMemory:
    """A copy in memory, and the number by which SQLite tells a connection that others changed the file."""

    def __init__(self) -> None:
        self._file = sqlite_module.connect(str(db.engine.url.database), isolation_level=None)
        self._file.execute("PRAGMA synchronous=OFF")  # of the restoring alone
        self._copy = sqlite_module.connect(":memory:")
        self._file.backup(self._copy)
        self._seen = self._version()

    def _version(self) -> int:
        return int(self._file.execute("PRAGMA data_version").fetchone()[0])

    def touched(self) -> bool:
        """See Memory."""
        before, self._seen = self._seen, self._version()
        return before != self._seen

    def restore(self, tables: set[str]) -> None:
        """See Memory; the whole file at once, in which numbers are those of the rows."""
        if not tables:
            return
        self._copy.backup(self._file)
        # A database that was restored must never come to a state that it once had (models/state.py).
        self._file.execute(f"PRAGMA user_version = {secrets.randbits(31)}")
        self._seen = self._version()

    def close(self) -> None:
        """See Memory."""
        self._file.close()


class PostgresMemory:
    """The rows of every table, and whether a transaction that committed had got a number: only writers get one."""

    def __init__(self) -> None:
        url = make_url(str(db.engine.url.render_as_string(hide_password=False))).set(drivername="postgresql")
        self._own = psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)
        self._rows = {
            table.name: engines._dump(self._own, table.name)  # noqa: SLF001  as the databases of tests are put back
            for table in db.metadata.sorted_tables
        }
        taken = self._own.execute("SELECT sequencename, last_value FROM pg_sequences").fetchall()
        self._rewind = sql.SQL("SELECT {}").format(
            sql.SQL(", ").join(
                sql.SQL("setval({}, {}, {})").format(f'"{name}"', last or 1, last is not None)
                for name, last in taken
            )
        )
        self._touched = False
        self._of = db.engine
        event.listen(self._of, "commit", self._commit)

    def _commit(self, connection: Any) -> None:
        cursor = connection.connection.dbapi_connection.cursor()
        number = cursor.execute("SELECT pg_current_xact_id_if_assigned()").fetchone()[0]
        self._touched = self._touched or number is not None

    def touched(self) -> bool:
        """See Memory."""
        before, self._touched = self._touched, False
        return before

    def restore(self, tables: set[str]) -> None:
        """See Memory."""
        with self._own.transaction():
            if tables:
                self._put_back(tables)
            self._own.execute(self._rewind)

    def _put_back(self, tables: set[str]) -> None:
        self._own.execute("SET LOCAL session_replication_role = replica")
        emptied = [sql.SQL("DELETE FROM {}").format(sql.Identifier(table)) for table in tables]
        self._own.execute(sql.SQL("; ").join(emptied))  # asked once: a history is put back thousands of times
        for table in tables:
            if self._rows[table]:
                engines._load(self._own, table, self._rows[table])  # noqa: SLF001  the same

    def close(self) -> None:
        """See Memory."""
        event.remove(self._of, "commit", self._commit)
        self._own.close()


def remembered() -> Memory:
    """How the database at hand is now."""
    db.session.remove()
    return SqliteMemory() if db.engine.dialect.name == "sqlite" else PostgresMemory()


@dataclass
class Tracebacks(logging.Handler):
    """Hears what the house writes into its log when something breaks."""

    heard: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(logging.ERROR)

    def __hash__(self) -> int:
        return id(self)

    def emit(self, record: logging.LogRecord) -> None:
        """See logging."""
        error = record.exc_info[1] if record.exc_info else None
        self.heard.append(f"{record.getMessage()}: {error!r}"[:400])


@dataclass
class TriedHouse:
    """One of everything, the browsers and programs of everybody, and a database that forgets."""

    app: Flask
    world: World
    memory: Memory
    log: Tracebacks
    cookies: dict[Who, dict[str, str]]
    tokens: dict[Who, str]
    before: dict[str, list[str]]
    actors: dict[Role, Actor]
    keys: dict[str, list[tuple[str, str]]]
    """With what one gets in by the log-in and by the lock of the tablet."""

    def ask(self, who: Who, address: str, **more: Any) -> TestResponse:
        """One request, with cookies at the pages and with a token at the API."""
        own = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies[who].items())}
        if address.startswith("/api/") and who in self.tokens:
            own = {"Authorization": f"Bearer {self.tokens[who]}"}
        client = self.app.test_client(use_cookies=False)
        return client.open(address, headers=own | (more.pop("headers", None) or {}), **more)

    def changes(self) -> dict[str, tuple[set[str], set[str]]]:
        """By table the rows that went and those that came since the house was built."""
        if not self.memory.touched():
            return {}
        after = contents()
        return {
            name: (set(rows) - set(after[name]), set(after[name]) - set(rows))
            for name, rows in self.before.items()
            if rows != after[name]
        }

    def restore(self, tables: set[str]) -> None:
        """Let nothing have happened in these tables; a refusal has changed none, and may have taken numbers."""
        self.memory.restore(tables)
        if tables:
            self.app.extensions["jufu_answers"].shelf.clear()
            kept.forget()


def build_house(app: Flask) -> TriedHouse:
    """Build it, inside the application's context."""
    world = build_world()
    member, colleague = create_person(password_hash=hash_password(PASSWORD)), create_colleague(Role.STAFF)
    keys = {
        "accounts.check_log_in": [("phone", str(member.phone)), ("password", PASSWORD)],
        "tablet.unlock": [("person_id", str(colleague.id)), ("pin", PIN)],
    }
    tablet = create_tablet(world.people[Role.ADMIN].as_actor(), name="后门平板").token
    cookies: dict[Who, dict[str, str]] = {None: {}, TABLET: {COOKIE: tablet}}
    tokens: dict[Who, str] = {}
    for role, person in world.people.items():
        held = visitor(app, person).get_cookie(app.config["SESSION_COOKIE_NAME"])
        assert held is not None
        cookies[role] = {held.key: held.value}
        tokens[role] = create_token(str(person.phone), label="", now=NOW)
    actors = {role: person.as_actor() for role, person in world.people.items()}
    return TriedHouse(app, world, remembered(), Tracebacks(), cookies, tokens, contents(), actors, keys)


@contextmanager
def opened(house: TriedHouse) -> Iterator[TriedHouse]:
    """Let people try it; forms come through without their token, which is another test's (test_csrf.py)."""
    house.app.config["WTF_CSRF_ENABLED"] = False
    logging.getLogger().addHandler(house.log)
    house.log.heard.clear()
    try:
        with house.app.app_context():
            yield house
            db.session.remove()
            house.restore(set(house.changes()))
    finally:
        house.app.config["WTF_CSRF_ENABLED"] = True
        logging.getLogger().removeHandler(house.log)
