"""What the kept sums of sales save against adding up the lines."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from sqlalchemy.orm import Session

from benchmarks.arena import Arena
from benchmarks.figures import Figure, ratio
from blueprints.clock import now
from domain.people import Actor, Role
from models import Sale
from services.sales import figures
from services.unit_of_work import query

STAFF = Actor(1, Role.STAFF, "measuring")
ROUNDS = 2


def measure(arena: Arena) -> Iterator[Figure]:
    """The summary of all time, in this process."""
    with arena.house(arena.effort.grown).app.app_context():
        kept, added = [], []
        for _ in range(ROUNDS + 1):  # the first round fills what the engine keeps
            kept.append(_seconds(lambda: figures.summary(STAFF, now=now())))
            added.append(_seconds(_added_up))
    told = f"{kept[-1] * 1000:.0f} : {added[-1] * 1000:.0f} ms"
    yield Figure("sums", f"{arena.effort.grown.sales:,} lines, sqlite", ratio(kept[1:], added[1:]), told)


@query
def _added_up(session: Session) -> object:
    return figures.overall(session, [], None, now()), figures.grouped(session, Sale.tier, [], None, now())


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
