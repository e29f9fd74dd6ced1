"""Counting what a house does, in memory that all its processes share (docs/decisions/0032-metrics.md).

Each process writes into a part of its own and one process reads them all, so nobody waits for anybody else. A part
outlives its process and is taken over by the next one: what was counted only grows. Where nobody wanted to measure,
there is no memory, and counting does nothing.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import tempfile
import zlib
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock

INHERITED = "JUFU_METER"
"""Names the descriptor of the memory to whoever takes the place of a process that died."""
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.3, 1.0, 2.5, 10.0)
"""Seconds; the goals of the house are among them: 150 ms for a look, 300 ms for a write."""
STATUSES = (
    200, 201, 202, 204, 206, 301, 302, 303, 304, 308, 400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 429, 500,
    503, 0,
)  # fmt: skip
"""The last one stands for every other."""
WAYS = ("read", "write")
KINDS = ("web", "jobs")
REFUSALS = ("slot_taken", "rule_violation")
PID, KIND, ROUND = range(3)
WORD = 8
SPARE = 8
"""Parts beyond those that are needed, for processes that take over while the ones before still end."""
COLUMN = {status: number for number, status in enumerate(STATUSES)}


@dataclass(slots=True)
class Reading:
    """All `parts` together. `rounds` are the moments (seconds since 1970) at which rounds of jobs ended."""

    requests: Counter[tuple[str, int]] = field(default_factory=Counter)
    durations: dict[str, list[int]] = field(
        default_factory=lambda: {way: [0] * (len(BOUNDS) + 1) for way in WAYS}
    )
    microseconds: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    processes: Counter[str] = field(default_factory=Counter)
    rounds: list[int] = field(default_factory=list)
    parts: int = 0


class Meter:
    """The memory, for these routes; a process counts nothing before it has taken a part."""

    def __init__(self, routes: Sequence[str], processes: int, descriptor: int | None = None) -> None:
        self.routes = tuple(routes)
        self._row = {route: number for number, route in enumerate(self.routes)}
        self._durations = ROUND + 1
        self._sums = self._durations + len(WAYS) * (len(BOUNDS) + 1)
        self._refusals = self._sums + len(WAYS)
        self._requests = self._refusals + len(REFUSALS)
        self._length = self._requests + len(self.routes) * len(STATUSES)
        self._parts = processes + SPARE
        size = (1 + self._parts * self._length) * WORD
        self.descriptor = _unnamed_file(size) if descriptor is None else descriptor
        self._cells = memoryview(mmap.mmap(self.descriptor, size)).cast("Q")
        if descriptor is None:
            self._cells[0] = self._layout()
        self._lock, self._begin = Lock(), 0

    @classmethod
    def inherited(cls, routes: Sequence[str], processes: int) -> Meter | None:
        """That of the house in which this process takes another's place; None where there is none, or of other code."""
        descriptor = int(os.environ.get(INHERITED) or -1)
        if descriptor < 0:
            return None
        with suppress(OSError, ValueError):  # a memory of another size
            meter = cls(routes, processes, descriptor)
            if meter._cells[0] == meter._layout():
                return meter
        return None

    def hand_on(self) -> None:
        """Let processes have it that are started rather than forked."""
        os.set_inheritable(self.descriptor, True)
        os.environ[INHERITED] = str(self.descriptor)

    def take_part(self, kind: str) -> None:
        """Count in this process from now on; where all parts are taken it does not count."""
        for number in range(self._parts):
            begin = 1 + number * self._length
            if self._cells[begin + KIND] not in (0, KINDS.index(kind) + 1):
                continue
            with suppress(OSError):  # somebody who lives has it
                fcntl.lockf(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
                self._cells[begin + PID], self._cells[begin + KIND] = os.getpid(), KINDS.index(kind) + 1
                self._begin = begin
                return

    def request(self, route: str, status: int, way: str, seconds: float) -> None:
        """Count an answer."""
        if not self._begin:
            return
        row, which = self._row.get(route, 0), WAYS.index(way)
        cell = self._begin + self._requests + row * len(STATUSES) + COLUMN.get(status, COLUMN[0])
        bucket = self._begin + self._durations + which * (len(BOUNDS) + 1) + bisect_left(BOUNDS, seconds)
        cells = self._cells
        with self._lock:
            cells[cell] += 1
            cells[bucket] += 1
            cells[self._begin + self._sums + which] += int(seconds * 1_000_000)

    def refusal(self, code: str) -> None:
        """Count a wish for a time that the house refused."""
        if self._begin:
            with self._lock:
                self._cells[self._begin + self._refusals + REFUSALS.index(code)] += 1

    def round_ended(self, now: datetime) -> None:
        """Note that the jobs have done what was due."""
        if self._begin:
            self._cells[self._begin + ROUND] = int(now.timestamp())

    def read(self) -> Reading:
        """What all processes have counted until now."""
        reading = Reading()
        for number in range(self._parts):
            begin = 1 + number * self._length
            if self._cells[begin + KIND]:
                self._add(reading, self._cells[begin : begin + self._length].tolist())
        return reading

    def _add(self, reading: Reading, part: list[int]) -> None:
        kind = KINDS[part[KIND] - 1]
        reading.parts += 1
        reading.processes[kind] += _lives(part[PID])
        if part[ROUND]:
            reading.rounds.append(part[ROUND])
        width = len(BOUNDS) + 1
        for which, way in enumerate(WAYS):
            begin = self._durations + which * width
            counted = zip(reading.durations[way], part[begin : begin + width], strict=True)
            reading.durations[way] = [before + more for before, more in counted]
            reading.microseconds[way] += part[self._sums + which]
        for which, code in enumerate(REFUSALS):
            reading.refusals[code] += part[self._refusals + which]
        for cell, count in enumerate(part[self._requests :]):
            if count:
                row, column = divmod(cell, len(STATUSES))
                reading.requests[self.routes[row], STATUSES[column]] += count

    def _layout(self) -> int:
        return zlib.crc32(repr((self.routes, BOUNDS, STATUSES, REFUSALS, self._parts)).encode())


def _unnamed_file(size: int) -> int:
    """The descriptor of a file of zeros that ends with the last process that has it; in memory where that is known."""
    memory = Path("/dev/shm")  # noqa: S108  a directory of the system, not a file
    descriptor, name = tempfile.mkstemp(dir=memory if memory.is_dir() else None)
    Path(name).unlink()
    os.ftruncate(descriptor, size)
    return descriptor


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # of somebody else, who has the number now
        return False
    return True


class _Current:
    """The meter of this process, if it has one."""

    meter: Meter | None = None


def use(meter: Meter | None) -> None:
    """Count with this one, in this process and in those that are forked from it."""
    _Current.meter = meter


def current() -> Meter | None:
    """What this process counts with; None where nobody measures."""
    return _Current.meter


def count_refusal(code: str) -> None:
    """Count a wish for a time that the house refused, where somebody measures."""
    if _Current.meter is not None and code in REFUSALS:
        _Current.meter.refusal(code)
