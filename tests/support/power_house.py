"""A house on a recorded disk: people book, move, cancel and are refused; after a power cut it is opened again."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import DatabaseError

from app import create_app
from models import RefusedDemand, Space, db
from models.engine import sqlite_module
from services import kept
from tests.support import rundir
from tests.support.builders import between
from tests.support.engines import SqliteDatabase, disconnect, settings
from tests.support.history import disagreements
from tests.support.long_history import Community, community
from tests.support.power_cut import Cut, Files, cuts
from tests.support.race import PREFIX
from tests.support.race_arena import Arena, Racer, house_of, soon
from tests.support.recording_vfs import BESIDE, Log, recording

CHECKPOINT_PAGES = 40
"""After so many pages in the WAL they go to the database, instead of after a thousand: every few bookings."""
RESTART_EVERY, READER_EVERY, READER_STAYS = 17, 11, 5
"""In requests: when all connections are closed, and for how long somebody reads who is in the way of the WAL."""
ANSWERS, RARE = {200, 201, 409}, {422}
"""All of the first come, and sometimes the other: somebody is elsewhere at that time."""
UNPROMISED = {RefusedDemand.__tablename__}
"""What is noted in passing (`models.engine.in_passing`); it may be lost, and nothing else."""
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
DAMAGED = (DatabaseError, sqlite_module.DatabaseError)
NONSENSE = random.Random(1).randbytes(32_768)
"""What the disk may hold of the memory that the WAL shares: it was never told to keep any."""
State = dict[str, bytes]
"""What all rows of each table come to."""


@dataclass(frozen=True)
class Asked:
    """One request, which may be sent again as it was."""

    path: str
    body: dict[str, Any]
    told: dict[str, str]

    def of(self, app: Flask) -> tuple[int, dict[str, Any]]:
        """The status and the body of the answer."""
        answer = app.test_client().post(PREFIX + self.path, json=self.body, headers=self.told)
        return answer.status_code, answer.json or {}


@dataclass
class Lived:
    """Everything that happened to a database, and what it held after each answer."""

    log: Log
    at_first: Files
    states: list[State]
    asked: list[Asked] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    def found(self, points: int, chance: random.Random) -> Iterator[str]:
        """What is wrong after so many power cuts, in words; nothing when all is well."""
        with looked_at_elsewhere() as place:
            for cut in cuts(self.at_first, self.log.events, points, chance):
                for trouble in place.opened(cut, self):
                    yield f"{trouble} (cut after {cut.happened} of {len(self.log.events)}, {cut.whim.mood.name})"


def lived(requests: int, chance: random.Random, *, reading: bool = True) -> Lived:
    """Let people ask for so many things, one after the other, in a house whose every write is recorded.

    `reading` lets somebody look at the same time; without WAL that would make the writers wait.
    """
    database = SqliteDatabase(f"power-{uuid4().hex}")  # others may live by the same chance at the same time
    path = rundir.current() / Path(database.url).name
    try:
        with house_of(database.url) as app, app.app_context():
            people = community(Arena("sqlite", "", app))
            disconnect(app)
        files = {ending: path.with_name(path.name + ending) for ending in BESIDE}
        at_first = {ending: file.read_bytes() for ending, file in files.items() if file.exists()}
        with recording(path) as log:
            app = _recorded(log)
            life = Lived(log, at_first, [_state(app)])
            _live(app, life, _Asking(people, chance), requests, reading)
            return life
    finally:
        database.drop()


def _recorded(log: Log) -> Flask:
    app = create_app(settings(log.url))
    with app.app_context():

        @event.listens_for(db.engine, "connect")
        def go_often_to_the_database(connection: Any, _record: object) -> None:
            connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")

    return app


def _live(app: Flask, life: Lived, asking: _Asking, requests: int, reading: bool) -> None:
    reader: Any = None
    for number in range(1, requests + 1):
        life.statuses.append(asking.one(app))
        life.asked.append(asking.last)
        life.log.answered()
        life.states.append(_state(app))
        if reading and number % READER_EVERY == 0:
            reader = _reader(app)
        elif reader is not None and number % READER_EVERY == READER_STAYS:
            reader = reader.close()
        if number % RESTART_EVERY == 0 and reader is None:
            disconnect(app)
    if reader is not None:
        reader.close()
    assert set(life.statuses) - RARE == ANSWERS, Counter(life.statuses)
    with app.app_context():
        assert disagreements() == []
    disconnect(app)


def _reader(app: Flask) -> Any:
    """A connection in the middle of reading; it ends when the connection is closed."""
    with app.app_context():
        reader: Any = db.engine.raw_connection()
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM booking").fetchall()
    return reader


@dataclass
class _Asking:
    """People who take, move and give back places by the API, and who sometimes want what is taken."""

    people: Community
    chance: random.Random
    known: list[tuple[int, int, Racer]] = field(default_factory=list)
    taken: list[tuple[Space, dict[str, str]]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)
    last: Asked = field(init=False)

    def one(self, app: Flask) -> int:
        """Ask for one thing; returns the status of the answer."""
        word = self.chance.choices(("book", "again", "cancel", "reschedule"), (60, 15, 12, 13))[0]
        if word == "again" and self.taken:
            return self._book(app, *self.chance.choice(self.taken))
        if word in ("book", "again") or not self.known:
            return self._book(app, self.chance.choice(self.people.rooms), self._times())
        number, version, who = self.known.pop(self.chance.randrange(len(self.known)))
        more = {"reason": "另有安排"} if word == "cancel" else self._times()
        status, answer = self._post(app, f"/bookings/{number}/{word}", who, {"version": version, **more})
        if word == "reschedule" and status == 200:
            self.known.append((number, answer["version"], who))
        return status

    def _book(self, app: Flask, room: Space, times: dict[str, str]) -> int:
        who = self.chance.choice(self.people.people)
        body = {"space": room.code, "purpose": "合唱排练", "party_size": 1, **times}
        status, answer = self._post(app, "/bookings", who, body)
        if status == 201:
            self.known.append((answer["id"], answer["version"], who))
            self.taken.append((room, times))
        return status

    def _post(self, app: Flask, path: str, who: Racer, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        told = {"Authorization": f"Bearer {who.token}", "Idempotency-Key": f"power-{next(self.numbers)}"}
        self.last = Asked(path, body, told)
        return self.last.of(app)

    def _times(self) -> dict[str, str]:
        start = 8 + self.chance.randrange(48) / 4
        wish = between(start, start + self.chance.choice((0.5, 1, 2)), day=soon(self.chance.randrange(2, 14)))
        return {"starts_at": wish.starts_at.isoformat(), "ends_at": wish.ends_at.isoformat()}


@dataclass
class Elsewhere:
    """Where what a disk has left is opened by the house."""

    app: Flask
    path: Path

    def opened(self, cut: Cut, life: Lived) -> Iterator[str]:
        """What is wrong with it: damaged, half done, or less than what was answered before the power went.

        Who had no answer yet asks again, under the same key, and is answered as the first time.
        """
        self._lay_out(cut.files)
        try:
            with self.app.app_context():
                trouble = list(self._trouble(cut, life.states))
            yield from trouble
            if not trouble and cut.answers < len(life.asked):
                yield from self._asked_again(cut.answers, life)
        except DAMAGED as error:
            yield f"damaged: {getattr(error, 'orig', error)}"
        finally:
            with suppress(*DAMAGED):
                disconnect(self.app)

    def _trouble(self, cut: Cut, states: list[State]) -> Iterator[str]:
        driver: Any = db.session.connection().connection.driver_connection
        checked = [row[0] for row in driver.execute("PRAGMA integrity_check(3)").fetchall()]
        if checked != ["ok"]:
            yield f"damaged: {'; '.join(checked)}"
            return
        yield from (f"half done: {one}" for one in disagreements())
        state = _rows(driver)
        # What was under way may be there as well, whole: its answer was not given yet.
        if state in states[cut.answers : cut.answers + 2]:
            return
        if state in states:
            yield f"lost: {cut.answers} were answered, it holds {states.index(state)}"
        else:
            due = states[cut.answers]
            differing = [table for table in due if due[table] != state.get(table)]
            yield f"half done: other rows than after any answer in {', '.join(differing)}"

    def _asked_again(self, number: int, life: Lived) -> Iterator[str]:
        was_done = _state(self.app) == life.states[number + 1]
        status, _ = life.asked[number].of(self.app)
        if status != life.statuses[number]:
            yield f"asked again: {status} instead of {life.statuses[number]}"
        if was_done and _state(self.app) != life.states[number + 1]:
            yield "asked again: done twice"
        with self.app.app_context():
            yield from (f"asked again: {one}" for one in disagreements())

    def _lay_out(self, files: Files) -> None:
        kept.forget()  # what is remembered of one database is not so of the next
        for ending in BESIDE:
            file = self.path.with_name(self.path.name + ending)
            file.unlink(missing_ok=True)
            if ending in files:
                file.write_bytes(files[ending])
        self.path.with_name(self.path.name + "-shm").write_bytes(NONSENSE)


@contextmanager
def looked_at_elsewhere() -> Iterator[Elsewhere]:
    """A place of its own on the ordinary file layer."""
    folder = rundir.current() / f"after-{uuid4().hex}"
    folder.mkdir()
    try:
        path = folder / "jufu.sqlite3"
        yield Elsewhere(create_app(settings(f"sqlite:///{path}")), path)
    finally:
        shutil.rmtree(folder)


def _state(app: Flask) -> State:
    with app.app_context():
        pooled = db.engine.raw_connection()
        try:
            return _rows(pooled)
        finally:
            pooled.close()


def _rows(driver: Any) -> State:
    cursor = driver.cursor()
    tables = [name for (name,) in cursor.execute(TABLES).fetchall() if name not in UNPROMISED]
    state = {}
    for table in tables:
        rows = cursor.execute(f'SELECT * FROM "{table}"').fetchall()  # noqa: S608  a name of our own
        state[table] = blake2b(repr(sorted(map(repr, rows))).encode(), digest_size=16).digest()
    cursor.close()
    return state
