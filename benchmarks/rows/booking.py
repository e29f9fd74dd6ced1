"""Asking for a room with the form of a signed-in browser, each time for a time that is free."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import timedelta

from benchmarks.arena import Arena, House
from benchmarks.client import Visit
from benchmarks.contest import Run, in_turns, many
from benchmarks.figures import Figure, percentile
from benchmarks.houses import SQLITE
from benchmarks.visitors import Browser
from benchmarks.wire import post
from blueprints.clock import now
from domain.interval import local_day

ROOMS = [f"space-{number}" for number in range(6, 35) if number % 3]
"""Rooms of the large seed; those after them are for series, so that neither is in the other's way."""
FIRST_DAY, LAST_DAY = 16, 29
"""Days ahead: behind what the seed has booked, before what may not be asked for yet."""
OPENS, CLOSES, LENGTH = 8 * 60, 22 * 60, 15
CLIENTS = 16
SENT = frozenset({303})


def clock(minute: int) -> str:
    """A time of day as a form has it."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def free_times() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Rooms and times that nobody has, one after another; raises RuntimeError when all are used up."""
    today = local_day(now())
    for ahead in range(FIRST_DAY, LAST_DAY + 1):
        day = (today + timedelta(days=ahead)).isoformat()
        for minute in range(OPENS, CLOSES, LENGTH):
            for room in ROOMS:
                yield room, [("day", day), ("start", clock(minute)), ("end", clock(minute + LENGTH))]
    raise RuntimeError("no time is left to be booked: use fewer rounds")


def form(who: Browser, path: str, fields: list[tuple[str, str]]) -> bytes:
    """What the browser of this person sends, with a key of its own."""
    own = [
        ("purpose", "合唱排练"),
        ("party_size", "6"),
        ("csrf_token", who.csrf_token),
        ("idempotency_key", secrets.token_urlsafe(16)),
    ]
    return post(path, fields + own, who.cookie)


def bookings(house: House) -> Visit:
    """A form of the next person for the next free time; who books in one time has no other booking in it."""
    people, times = house.residents(200), free_times()

    def request(number: int) -> bytes:
        room, fields = next(times)
        return form(people[number % len(people)], f"/spaces/{room}/book", fields)

    return Visit("booking", request, SENT)


def measure(arena: Arena) -> Iterator[Figure]:
    """One client, then sixteen."""
    for engine in arena.effort.engines:
        house = arena.house(arena.effort.fifty, engine, "booking")
        visit = bookings(house)
        run = Run(house.served, visit)
        in_turns([run], arena.effort.rounds, arena.effort.seconds)
        durable = "WAL, synchronous=FULL" if engine == SQLITE else "fsync, synchronous_commit"
        told = f"1 connection, {durable}; CPU {run.milliseconds:.2f} ms"
        yield Figure("post", f"1 client, {engine}", run.rate, told)
        sample, told = many(house.served, visit, CLIENTS, arena.effort.crowd_seconds)
        yield Figure("post", f"{CLIENTS} clients, {engine}", sample.rate, told)
        yield Figure("post-p99", engine, percentile(sample.latencies, 99) * 1000, told)
