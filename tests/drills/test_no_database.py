"""The database is read-only, stands still, is out of reach or taken: everybody is told so soon, and it passes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from models import db
from tests.races.conftest import ENGINES
from tests.support import rundir, troubled_server
from tests.support.bad_days import CREATED, SLOWEST, Heard, Visitor, visitor
from tests.support.crashes import Crashing, crashing, losses
from tests.support.drilling import Drill
from tests.support.own_postgres import own_postgres
from tests.support.stuck_way import way_to

SECONDS, A_SUITES, IN_A_ROW = 30, 1, 5
BACK_AGAIN, BEGUN_AT_LAST = 5.0, 120.0
TROUBLED = "tests.support.troubled_server:create_app()"
BLUNT = "tests.support.blunt_server:create_app()"
SHORT = SLOWEST + 0.5
"""Seconds after which somebody goes who is told nothing by a house that waits for ever."""


@dataclass
class Trouble:
    """What a database may have."""

    house: Crashing
    begin: Callable[[], object]
    end: Callable[[], object]
    reads_go_on: bool = False
    bury: Callable[[], object] = lambda: None
    """Give free what it holds for those who are gone, for which a drill in full size waits."""


@contextmanager
def read_only(folder: Path, monkeypatch: pytest.MonkeyPatch, application: str = "") -> Iterator[Trouble]:
    """A PostgreSQL that was told to take no writes."""
    with own_postgres() as server, psycopg.connect(server.url, autocommit=True) as operator:

        def say(change: bytes) -> None:
            operator.execute(b"ALTER SYSTEM " + change)
            operator.execute("SELECT pg_reload_conf()")

        with of_its_own(server.url, application) as house:
            yield Trouble(
                house,
                lambda: say(b"SET default_transaction_read_only = on"),
                lambda: say(b"RESET default_transaction_read_only"),
                reads_go_on=True,
            )


@contextmanager
def stopped(folder: Path, monkeypatch: pytest.MonkeyPatch, application: str = "") -> Iterator[Trouble]:
    """A PostgreSQL whose processes stand still."""
    with own_postgres() as server, of_its_own(server.url, application) as house:
        yield Trouble(house, server.hold, server.go_on)


@contextmanager
def half_open(folder: Path, monkeypatch: pytest.MonkeyPatch, application: str = "") -> Iterator[Trouble]:
    """A PostgreSQL to which nothing comes through any more, though nobody has hung up."""
    with (
        own_postgres() as server,
        way_to(server) as (way, url),
        crashing("postgresql", application or "app:create_app()", url) as house,
    ):
        yield Trouble(house, way.stop, way.go_on, bury=way.bury)


@contextmanager
def of_its_own(url: str, application: str) -> Iterator[Crashing]:
    """A house on a server that was started for it."""
    with crashing("postgresql", application or "app:create_app()", url) as house:
        yield house


@contextmanager
def by_a_file(engine: str, name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trouble]:
    """What the application does to its own connections while a file is there."""
    sign = folder / f"sign-{uuid4().hex[:8]}"
    monkeypatch.setenv(name, str(sign))
    with crashing(engine, TROUBLED) as house:
        yield Trouble(house, sign.touch, sign.unlink, reads_go_on=name == troubled_server.READ_ONLY)


@dataclass
class Seen:
    """What was heard while there was trouble, and how long it lasted beyond its end."""

    reads_go_on: bool
    written: list[Heard] = field(default_factory=list)
    read: list[Heard] = field(default_factory=list)
    back: float = 0.0

    def complaints(self) -> Iterator[str]:
        """What was not as promised."""
        for one in self.written if self.reads_go_on else (*self.written, *self.read):
            yield from one.complaints()
        if self.reads_go_on:
            yield from (f"a reader was answered {one.status}" for one in self.read if one.status != 200)

    @property
    def slowest(self) -> float:
        """Seconds until the last was told no."""
        return max(one.seconds for one in (*self.written, *self.read))


def live(
    trouble: Trouble, seconds: float, patience: float = 30.0, *, waits: bool = False
) -> tuple[Seen, list[str]]:
    """Let many write while trouble begins and ends; what was seen, and what was lost."""
    seen, who = Seen(trouble.reads_go_on), visitor(trouble.house.arena)
    who.patience = patience

    def crash() -> None:
        trouble.begin()
        try:
            _ask_in_vain(who, seen, seconds)
        finally:
            trouble.end()
        seen.back = who.books_again_after()
        if not waits:
            trouble.bury()
        db.session.remove()
        db.engine.dispose()  # those of the test may be stuck, too

    lived = trouble.house.live(1, crash)
    return seen, [*losses(lived), *who.lost()]


def _ask_in_vain(who: Visitor, seen: Seen, seconds: float) -> None:
    give_up, refused = time.monotonic() + BEGUN_AT_LAST, 0
    while refused < IN_A_ROW:
        # What was asked before the trouble began may still be answered, and not every process meets it at once.
        assert time.monotonic() < give_up, "no trouble came"
        refused = 0 if who.books().status == CREATED else refused + 1
    until = time.monotonic() + seconds
    while time.monotonic() < until or not seen.written:
        seen.written.append(who.books())
        seen.read.append(who.reads())


def tell(drill: Drill, seen: Seen) -> None:
    drill.tell("told to come again", len(seen.written))
    drill.tell("acknowledged and lost", 0)
    drill.at_most("slowest no", seen.slowest, SLOWEST)
    drill.at_most("takes bookings again after", seen.back, BACK_AGAIN)


@pytest.mark.drill("bad days")
@pytest.mark.postgresql
@pytest.mark.parametrize("what", [read_only, stopped, half_open])
def test_a_house_whose_postgresql_does_not_answer_says_so(what, drill, monkeypatch) -> None:
    with what(rundir.current(), monkeypatch) as trouble:
        seen, lost = live(trouble, drill.size(SECONDS, tenth=A_SUITES), waits=drill.full)

        assert list(seen.complaints()) == []
        assert lost == []
    tell(drill, seen)


@pytest.mark.drill("bad days")
@pytest.mark.parametrize("engine", ENGINES)
def test_a_house_whose_connections_are_all_taken_says_so(engine, drill, monkeypatch) -> None:
    with by_a_file(engine, troubled_server.HOARDS, rundir.current(), monkeypatch) as trouble:
        seen, lost = live(trouble, drill.size(SECONDS, tenth=A_SUITES))

        assert list(seen.complaints()) == []
        assert lost == []
    tell(drill, seen)


@pytest.mark.drill("bad days")
def test_a_house_whose_sqlite_takes_no_writes_says_so(drill, monkeypatch) -> None:
    with by_a_file("sqlite", troubled_server.READ_ONLY, rundir.current(), monkeypatch) as trouble:
        seen, lost = live(trouble, drill.size(SECONDS, tenth=A_SUITES))

        assert list(seen.complaints()) == []
        assert lost == []
    tell(drill, seen)


@pytest.mark.mutant
@pytest.mark.postgresql
def test_a_house_that_waits_for_its_postgresql_for_ever_is_found_out(monkeypatch) -> None:
    monkeypatch.setenv(troubled_server.DEAF, "1")
    with stopped(rundir.current(), monkeypatch, TROUBLED) as trouble:
        seen, _ = live(trouble, A_SUITES, patience=SHORT)

        assert list(seen.complaints()) != []


@pytest.mark.mutant
@pytest.mark.parametrize("engine", ENGINES)
def test_a_house_that_waits_for_a_connection_for_ever_is_found_out(engine, monkeypatch) -> None:
    monkeypatch.setenv(troubled_server.DEAF, "1")
    with by_a_file(engine, troubled_server.HOARDS, rundir.current(), monkeypatch) as trouble:
        seen, _ = live(trouble, A_SUITES, patience=SHORT)

        assert list(seen.complaints()) != []


@pytest.mark.mutant
@pytest.mark.postgresql
def test_a_house_that_takes_a_read_only_database_for_a_bug_is_found_out(monkeypatch) -> None:
    with read_only(rundir.current(), monkeypatch, BLUNT) as trouble:
        seen, _ = live(trouble, 1)

        assert list(seen.complaints()) != []
