"""The whole server side as `flask serve` starts it: how soon it answers, and how much memory it needs."""

from __future__ import annotations

import compileall
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from math import nan

from benchmarks import processes, servers
from benchmarks.arena import STAFF, Arena, House
from benchmarks.client import Visit, crowd
from benchmarks.figures import Figure, median
from benchmarks.rows.pages import pages_of
from benchmarks.servers import Served
from benchmarks.wire import get
from models import db

PROCESSES, CONNECTIONS, EACH, CALM = 2, 16, 25, 8.0
NOT_OURS = re.compile(r"/\.venv/|/tests/")
FLASK = [sys.executable, "-m", "flask", "--app", "app"]


def measure(arena: Arena) -> Iterator[Figure]:
    """Started a few times on a database that is there; then idle, then after a crowd has opened every page.

    Modules and templates are compiled already, as they are for every start of a version but its first, and what was due
    is done, as in a house that was open until a moment ago.
    """
    compileall.compile_dir(servers.ROOT, quiet=1, rx=NOT_OURS)
    seconds, starts = [], max(1, arena.effort.rounds // 2)
    url = arena.database(arena.effort.fifty, "sqlite", "serve")
    _do_all_that_is_due(url)
    for turn in range(starts):
        port, log = _free_port(), arena.log()
        opened = _requests(House("serve", "sqlite", url, Served(("127.0.0.1", port), 0)))
        told = servers.environment(url, PROCESSES, PORT=str(port))
        began = time.monotonic()
        with servers.started([*FLASK, "serve"], told, log, processes.AVAILABLE) as process:
            served = Served(("127.0.0.1", port), process.pid)
            servers.wait_for(served.address, process, log)
            seconds.append(time.monotonic() - began)
            used = served.cpu_seconds() or nan
            if turn + 1 == starts:
                yield from _memory(arena, served, opened)
    yield Figure("cold-start", f"{arena.effort.fifty.spaces} spaces", median(seconds), _each(seconds, used))


def _do_all_that_is_due(url: str) -> None:
    """One round after the other, until one says what the last one said: some stop after some seconds or things."""
    said: list[bytes] = []
    while len(said) < 2 or said[-1] != said[-2]:
        told = servers.environment(url, PROCESSES)
        done = subprocess.run(
            [*FLASK, "jobs", "run", "--once"], cwd=servers.ROOT, env=told, check=True, stdout=subprocess.PIPE
        )
        said.append(done.stdout)


def _requests(house: House) -> list[bytes]:
    """Every page, by people who were signed in before the house opened: its jobs write too, as soon as it does."""
    requests = [get("/"), get("/desk", house.browser(STAFF).cookie)]
    requests += [get(page.path, page.browsers[0].cookie) for page in pages_of(house)]
    with house.app.app_context():
        db.session.remove()
        db.engine.dispose()
    return requests


def _memory(arena: Arena, served: Served, requests: list[bytes]) -> Iterator[Figure]:
    """Idle once everything has come up and the jobs have made a round of every kind, and after the load."""
    time.sleep(CALM)
    told = f"{len(processes.family(served.process))} processes"
    yield Figure("memory-idle", "flask serve, jobs and all", served.memory() or nan, told)
    mixed = Visit("every page", lambda number: requests[number % len(requests)])
    sample = crowd(served.address, mixed, CONNECTIONS, 0, each=EACH).check(mixed)
    told = f"{len(sample.latencies)} answers on {CONNECTIONS} connections"
    yield Figure("memory-loaded", "flask serve, jobs and all", served.memory() or nan, told)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _each(seconds: list[float], used: float) -> str:
    """All starts, and what the last one cost: of a busy machine only that can be compared."""
    return ", ".join(f"{one:.2f}" for one in seconds) + f" s on all cores; CPU {used:.2f} s by then"
