"""People whose network is slow and people who mean harm: whoever is honest notices little, and memory stays."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass

import pytest

from models import db
from tests.support.daily_life import Day, day_of
from tests.support.drilling import Drill
from tests.support.engines import throwaway
from tests.support.much_too_much import HARMFUL, sending
from tests.support.peaks import growth_of
from tests.support.race_arena import Arena, house_of
from tests.support.server import HOUSE, Server, serving
from tests.support.slow_clients import BEGINNINGS, SLOW_HEAD, far_client, slow_client
from tests.support.steady import PATIENCE, Heard, steadily

CLIENTS, RATE, SECONDS, A_SUITES = 200, 20, 20, 0.5
SLOWER, MORE = 2.0, 50.0
"""By how much honest users may be slower, and megabytes that the house may need beside."""
Beside = AbstractContextManager[object]


@dataclass
class House:
    """The server, and what goes on in it besides."""

    server: Server
    day: Day
    alone: Heard | None = None

    def honest(self, seconds: float, patience: float = PATIENCE) -> Heard:
        """What people hear who want nothing but a place."""
        return steadily(self.day.url, RATE, seconds, self.day.anything, patience)

    def heard_alone(self, seconds: float) -> Heard:
        """What they hear while nobody else is there; the same for all tests."""
        if self.alone is None:
            self.honest(seconds)  # nothing is ready yet
            self.alone = self.honest(seconds)
        return self.alone


@contextmanager
def house_with(application: str = HOUSE, **environment: str) -> Iterator[House]:
    """Two processes."""
    with (
        throwaway("sqlite") as url,
        house_of(url) as app,
        serving(url, application=application, environment=environment) as server,
        app.app_context(),
    ):
        yield House(server, day_of(Arena("sqlite", server.url, app)))
        db.session.remove()


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """The real one."""
    with house_with() as there:
        yield there


@contextmanager
def slow(url: str, beginning: bytes) -> Iterator[None]:
    """Many who begin and do not go on; who is sent away comes again."""
    over = threading.Event()

    def come_again(stack: ExitStack) -> None:
        while not over.wait(0.2):
            with suppress(OSError):
                one = stack.enter_context(far_client(url, 1))
                one.setblocking(False)
                one.send(beginning)

    with ExitStack() as stack:
        for _ in range(CLIENTS):
            stack.enter_context(slow_client(url, beginning, 10))
        coming = threading.Thread(target=come_again, args=(stack,))
        coming.start()
        try:
            yield
        finally:
            over.set()
            coming.join()


@dataclass(frozen=True)
class Compared:
    """Honest people alone and beside somebody, and the megabytes that this somebody cost at most."""

    alone: Heard
    among: Heard
    more: float

    def slower(self, kind: str) -> float:
        """How many times as long 99 of 100 wait."""
        return self.among.p99(kind) / self.alone.p99(kind)


def compared(
    house: House, seconds: float, beside: Callable[[], Beside], patience: float = PATIENCE
) -> Compared:
    """Honest people alone, and beside somebody."""
    alone = house.heard_alone(seconds)
    with growth_of(house.server) as grown, beside():
        among = house.honest(seconds, patience)
    return Compared(alone, among, grown.megabytes)


def judge(drill: Drill, house: House, beside: Callable[[], Beside]) -> None:
    """Whether honest people notice, and how much the house needs besides."""
    seen = compared(house, SECONDS if drill.full else A_SUITES, beside)

    assert set(seen.alone.statuses) | set(seen.among.statuses) <= {200, 201}
    for kind in ("read", "write"):
        drill.tell(f"p99 of a {kind} alone", seen.alone.p99(kind) * 1000, "ms")
        drill.at_most(f"p99 of a {kind} beside them", seen.slower(kind), SLOWER, "times")
    drill.at_most("memory more", seen.more, MORE, "MB")


@pytest.mark.drill("bad days")
@pytest.mark.parametrize("beginning", BEGINNINGS.values(), ids=BEGINNINGS)
def test_two_hundred_slow_clients_are_hardly_noticed(beginning: bytes, house: House, drill: Drill) -> None:
    judge(drill, house, lambda: slow(house.day.url, beginning))


@pytest.mark.mutant
def test_a_server_whose_threads_wait_for_slow_clients_is_found_out() -> None:
    with house_with(GUNICORN_CMD_ARGS="--worker-class=gthread") as there:
        alone = there.heard_alone(A_SUITES)
        long = 2 * SLOWER * max(alone.p99("read"), alone.p99("write"))
        seen = compared(there, A_SUITES, lambda: slow(there.day.url, SLOW_HEAD), patience=long)

    assert min(seen.slower("read"), seen.slower("write")) > SLOWER


def much_too_much(house: House, name: str) -> AbstractContextManager[Counter[int]]:
    """Somebody who sends one kind of it."""
    return sending(house.day.url, name, house.day.people[0].token)


@pytest.mark.drill("bad days")
@pytest.mark.parametrize("name", HARMFUL)
def test_what_is_much_too_much_is_refused(name: str, house: House, drill: Drill) -> None:
    heard = Counter[int]()

    @contextmanager
    def beside() -> Iterator[None]:
        with much_too_much(house, name) as answers:
            yield
        heard.update(answers)

    judge(drill, house, beside)

    assert set(heard) <= {0, 400, 413, 422}
    assert heard.total() > 0
    drill.tell("sent", heard.total())


@pytest.mark.mutant
def test_a_server_that_takes_in_whatever_comes_is_found_out() -> None:
    with house_with("tests.support.greedy_server:create_app()") as there:
        seen = compared(there, A_SUITES, lambda: much_too_much(there, "large"))

    assert seen.more > MORE
