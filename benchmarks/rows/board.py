"""Today's board at five rooms and at fifty: the full page, public and signed in."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.arena import Arena, House
from benchmarks.contest import Run, in_turns, speed
from benchmarks.figures import Figure
from benchmarks.rows.looking import again, first_look


def measure(arena: Arena) -> Iterator[Figure]:
    """Both kinds of looks of both kinds of visitors."""
    for engine in arena.effort.engines:
        for plan in (arena.effort.five, arena.effort.fifty):
            house = arena.house(plan, engine)
            yield from _board(arena, house, f"{plan.spaces} spaces, {engine}")


def _board(arena: Arena, house: House, of: str) -> Iterator[Figure]:
    people = house.residents()
    visits = {
        "board-public": (again("public", "/"), first_look(house, "public", "/")),
        "board-signed-in": (again("signed in", "/", people[0]), first_look(house, "signed in", "/", people)),
    }
    for goal, pair in visits.items():
        for visit in pair:
            hello, page = Run(arena.hello(), again("hello", "/")), Run(house.served, visit)
            in_turns([hello, page], arena.effort.rounds, arena.effort.seconds)
            value, told = speed(page, hello)
            yield Figure(goal, f"{visit.name}, {of}", value, told)
