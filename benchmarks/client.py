"""Asking again and again, on one connection or on many, and noting how long each answer took."""

from __future__ import annotations

import selectors
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.wire import PATIENCE, PIECE, Address, Connection, Reader, WrongAnswer


@dataclass(slots=True)
class Visit:
    """What is asked again and again: the k-th request, and which answers count.

    Unmeasured, `prepare` happens before a stretch, and `before` in front of each request.
    """

    name: str
    request: Callable[[int], bytes]
    expected: frozenset[int] = frozenset({200})
    before: Callable[[int], None] | None = None
    prepare: Callable[[], None] | None = None
    asked: int = 0

    def next(self) -> bytes:
        """The next request; what has to happen before it has happened then."""
        number, self.asked = self.asked, self.asked + 1
        if self.before is not None:
            self.before(number)
        return self.request(number)


@dataclass(slots=True)
class Sample:
    """What came of a stretch of asking: seconds of each answer, of all, and which answers they were."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    wire: int = 0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    def note(self, status: int, seconds: float, wire: int) -> None:
        """One answer more."""
        self.latencies.append(seconds)
        self.statuses[status] += 1
        self.wire += wire

    def check(self, visit: Visit) -> Sample:
        """Raise WrongAnswer where an answer was not what was asked for."""
        wrong = {status: n for status, n in self.statuses.items() if status not in visit.expected}
        if wrong:
            raise WrongAnswer(f"{visit.name}: {wrong} of {len(self.latencies)} answers")
        return self


def one_by_one(address: Address, visit: Visit, seconds: float, least: int = 3) -> Sample:
    """Ask on one connection for so long, and at least so often; only the time from asking to the answer counts."""
    sample, connection, clock = Sample(), Connection(address), time.perf_counter
    ends = clock() + seconds
    while clock() < ends or len(sample.latencies) < least:
        request = visit.next()
        began = clock()
        reader = connection.send(request)
        took = clock() - began
        sample.note(reader.status, took, reader.wire)
        sample.seconds += took
    connection.close()
    return sample


def crowd(address: Address, visit: Visit, connections: int, seconds: float, each: int = 0) -> Sample:
    """Ask on many connections at once for so long, or `each` times on every one."""
    sample, left = Sample(), dict[Connection, int]()
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):
            one = Connection(address)
            selector.register(one.socket, selectors.EVENT_READ, one)
            left[one] = each
        began = time.perf_counter()
        _keep_asking(selector, left, visit, sample, began + seconds if not each else None)
        sample.seconds = time.perf_counter() - began
    return sample


def _keep_asking(
    selector: selectors.BaseSelector,
    left: dict[Connection, int],
    visit: Visit,
    sample: Sample,
    ends: float | None,
) -> None:
    """Each connection asks again as soon as it is answered."""
    clock, waiting = time.perf_counter, dict[Connection, tuple[float, Reader]]()
    for one in left:
        waiting[one] = (clock(), Reader())
        one.socket.sendall(visit.next())
    while waiting:
        for key, _ in selector.select(PATIENCE):
            one = key.data
            began, reader = waiting[one]
            piece = one.socket.recv(PIECE)
            if not piece:
                raise WrongAnswer(f"{visit.name}: a connection was closed in the middle")
            if not reader.feed(piece):
                continue
            sample.note(reader.status, clock() - began, reader.wire)
            left[one] -= 1
            if left[one] == 0 or (ends is not None and clock() >= ends):
                selector.unregister(one.socket)
                del waiting[one]
                one.close()
                continue
            if reader.closes:
                selector.unregister(one.socket)
                one.renew()
                selector.register(one.socket, selectors.EVENT_READ, one)
            waiting[one] = (clock(), Reader())
            one.socket.sendall(visit.next())
