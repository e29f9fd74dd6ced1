"""Requests that keep a thread for long wait for a turn, so that threads are left for all others."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

UPLOADS_WAIT, FORMS_WAIT = 16, 64
LINE_SECONDS = 30.0
"""How many wait for a turn with what takes long, and for how long, until they are told to come again."""
LONG_SECONDS = 20.0
"""After which no more is heard of an upload for which others have to wait."""
REST, LONGEST_REST = 3.0, 1.0
"""Seconds of a pause after each second of work, and of a pause at most: an import may take many."""


@dataclass(eq=False, slots=True)
class Rest:
    """The pause after what was bulky, in which the interpreter is left to all others."""

    until: float = 0.0

    def after(self, worked: float) -> None:
        """Pause after so many seconds of work; the pauses of several add up."""
        self.until = max(self.until, time.monotonic()) + min(worked * REST, LONGEST_REST)


@dataclass(eq=False, slots=True)
class Line:
    """Requests of one kind, of which so many are worked on at a time."""

    most: int
    longest: int
    rest: Rest | None = None
    inside: dict[Any, float] = field(default_factory=dict)
    waiting: deque[tuple[float, Any]] = field(default_factory=deque)

    def until_next(self) -> float:
        """In how many seconds somebody who waits may be let in, if nobody comes out before."""
        if not self.waiting or len(self.inside) >= self.most:
            return math.inf
        return 0.0 if self.rest is None else max(0.0, self.rest.until - time.monotonic())

    def next(self) -> Any:
        """Whoever has waited for longest goes in."""
        conn = self.waiting.popleft()[1]
        self.inside[conn] = time.monotonic()
        return conn

    def done(self, conn: Any, worked: float) -> None:
        """A thread is done with a request, on which it has worked for so many seconds; it may not be of this line."""
        if self.inside.pop(conn, None) is not None and self.rest is not None:
            self.rest.after(worked)

    def too_long(self, now: float) -> list[Any]:
        """Who has been inside for a while, though others wait for the place."""
        if not self.waiting or len(self.inside) < self.most:
            return []
        return [conn for conn, began in self.inside.items() if now - began > LONG_SECONDS]


class Turns:
    """The lines of a process with so many threads; `begin` hands a connection to one of them.

    Half of the threads may wait for bodies that have not arrived. What is bulky, and what has a password hashed, is
    only worked on, one after the other, and waits for nobody else's line.
    """

    def __init__(self, threads: int, begin: Callable[[Any], object]) -> None:
        half, rest = max(1, threads // 2), Rest()
        self.unfinished = Line(half, UPLOADS_WAIT, rest)
        self.bulky = Line(max(1, half // 2), UPLOADS_WAIT, rest)
        self.hashing = Line(max(1, half // 2), FORMS_WAIT)
        self.rest = rest
        self._lines = (self.unfinished, self.bulky, self.hashing)
        self._begin = begin

    def wait(self, conn: Any, line: Line) -> bool:
        """Stand in line, or go in at once; False where the line is full."""
        if len(line.waiting) >= line.longest:
            return False
        line.waiting.append((time.monotonic() + LINE_SECONDS, conn))
        self.let_in()
        return True

    def let_in(self) -> None:
        """Let in whose time has come."""
        for line in self._lines:
            while line.until_next() == 0:
                self._begin(line.next())

    def done(self, conn: Any, worked: float) -> None:
        """A thread is done with a request, of whichever line or of none."""
        for line in self._lines:
            line.done(conn, worked)
        self.let_in()

    def until_next(self) -> float:
        """In how many seconds somebody may be let in, if nobody comes out before."""
        return min(line.until_next() for line in self._lines)

    def overdue(self, now: float) -> Iterator[Any]:
        """Take out who has waited for too long."""
        for line in self._lines:
            while line.waiting and line.waiting[0][0] < now:
                yield line.waiting.popleft()[1]
