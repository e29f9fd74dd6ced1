"""A year of the house in use: its report as a page, its bookings as CSV, the same as a workbook that jobs write."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from math import nan

from benchmarks import processes
from benchmarks.arena import STAFF, Arena, House
from benchmarks.contest import Run, in_turns
from benchmarks.figures import Figure
from benchmarks.rows.looking import first_look
from benchmarks.wire import Answer, Connection, get, post
from blueprints.clock import now
from domain.interval import local_day
from services import jobs

DAYS = 365
PAGE, TABLE, FILES = "/reports", "/reports/bookings.csv", "/reports/files"
SUMS, WRITING = "sum up reports", "write files"
"""How the jobs are called that keep the sums of reports, and that write workbooks."""
ROUNDS = 200


def measure(arena: Arena) -> Iterator[Figure]:
    """In the house with the long history, once the jobs have summed up what is over."""
    for engine in arena.effort.engines:
        house = arena.house(arena.effort.grown, engine, "reports")
        of = f"{arena.effort.grown.bookings:,} bookings, {engine}"
        year = _year(local_day(now()))
        summed = sum(iter(partial(_work, house, SUMS), 0))
        page = f"{PAGE}?first={year[0][1]}&last={year[1][1]}"
        run = Run(house.served, first_look(house, "report", page, [house.browser(STAFF)]))
        in_turns([run], max(2, arena.effort.rounds // 2), arena.effort.seconds)
        told = f"first look; CPU {run.milliseconds:.0f} ms; {summed:,} kept sums"
        yield Figure("year-page", of, 1000 / run.rate, told)
        yield from _table(house, of, f"{TABLE}?first={year[0][1]}&last={year[1][1]}")
        yield _workbook(house, of, year)


def _year(today: date) -> list[tuple[str, str]]:
    """The last year as a form names it."""
    return [("first", str(today - timedelta(days=DAYS - 1))), ("last", str(today))]


def _work(house: House, name: str) -> int:
    """Let the jobs of this name have a round; returns how much they did."""
    with house.app.app_context():
        return sum(job.run(now()) for job in jobs.JOBS if name in job.name)


def _table(house: House, of: str, path: str) -> Iterator[Figure]:
    members = processes.family(house.served.process)
    before = processes.resident(members)
    processes.forget_peaks(members)
    began = time.perf_counter()
    answer = _ask(house, get(path, house.browser(STAFF).cookie))
    seconds = time.perf_counter() - began
    rows = max(0, answer.body.count(b"\n") - 1) if answer.status == 200 else 0
    after = processes.peak(members)
    told = f"answered {answer.status}; {rows:,} rows, {answer.wire / 10**6:.2f} MB in {seconds:.2f} s"
    yield Figure("year-csv", of, rows / seconds, told)
    more = nan if after is None or before is None else after - before
    yield Figure("year-csv-memory", of, more, told)


def _workbook(house: House, of: str, year: list[tuple[str, str]]) -> Figure:
    """Ask for it, look at its page between the rounds of the jobs, fetch it; 1 where the page told how far it was."""
    staff, began = house.browser(STAFF), time.perf_counter()
    own = [("csrf_token", staff.csrf_token), ("idempotency_key", secrets.token_urlsafe(16))]
    asked = _ask(house, post(FILES, year + own, staff.cookie))
    waiting = asked.header("location") or FILES
    answered = time.perf_counter() - began
    pictures = []
    for _ in range(ROUNDS):
        pictures.append(_ask(house, get(waiting, staff.cookie)).header("etag"))
        if asked.status != 303 or not _work(house, WRITING):
            break
    book = _ask(house, get(f"{waiting}.xlsx", staff.cookie))
    told = (
        f"asking answered {asked.status} after {answered * 1000:.0f} ms; written and fetched"
        f" after {time.perf_counter() - began:.1f} s, answered {book.status}, {book.wire / 10**6:.1f} MB,"
        f" {len(set(pictures))} pictures of how far it was"
    )
    is_there = book.status == 200 and book.body.startswith(b"PK")
    return Figure("year-xlsx", of, int(is_there and len(set(pictures)) > 1), told)


def _ask(house: House, request: bytes) -> Answer:
    connection = Connection(house.served.address)
    try:
        return connection.ask(request)
    finally:
        connection.close()
