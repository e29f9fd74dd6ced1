"""A year of the house in use: the page of a report, the same as CSV, the same as a workbook."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta
from math import nan

from benchmarks import processes
from benchmarks.arena import STAFF, Arena, House
from benchmarks.contest import Run, in_turns
from benchmarks.figures import Figure
from benchmarks.rows.looking import first_look
from benchmarks.wire import Answer, Connection, get
from blueprints.clock import now
from domain.interval import local_day

DAYS = 365


def page_of(days: str) -> str:
    """Where the report of some days is."""
    return f"/reports?{days}"


def table_of(days: str) -> str:
    """Where it is as CSV."""
    return f"/reports.csv?{days}"


def workbook_of(days: str) -> str:
    """Where it is as a workbook."""
    return f"/reports.xlsx?{days}"


def measure(arena: Arena) -> Iterator[Figure]:
    """In the house with the long history."""
    for engine in arena.effort.engines:
        house = arena.house(arena.effort.grown, engine)
        of = f"{arena.effort.grown.bookings:,} bookings, {engine}"
        days = _year(local_day(now()))
        run = Run(house.served, first_look(house, "report", page_of(days), [house.browser(STAFF)]))
        in_turns([run], max(2, arena.effort.rounds // 2), arena.effort.seconds)
        yield Figure("year-page", of, 1000 / run.rate, f"first look; CPU {run.milliseconds:.0f} ms")
        yield from _table(house, of, days)
        yield _workbook(house, of, days)


def _year(today: date) -> str:
    """The last year as an address names it."""
    return f"first={today - timedelta(days=DAYS - 1)}&last={today}"


def _table(house: House, of: str, days: str) -> Iterator[Figure]:
    members = processes.family(house.served.process)
    before = processes.resident(members)
    processes.forget_peaks(members)
    seconds, answer = _fetch(house, table_of(days))
    rows = max(0, answer.body.count(b"\n") - 1)
    after = processes.peak(members)
    told = f"{rows:,} rows, {answer.wire / 10**6:.2f} MB in {seconds:.2f} s"
    yield Figure("year-csv", of, rows / seconds, told)
    more = nan if after is None or before is None else after - before
    yield Figure("year-csv-memory", of, more, told)


def _workbook(house: House, of: str, days: str) -> Figure:
    """An answer that is the workbook itself kept its asker waiting and told nothing meanwhile."""
    seconds, answer = _fetch(house, workbook_of(days))
    at_once = answer.status == 200 and answer.body.startswith(b"PK")
    told = f"answered {answer.status} after {seconds:.2f} s"
    return Figure("year-xlsx", of, 0 if at_once else 1, told + (", no job" if at_once else ""))


def _fetch(house: House, path: str) -> tuple[float, Answer]:
    connection, began = Connection(house.served.address), time.perf_counter()
    answer = connection.ask(get(path, house.browser(STAFF).cookie))
    seconds = time.perf_counter() - began
    connection.close()
    return seconds, answer
