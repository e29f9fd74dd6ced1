"""Servers that are killed while many clients write, and what must be true of the database afterwards."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from blueprints.clock import now
from models import db
from services import doctor
from tests.support.engines import throwaway
from tests.support.half_told import half_told
from tests.support.history import disagreements
from tests.support.history_outcome import falls_apart, transitions
from tests.support.long_history import CLIENTS, Community, community, wait_for_more
from tests.support.race_arena import Arena, house_of
from tests.support.server import Frail

PROCESSES = 4
LIVES = (0.5, 1.5)
"""Seconds that a server goes on working before it is killed."""


@dataclass
class Crashing:
    """A house that falls over again and again."""

    arena: Arena
    frail: Frail
    chance: random.Random = field(default_factory=lambda: random.Random(40_9))
    ready: list[float] = field(default_factory=list)

    def live(self, rounds: int, crash: Callable[[], None]) -> Community:
        """Let many clients ask for things while the house is let down so many times; returns what they saw."""
        lived, over = community(self.arena), threading.Event()
        with lived.living(iter(lambda: over.is_set(), True)):
            try:
                for _ in range(rounds):
                    wait_for_more(lived, CLIENTS)  # however slow the machine is, each life gets somewhere
                    over.wait(self.chance.uniform(*LIVES))
                    began = time.monotonic()
                    crash()
                    self.ready.append(time.monotonic() - began)
            finally:
                over.set()
        db.session.rollback()
        return lived

    def kill(self) -> None:
        """All processes of the server at once, as when the plug is pulled; then it starts again."""
        self.frail.kill()
        self.frail.start()


@contextmanager
def crashing(
    engine_name: str, application: str = "app:create_app()", url: str = "", processes: int = PROCESSES
) -> Iterator[Crashing]:
    """A house of several processes on a database of its own, or on the one of an address."""
    with throwaway(engine_name) if not url else _given(url) as at, house_of(at) as app:
        frail = Frail(at, application=application, processes=processes)
        frail.start()
        try:
            with app.app_context():
                yield Crashing(Arena(engine_name, frail.url, app), frail)
        finally:
            frail.stop()


@contextmanager
def _given(url: str) -> Iterator[str]:
    yield url


def losses(lived: Community) -> Iterator[str]:
    """What was acknowledged and isn't so, or can't be so."""
    yield from (f"answered {status}" for status in lived.statuses - {200, 201, 409, 422})
    yield from lived.anomalies()
    yield from falls_apart(lived)
    yield from disagreements()
    acknowledged, written = transitions(lived)
    if acknowledged != written:
        yield f"{acknowledged} changes were acknowledged, the audit log has {written}"
    yield from half_told()
    yield from (f"the doctor: {finding.code} {finding.text}" for finding in doctor.data_findings(now()))
