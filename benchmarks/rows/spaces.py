"""The board of five, of fifty and of five hundred spaces: statements, and time for each that is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from benchmarks.arena import Arena, House
from benchmarks.contest import Run, in_turns
from benchmarks.figures import Figure, ratio
from benchmarks.rows.looking import first_look
from benchmarks.statements import statements_of
from benchmarks.wire import Connection, get

NAMED = re.compile(r'"/spaces/([\w-]+)')


def measure(arena: Arena) -> Iterator[Figure]:
    """First looks of the public, in turns; a page need not show all spaces that there are."""
    plans = arena.effort.five, arena.effort.fifty, arena.effort.wide
    for engine in arena.effort.engines:
        served = [arena.house(plan, engine) for plan in plans]
        counts = [len(statements_of(one, first_look(one, "board", "/"))) for one in served]
        yield Figure("statements", engine, counts[-1] - counts[0], " : ".join(map(str, counts)))
        shown = [_shown(one) for one in served]
        runs = [Run(one.served, first_look(one, "board", "/")) for one in served]
        in_turns(runs, arena.effort.rounds, arena.effort.seconds)
        each = [[1 / rate / number for rate in run.rates] for number, run in zip(shown, runs, strict=True)]
        told = ", ".join(
            f"{plan.spaces} ({number} shown): {1000 / run.rate:.1f} ms, CPU {run.milliseconds:.1f} ms"
            for plan, number, run in zip(plans, shown, runs, strict=True)
        )
        yield Figure("board-linear", engine, ratio(each[2], each[1]), told)


def _shown(house: House) -> int:
    """How many spaces the board's page names."""
    connection = Connection(house.served.address)
    page = connection.ask(get("/")).text
    connection.close()
    return len(set(NAMED.findall(page)))
