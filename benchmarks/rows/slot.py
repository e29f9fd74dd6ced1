"""Fifty people want one time of one room in the same moment, and several processes answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from benchmarks.arena import Arena, House
from benchmarks.client import Visit, crowd
from benchmarks.figures import Figure
from benchmarks.rows.booking import form, free_times

CLIENTS, PROCESSES = 50, 4
ANSWERS = frozenset({303, 409})


def measure(arena: Arena) -> Iterator[Figure]:
    """Each round another time; told is the worst of the rounds."""
    for engine in arena.effort.engines:
        house = arena.house(arena.effort.fifty, engine, "slot", workers=PROCESSES)
        winners, slowest, answers = [], 0.0, Counter[int]()
        for room, fields in list(_some(arena.effort.rounds)):
            race = _race(house, room, fields)
            sample = crowd(house.served.address, race, CLIENTS, 0, each=1).check(race)
            winners.append(sample.statuses[303])
            slowest = max(slowest, *sample.latencies)
            answers += sample.statuses
        told = f"{len(winners)} rounds, {PROCESSES} processes on one core, answers {dict(answers)}"
        worst = max(winners, key=lambda won: abs(won - 1))
        yield Figure("slot-winners", engine, worst, told)
        yield Figure("slot-slowest", engine, slowest * 1000, told)


def _some(rounds: int) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Times that do not touch each other."""
    times = free_times()
    for _ in range(rounds):
        yield next(times)
        for _ in range(200):
            next(times)


def _race(house: House, room: str, fields: list[tuple[str, str]]) -> Visit:
    people = house.residents(200)
    return Visit(
        "one slot",
        lambda number: form(people[number % len(people)], f"/spaces/{room}/book", fields),
        ANSWERS,
    )
