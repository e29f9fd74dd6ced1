"""Where a run measures: which houses it lays, what it serves, on which cores; everything ends with it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from benchmarks import houses, processes, servers, visitors
from benchmarks.houses import POSTGRESQL, SQLITE, Plan
from benchmarks.servers import Served
from benchmarks.visitors import Browser
from scripts import local_postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

STAFF, MERCHANT = "13800000004", "13700000000"
REGULAR = "13900000001"


@dataclass(frozen=True, slots=True)
class Effort:
    """How much of everything: rounds and seconds of a stretch, seconds of a crowd, and the houses."""

    rounds: int
    seconds: float
    crowd_seconds: float
    five: Plan
    fifty: Plan
    grown: Plan
    wide: Plan
    lines: tuple[int, int]
    engines: Sequence[str] = (SQLITE, POSTGRESQL)


FULL = Effort(
    rounds=7,
    seconds=0.4,
    crowd_seconds=4.0,
    five=Plan(5, 20_000, 20_000),
    fifty=Plan(50, 20_000, 20_000),
    grown=Plan(50, 1_000_000, 1_000_000),
    wide=Plan(500, 25_000, 20_000, a_day=180),
    lines=(10_000, 100_000),
)
SMALL = Effort(
    rounds=3,
    seconds=0.12,
    crowd_seconds=0.8,
    five=Plan(5, 4_000, 2_000, people=700),
    fifty=Plan(50, 5_000, 2_000, people=700),
    grown=Plan(50, 20_000, 20_000, people=700),
    wide=Plan(500, 12_000, 2_000, people=700, a_day=80),
    lines=(1_000, 5_000),
    engines=(SQLITE,),
)


@dataclass
class House:
    """A house that is served; `app` is its application in this process, on the same database."""

    name: str
    engine: str
    url: str
    served: Served
    _known: dict[str, list[Browser]] = field(default_factory=dict)

    @cached_property
    def app(self) -> Flask:
        """For what is prepared and looked up beside the server."""
        return houses.application(self.url)

    def browser(self, phone: str) -> Browser:
        """Somebody's, signed in once."""
        if phone not in self._known:
            self._known[phone] = visitors.sign_in(self.app, [phone])
        return self._known[phone][0]

    def residents(self, number: int = 100) -> list[Browser]:
        """People who hold nothing that is still to come, signed in once."""
        key = f"residents {number}"
        if key not in self._known:
            with self.app.app_context():
                phones = visitors.residents_phones(number, after=320)
            self._known[key] = visitors.sign_in(self.app, phones)
        return self._known[key]

    def touch(self) -> None:
        """Let something be written, so that nothing that was answered before still holds."""
        visitors.touch(self.app)


class Arena:
    """The run itself; servers start when they are first needed, and then stay: an idle one costs nothing."""

    def __init__(self, effort: Effort, folder: Path, keep: Path) -> None:
        self.effort, self.folder, self.keep = effort, folder, keep
        known = processes.AVAILABLE
        self.server_cores, self.client_cores = known[:1], known[1:2] or known[:1]
        self._stack = ExitStack()
        self._hellos: dict[int, Served] = {}
        self._houses: dict[tuple[Plan, str, str], House] = {}
        self._postgresql: str | None = None
        self._logs = 0

    def __enter__(self) -> Arena:
        self._stack.enter_context(processes.on_cores(self.client_cores))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def hello(self, workers: int = 1) -> Served:
        """The bare view, with so many workers."""
        if workers not in self._hellos:
            self._hellos[workers] = self._stack.enter_context(
                servers.serving(
                    servers.HELLO, servers.environment("", workers), self.log(), self.server_cores
                )
            )
        return self._hellos[workers]

    def house(self, plan: Plan, engine: str = SQLITE, use: str = "reading", workers: int = 1) -> House:
        """A copy of a house for one use, served; uses that write have copies of their own."""
        key = (plan, engine, use)
        if key not in self._houses:
            url = self.database(plan, engine, use)
            self._houses[key] = self._stack.enter_context(self.serving(url, engine, use, workers))
        return self._houses[key]

    @contextmanager
    def serving(
        self, url: str, engine: str, name: str, workers: int = 1, cores: Sequence[int] | None = None
    ) -> Iterator[House]:
        """Serve a database until the block ends."""
        told = servers.environment(url, workers)
        pinned = self.server_cores if cores is None else cores
        with servers.serving(servers.HOUSE, told, self.log(), pinned) as served:
            yield House(name, engine, url, served)

    def database(self, plan: Plan, engine: str, use: str) -> str:
        """A database to write in; returns its address."""
        if engine == SQLITE:
            copy = self.folder / f"{plan.name}.{use}.sqlite"
            return houses.copy_sqlite(houses.kept_sqlite(self.keep, plan), copy)
        return houses.postgresql(self.postgresql(), plan, use)

    def postgresql(self) -> str:
        """A server of our own on the servers' core, durable as SQLite is; or the one of TEST_DATABASE_URL."""
        if self._postgresql is None:
            with processes.on_cores(self.server_cores):
                running = local_postgres.running(self.keep / "postgresql", local_postgres.DURABLE)
                self._postgresql = self._stack.enter_context(running)
                houses.only_kept(self._postgresql)
        return self._postgresql

    def database_process(self) -> int | None:
        """The process of the PostgreSQL that is ours; None where one was given."""
        self.postgresql()
        folder = self.keep / "postgresql"
        return local_postgres.process(folder) if local_postgres.is_running(folder) else None

    def log(self) -> Path:
        """A new file for what a process says."""
        self._logs += 1
        return self.folder / f"server-{self._logs}.log"
