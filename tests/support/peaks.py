"""By how much a server grows for a while: what it gave back before anybody looked counts too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks import processes
from tests.support.server import Server


@dataclass
class Growth:
    """Megabytes that its processes held at most, beyond those at the beginning; known once the block is over."""

    megabytes: float = 0.0


@contextmanager
def growth_of(server: Server) -> Iterator[Growth]:
    """What the block costs a server in memory; one whose process ended meanwhile is no measure."""
    members = processes.family(server.process.pid)
    grown, before = Growth(), processes.resident(members)
    processes.forget_peaks(members)
    yield grown
    assert processes.family(server.process.pid) == members, "a process of the server ended"
    grown.megabytes = (processes.peak(members) or 0.0) - (before or 0.0)
