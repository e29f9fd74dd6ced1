"""Many guess passwords at once: whoever books is served all the while."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from models import db
from services.passwords import HASHER
from tests.races.conftest import ENGINES
from tests.support import rundir, stuck_hash_server
from tests.support.again import again_and_again
from tests.support.daily_life import Day, day_of
from tests.support.drilling import Drill
from tests.support.engines import throwaway
from tests.support.peaks import growth_of
from tests.support.race_arena import Arena, house_of
from tests.support.server import HOUSE, Server, serving
from tests.support.steady import Ask, steadily
from tests.support.walker import Walker

SECONDS, A_TENTH = 30, 1
GUESSERS, STUCK, BOOKINGS = 30, 40, 10
RATE = 10
P99 = 0.5
"""Seconds in which an honest booking is taken beside a flood: a figure that people call slow, not broken."""
MORE = 50.0 + 2 * HASHER.memory_cost / 1024
"""Megabytes that the house may need beside a flood, over those of the one hash that each process works on."""
SOON, IN_TIME = 5.0, 60.0
"""Seconds after which a house that is to be stuck counts as such, and in which a slow machine answers."""


@dataclass
class House:
    """The server, and what goes on in it besides."""

    server: Server
    day: Day


@contextmanager
def house(
    engine: str = "sqlite", application: str = HOUSE, browsers: int = 1, **environment: str
) -> Iterator[House]:
    """Two processes behind a proxy, so that guessers have an address each."""
    with (
        throwaway(engine) as url,
        house_of(url) as app,
        serving(url, application=application, environment={"TRUSTED_PROXIES": "1", **environment}) as server,
        app.app_context(),
    ):
        yield House(server, day_of(Arena(engine, server.url, app), browsers))
        db.session.remove()


@contextmanager
def guessers(url: str, number: int) -> Iterator[Counter[int]]:
    """So many who send one wrong log-in after the other while the block lasts; the statuses that they hear."""
    heard, names = Counter[int](), count()
    walker = Walker(url)
    target, fields = walker.form("/login", "/login")

    def guess() -> None:
        one = next(names)
        body = urlencode(fields | {"phone": f"136{one:08d}", "password": "wrong-guess"}).encode()
        address = f"203.{one // 65536 % 256}.{one // 256 % 256}.{one % 256}"
        heard.update(walker.at_once([walker.request("POST", target, body, **{"X-Forwarded-For": address})]))

    with again_and_again(guess, number):
        yield heard


@pytest.mark.drill("people")
@pytest.mark.parametrize("engine", ENGINES)
def test_a_flood_of_wrong_log_ins_starves_no_booking(engine: str, drill: Drill) -> None:
    seconds = drill.size(SECONDS, tenth=A_TENTH)
    with house(engine) as there:
        quiet = steadily(there.day.url, RATE, seconds, there.day.book)
        with growth_of(there.server) as grown, guessers(there.day.url, GUESSERS) as guessed:
            beside = steadily(there.day.url, RATE, seconds, there.day.book)

    assert set(quiet.statuses) == set(beside.statuses) == {201}
    assert set(guessed) <= {422, 503}
    drill.tell("log-ins looked at", guessed[422] / seconds, "/s")
    drill.tell("p99 of a booking without", quiet.p99("write") * 1000, "ms")
    drill.at_most("p99 of a booking beside them", beside.p99("write"), P99, "s")
    drill.at_most("memory more", grown.megabytes, MORE, "MB")


def answered_beside_stuck_hashes(there: House, patience: float) -> Counter[int]:
    """The statuses of some bookings while argon2 comes to no end; 0 where nothing comes back."""
    walker = Walker(there.day.url)
    target, fields = walker.form("/login", "/login")
    where = urlsplit(there.day.url)
    heard = Counter[int]()
    with ExitStack() as stack:
        for number in range(STUCK):
            body = urlencode(fields | {"phone": f"136{number:08d}", "password": "wrong-guess"}).encode()
            address = {"X-Forwarded-For": f"203.0.113.{number}"}
            line = stack.enter_context(socket.create_connection((where.hostname, where.port), patience))
            line.sendall(walker.request("POST", target, body, **address))
        while heard.total() < BOOKINGS and 0 not in heard:
            heard[status_of(there.day.book(), where.hostname, where.port, patience)] += 1
    return heard


def status_of(ask: Ask, host: str | None, port: int | None, patience: float) -> int:
    """What is answered in so many seconds."""
    with closing(socket.create_connection((str(host), port or 0), patience)) as line:
        line.sendall(ask.request)
        try:
            return int(line.recv(100).split(maxsplit=2)[1])
        except TimeoutError:
            return 0


@pytest.fixture
def sign() -> Path:
    """While it is there, argon2 comes to no end."""
    return rundir.current() / "stuck-hash"


@pytest.mark.drill("people")
def test_log_ins_that_come_to_no_end_keep_nobody_out(sign: Path) -> None:
    application = f"{stuck_hash_server.__name__}:create_app()"
    with stuck_house(application, sign) as there:
        assert answered_beside_stuck_hashes(there, IN_TIME) == {201: BOOKINGS}


@pytest.mark.mutant
def test_a_house_that_hashes_as_many_as_come_is_found_out(sign: Path) -> None:
    with stuck_house(f"{stuck_hash_server.__name__}:without_turns()", sign) as there:
        assert answered_beside_stuck_hashes(there, SOON)[0] > 0


@contextmanager
def stuck_house(application: str, sign: Path) -> Iterator[House]:
    """A house of whose argon2 nobody hears again."""
    with house(application=application, browsers=0, **{stuck_hash_server.SIGN: str(sign)}) as there:
        sign.touch()
        try:
            yield there
        finally:
            sign.unlink()
