"""Everything again in a house with a long history against one with a short one, in turns."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.arena import Arena, House
from benchmarks.client import Visit
from benchmarks.contest import Run, growth, in_turns
from benchmarks.figures import Figure
from benchmarks.rows.booking import bookings
from benchmarks.rows.looking import first_look
from benchmarks.rows.pages import pages_of
from benchmarks.rows.polls import polls_of
from benchmarks.rows.series import series


def visits_of(house: House) -> list[Visit]:
    """What reads first, then what writes."""
    people = house.residents()
    return [
        first_look(house, "board, public", "/"),
        first_look(house, "board, signed in", "/", people),
        *(first_look(house, page.name, page.path, page.browsers) for page in pages_of(house)),
        *polls_of(house)[1::2],
        bookings(house),
        series(house),
    ]


def measure(arena: Arena) -> Iterator[Figure]:
    """Large : small, by the time of an answer."""
    for engine in arena.effort.engines:
        small, large = (
            arena.house(plan, engine, "growing") for plan in (arena.effort.fifty, arena.effort.grown)
        )
        for few, many in zip(visits_of(small), visits_of(large), strict=True):
            runs = Run(small.served, few), Run(large.served, many)
            in_turns(runs, arena.effort.rounds, arena.effort.seconds)
            value, told = growth(*runs)
            yield Figure("growth", f"{few.name}, {engine}", value, told)
