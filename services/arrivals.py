"""Requests on their way to a thread: of which a part is there, and those that wait for a turn."""

from __future__ import annotations

import re
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

LARGEST_BODY = 256 * 1024
"""Bytes of a body that are gathered here: every form; a thread reads the rest of an upload."""
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
    """Requests that keep a thread for long: only so many are begun at a time, so threads are left for all others."""

    most: int
    longest: int
    inside: dict[Any, float] = field(default_factory=dict)
    waiting: deque[tuple[float, Any]] = field(default_factory=deque)

    def next(self) -> Any | None:
        """Whose turn it is, if it is anybody's."""
        if not self.waiting or len(self.inside) >= self.most:
            return None
        conn = self.waiting.popleft()[1]
        self.inside[conn] = time.monotonic()
        return conn

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
