"""People whose network is slow and people who mean harm: whoever is honest notices little, and memory stays."""

from __future__ import annotations

import json
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from benchmarks import processes
from models import db
from tests.services.test_patient_worker import BEGINNINGS
from tests.support.daily_life import Day, day_of
from tests.support.drilling import Drill
from tests.support.engines import throwaway
from tests.support.race_arena import Arena, house_of
from tests.support.server import Server, serving
from tests.support.steady import Heard, steadily

CLIENTS, RATE, SECONDS, A_SUITES = 200, 20, 20, 0.5
SLOWER, MORE = 2.0, 50.0
"""By how much honest users may be slower, and megabytes that the house may need beside."""
BODY = 100 * 1024 * 1024
DEPTH, FIELDS = 100_000, 10_000
PIECE = b"a" * 65536
FORM = "application/x-www-form-urlencoded"


@dataclass
class House:
    """The server, and what goes on in it besides."""

    server: Server
    day: Day
    alone: Heard | None = None

    def honest(self, seconds: float) -> Heard:
        """What people hear who want nothing but a place."""
        return steadily(self.day.url, RATE, seconds, self.day.anything)

    def memory(self) -> float:
        """Megabytes of all its processes."""
        return processes.memory(processes.family(self.server.process.pid)) or 0.0


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """Two processes."""
    with (
        throwaway("sqlite") as url,
        house_of(url) as app,
        serving(url) as server,
        app.app_context(),
    ):
        yield House(server, day_of(Arena("sqlite", server.url, app)))
        db.session.remove()


@contextmanager
def slow(url: str, beginning: bytes) -> Iterator[None]:
    """Many who begin and do not go on; who is sent away comes again."""
    where, over = urlsplit(url), threading.Event()

    def come_again(stack: ExitStack) -> None:
        while not over.wait(0.2):
            with suppress(OSError):
                one = stack.enter_context(socket.create_connection((where.hostname, where.port), 1))
                one.setblocking(False)
                one.send(beginning)

    with ExitStack() as stack:
        for _ in range(CLIENTS):
            one = stack.enter_context(socket.create_connection((where.hostname, where.port), 10))
            one.sendall(beginning)
        coming = threading.Thread(target=come_again, args=(stack,))
        coming.start()
        try:
            yield
        finally:
            over.set()
            coming.join()


def judge(drill: Drill, house: House, beside: Callable[[], object]) -> None:
    """Honest people alone, and beside somebody."""
    seconds = SECONDS if drill.full else A_SUITES
    if house.alone is None:
        house.honest(seconds)  # nothing is ready yet
        house.alone = house.honest(seconds)
    alone, before = house.alone, house.memory()
    with beside():  # type: ignore[attr-defined]  # made within the test
        among = house.honest(seconds)
    more = house.memory() - before

    assert set(alone.statuses) | set(among.statuses) <= {200, 201}
    for kind in ("read", "write"):
        drill.tell(f"p99 of a {kind} alone", alone.p99(kind) * 1000, "ms")
        drill.at_most(f"p99 of a {kind} beside them", among.p99(kind) / alone.p99(kind), SLOWER, "times")
    drill.at_most("memory more", more, MORE, "MB")


@pytest.mark.drill("bad days")
@pytest.mark.parametrize("beginning", BEGINNINGS.values(), ids=BEGINNINGS)
def test_two_hundred_slow_clients_are_hardly_noticed(beginning: bytes, house: House, drill: Drill) -> None:
    judge(drill, house, lambda: slow(house.day.url, beginning))


def head(path: str, kind: str, length: int, token: str = "") -> bytes:
    told = f"Authorization: Bearer {token}\r\n" if token else ""
    return (
        f"POST {path} HTTP/1.1\r\nHost: house\r\nConnection: close\r\nContent-Type: {kind}\r\n{told}"
        f"Content-Length: {length}\r\n\r\n"
    ).encode()


def large(day: Day) -> Iterator[bytes]:
    """A hundred megabytes, in pieces."""
    yield head("/login", FORM, BODY)
    yield from (PIECE for _ in range(BODY // len(PIECE)))


def many_fields(_day: Day) -> Iterator[bytes]:
    """Ten thousand fields of a form, which may have two hundred."""
    body = "&".join(f"field{number}=1" for number in range(FIELDS)).encode()
    yield head("/login", FORM, len(body)) + body


def many_parts(_day: Day) -> Iterator[bytes]:
    """The same in parts."""
    part = b'--x\r\nContent-Disposition: form-data; name="field"\r\n\r\n1\r\n'
    body = part * FIELDS + b"--x--\r\n"
    yield head("/login", "multipart/form-data; boundary=x", len(body)) + body


def deep_lists(day: Day) -> Iterator[bytes]:
    """Brackets in brackets."""
    body = b"[" * DEPTH + b"]" * DEPTH
    yield head("/api/v1/bookings", "application/json", len(body), day.people[0].token) + body


def deep_objects(day: Day) -> Iterator[bytes]:
    """The same with names."""
    body = b'{"a":' * DEPTH + b"1" + b"}" * DEPTH
    yield head("/api/v1/bookings", "application/json", len(body), day.people[0].token) + body


def long_number(day: Day) -> Iterator[bytes]:
    """A number that takes long to be read."""
    body = json.dumps({"space": "x", "party_size": 1}).encode().replace(b"1", b"9" * 200_000)
    yield head("/api/v1/bookings", "application/json", len(body), day.people[0].token) + body


def wide_list(_day: Day) -> Iterator[bytes]:
    """Thirty megabytes that are many times as large once they are read, from nobody known."""
    body = b"[" + b"0," * (15 * 1024 * 1024) + b"0]"
    yield head("/", "application/json", len(body)).replace(b"POST", b"GET") + body


HARMFUL = [large, many_fields, many_parts, deep_lists, deep_objects, long_number, wide_list]


def status_of(url: str, pieces: Iterator[bytes]) -> int:
    """What is answered, though not everything may have been taken; 0 where the house hangs up before."""
    where = urlsplit(url)
    with closing(socket.create_connection((where.hostname, where.port), 30)) as line:
        with suppress(ConnectionError):
            for piece in pieces:
                line.sendall(piece)
        try:
            return int(line.recv(100).split(maxsplit=2)[1])
        except (ConnectionError, IndexError):
            return 0


@pytest.mark.drill("bad days")
@pytest.mark.parametrize("harmful", HARMFUL)
def test_what_is_much_too_much_is_refused(harmful, house: House, drill: Drill) -> None:
    heard, over = Counter[int](), threading.Event()

    @contextmanager
    def sending() -> Iterator[None]:
        def send() -> None:
            while not over.is_set():
                heard[status_of(house.day.url, harmful(house.day))] += 1

        threads = [threading.Thread(target=send) for _ in range(2)]
        for one in threads:
            one.start()
        try:
            yield
        finally:
            over.set()
            for one in threads:
                one.join()

    judge(drill, house, sending)

    assert set(heard) <= {0, 400, 413, 422}
    assert heard.total() > 0
    drill.tell("sent", heard.total())
