"""One, two and four processes on PostgreSQL: what a request costs the server and the database together."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from math import nan

from benchmarks import processes as system
from benchmarks.arena import Arena, House
from benchmarks.client import Visit, crowd
from benchmarks.figures import Figure
from benchmarks.houses import POSTGRESQL
from benchmarks.rows.booking import bookings
from benchmarks.wire import get

CONNECTIONS = 16
NUMBERS = (1, 2, 4)
PAGES = 4
"""Pages that are opened for each booking; every one of them is a first look then."""


def measure(arena: Arena) -> Iterator[Figure]:
    """A mix of boards and bookings, everybody free to use all cores."""
    if POSTGRESQL not in arena.effort.engines:
        return
    with _on_all_cores(arena.database_process()):
        found = {number: _cost(arena, number) for number in NUMBERS}
    for number in NUMBERS[1:]:
        (server, database, rate), (server_of_one, database_of_one, rate_of_one) = found[number], found[1]
        told = (
            f"server {server:.2f} : {server_of_one:.2f} ms, database {database:.2f} : {database_of_one:.2f} ms"
            f" a request; {rate:,.0f} : {rate_of_one:,.0f}/s"
        )
        value = (server + database) / (server_of_one + database_of_one)
        yield Figure("processes", f"{PAGES} boards to a booking, {number} : 1", value, told)


def _cost(arena: Arena, number: int) -> tuple[float, float, float]:
    """Milliseconds of CPU a request of the server and of the database, and requests a second."""
    url = arena.database(arena.effort.fifty, POSTGRESQL, f"processes-{number}")
    with arena.serving(url, POSTGRESQL, f"{number} processes", number, system.AVAILABLE) as house:
        visit, seconds = _mix(house), arena.effort.crowd_seconds * 2
        crowd(house.served.address, visit, CONNECTIONS, seconds / 4).check(visit)
        before = house.served.cpu_seconds() or nan, _used(arena)
        sample = crowd(house.served.address, visit, CONNECTIONS, seconds).check(visit)
        each = 1000 / len(sample.latencies)
        server = ((house.served.cpu_seconds() or nan) - before[0]) * each
        return server, (_used(arena) - before[1]) * each, sample.rate


def _mix(house: House) -> Visit:
    people, booked = house.residents(200), bookings(house)

    def request(number: int) -> bytes:
        if number % (PAGES + 1) == 0:
            return booked.next()
        return get("/", people[number % len(people)].cookie)

    return Visit("boards and bookings", request, frozenset({200, 303}))


def _used(arena: Arena) -> float:
    """CPU-seconds of the database so far; not to be known of a server that is not ours."""
    process = arena.database_process()
    return (system.cpu_seconds(system.family(process)) or nan) if process else nan


@contextmanager
def _on_all_cores(process: int | None) -> Iterator[None]:
    """Let the database, and what it starts from now on, use every core for a while."""
    before = os.sched_getaffinity(process) if process and system.AVAILABLE else set()
    with suppress(PermissionError):
        if process and before:
            os.sched_setaffinity(process, system.AVAILABLE)
    try:
        yield
    finally:
        with suppress(PermissionError):
            if process and before:
                os.sched_setaffinity(process, before)
