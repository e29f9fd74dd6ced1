"""An hour of an ordinary day: quick to the end, and the house is no larger than at the beginning (`make soak`)."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from sqlalchemy.engine import make_url

from benchmarks import processes
from models import db
from tests.support import rundir
from tests.support.daily_life import day_of
from tests.support.drilling import Drill
from tests.support.engines import throwaway
from tests.support.race_arena import Arena, house_of
from tests.support.server import HOUSE, ROOT, serving
from tests.support.steady import Heard, steadily

RATE, SECONDS, A_SUITES = 30, int(os.environ.get("SOAK_SECONDS") or 3600), 4
READ, WRITE = 0.150, 0.300
"""Seconds in which 99 of 100 who look, and 99 of 100 who write, are answered."""
WAL = 64.0
MORE_MEMORY, MORE_HANDLES = 25.0, 10
"""Megabytes and handles that two processes may have more at the end than after a tenth of the time."""
A_LOOK = 0.5


@dataclass
class Watch:
    """What the house took up, look by look: megabytes, handles, megabytes of its write-ahead log."""

    process: int
    wal: Path
    memory: list[float] = field(default_factory=list)
    handles: list[int] = field(default_factory=list)
    logged: list[float] = field(default_factory=list)

    def look(self) -> None:
        """Look once."""
        family = processes.family(self.process)
        self.memory.append(processes.memory(family) or 0.0)
        self.handles.append(sum(psutil.Process(one).num_fds() for one in family))
        self.logged.append(self.wal.stat().st_size / 2**20 if self.wal.exists() else 0.0)

    @contextmanager
    def looking(self, every: float) -> Iterator[None]:
        """Look again and again while the block lasts."""
        over = threading.Event()

        def go_on() -> None:
            while not over.wait(every):
                self.look()

        watching = threading.Thread(target=go_on)
        watching.start()
        try:
            yield
        finally:
            over.set()
            watching.join()


def more(values: list[float] | list[int]) -> float:
    """By how much the last tenth of them lies above the second, when everything has been loaded."""
    tenth = max(1, len(values) // 10)
    return statistics.median(values[-tenth:]) - statistics.median(values[tenth : 2 * tenth] or values[:1])


@contextmanager
def at_its_jobs(database_url: str) -> Iterator[None]:
    """The jobs of the house beside it."""
    told = os.environ | {"DATABASE_URL": database_url}
    with (rundir.current() / "soak-jobs.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "app", "jobs", "run"],
            cwd=ROOT, env=told, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            yield
        finally:
            process.terminate()
            process.wait(30)


def live(seconds: float, application: str = HOUSE) -> tuple[Heard, Watch]:
    """Let a house work for so long; what its people heard, and what it took up."""
    with (
        throwaway("sqlite") as url,
        house_of(url) as app,
        serving(url, processes=2, application=application) as server,
        at_its_jobs(url),
        app.app_context(),
    ):
        day = day_of(Arena("sqlite", server.url, app))
        db.session.remove()
        watch = Watch(server.process.pid, Path(f"{make_url(url).database}-wal"))
        with watch.looking(max(A_LOOK, seconds / 600)):
            heard = steadily(server.url, RATE, seconds, day.anything)
    return heard, watch


@pytest.mark.drill("long run")
def test_an_hour_of_thirty_requests_a_second_leaves_the_house_as_it_was(drill: Drill) -> None:
    heard, watch = live(SECONDS if drill.full else A_SUITES)

    assert set(heard.statuses) <= {200, 201}
    drill.tell("requests", heard.statuses.total())
    drill.tell("answered with trouble", 0)
    drill.tell("memory at the end", watch.memory[-1], "MB")
    drill.at_most("memory more", more(watch.memory), MORE_MEMORY, "MB")
    drill.at_most("handles more", more(watch.handles), MORE_HANDLES, "")
    drill.at_most("largest write-ahead log", max(watch.logged), WAL, "MB")
    drill.at_most("p99 of a read", heard.p99("read"), READ)
    drill.at_most("p99 of a write", heard.p99("write"), WRITE)


@pytest.mark.mutant
def test_a_house_that_tires_with_every_request_is_found_out() -> None:
    heard, watch = live(A_SUITES, "tests.support.tired_server:create_app()")

    assert more(watch.memory) > MORE_MEMORY / 10
    assert more(watch.handles) > MORE_HANDLES
    assert max(watch.logged) > WAL
    assert heard.p99("read") > READ
    assert heard.p99("write") > WRITE
