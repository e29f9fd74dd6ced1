"""Requests on their way to a thread: of which a part is there, and those that wait for a turn."""

from __future__ import annotations

import math
import re
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

LARGEST_BODY = 256 * 1024
"""Bytes of a body that are gathered here: every form; a thread reads the rest of an upload."""
LONGEST_REST = 1.0
"""Seconds of a pause, however much work there was before it: an import may take many."""
LONG_SECONDS = 20.0
"""After which no more is heard of an upload for which others have to wait."""
_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,12})[ \t]*\r\n", re.IGNORECASE)
_NOT_WAITING = re.compile(rb"\r\n(?:transfer-encoding|expect):", re.IGNORECASE)


@dataclass(slots=True)
class Arrival:
    """A request of which a part is there."""

    until: float
    is_watched: bool = False
    wanted: int | None = None
    received: bytearray = field(default_factory=bytearray)

    def is_whole(self) -> bool:
        """Whether a thread can begin with it."""
        if self.wanted is None:
            self.wanted = bytes_wanted(self.received)
        return self.wanted is not None and len(self.received) >= self.wanted


@dataclass(eq=False, slots=True)
class Line:
    """Requests that keep a thread for long: only so many are begun at a time, so threads are left for all others.

    After each second of work nobody is let in for `rest` seconds: the interpreter is left to all others, too.
    """

    most: int
    longest: int
    rest: float = 0.0
    inside: dict[Any, float] = field(default_factory=dict)
    waiting: deque[tuple[float, Any]] = field(default_factory=deque)
    _rests_until: float = 0.0

    def next(self) -> Any | None:
        """Whose turn it is, if it is anybody's."""
        now = time.monotonic()
        if not self.waiting or len(self.inside) >= self.most or now < self._rests_until:
            return None
        conn = self.waiting.popleft()[1]
        self.inside[conn] = now
        return conn

    def done(self, conn: Any, worked: float) -> None:
        """A thread is done with a request, on which it has worked for so many seconds; others may not be of here."""
        if self.inside.pop(conn, None) is not None:
            rest = min(worked * self.rest, LONGEST_REST)
            self._rests_until = max(self._rests_until, time.monotonic()) + rest

    def until_next(self) -> float:
        """In how many seconds somebody who waits may be let in, if nobody comes out before."""
        if not self.waiting or len(self.inside) >= self.most:
            return math.inf
        return max(0.0, self._rests_until - time.monotonic())

    def too_long(self, now: float) -> list[Any]:
        """Who has been inside for a while, though others wait."""
        return [conn for conn, began in self.inside.items() if self.waiting and now - began > LONG_SECONDS]


def bytes_wanted(received: bytearray) -> int | None:
    """How many bytes are gathered of a request that begins like this; None until its head is there."""
    end = received.find(_END)
    if end < 0:
        return None
    head = received[: end + 2]
    if _NOT_WAITING.search(head):
        return 0
    length = _LENGTH.search(head)
    return end + len(_END) + (min(int(length.group(1)), LARGEST_BODY) if length else 0)
