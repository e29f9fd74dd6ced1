"""Answers that are on their way: what a client has not taken yet is sent by the loop, and keeps no thread.

Only of what is larger than ROOM, files and exports, a thread has to wait for its reader.
"""

from __future__ import annotations

import errno
import math
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from selectors import EVENT_WRITE, BaseSelector
from threading import Lock
from time import monotonic

from services import arrivals

ROOM = 1024 * 1024
"""Bytes of an answer that a thread leaves to the loop: every page, and every picture."""
MOST_UNSENT = 8 * 1024 * 1024
"""Bytes that the loop of a process keeps; beyond that, whoever has taken nothing for longest goes."""
PIECE = 64 * 1024
SLOW_SECONDS = 2.0
"""After which somebody who has taken nothing may be left for others."""


class Line(socket.socket):
    """A client's connection, on which nobody waits for a page to be taken."""

    def __init__(self, client: socket.socket, waiting: Waiting) -> None:
        super().__init__(client.family, client.type, client.proto, fileno=client.detach())
        self.unsent = bytearray()
        self._waiting = waiting

    def sendall(self, data: bytes, flags: int = 0) -> None:  # type: ignore[override]  # gunicorn has bytes only
        """Send what is taken at once, and keep the rest; raises OSError, also where a large answer is given up."""
        sent = 0
        if not self.unsent:
            with suppress(BlockingIOError):
                sent = self.send(data, flags | socket.MSG_DONTWAIT)
            if sent == len(data):
                return
        self.unsent += memoryview(data)[sent:]
        if len(self.unsent) > ROOM:
            self._waiting.wait_for(self)

    def send_piece(self, flags: int = 0) -> None:
        """Send some of what is left; raises OSError, of which BlockingIOError says that nothing is taken now."""
        del self.unsent[: self.send(self.unsent[:PIECE], flags)]


class Waiting:
    """The threads that wait for a reader, of which there should be so many at most."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._lines: dict[Line, float] = {}

    def wait_for(self, line: Line) -> None:
        """Return when there is room for more of an answer; raises OSError where its reader is given up."""
        try:
            while len(line.unsent) > ROOM // 2:
                with self._lock:
                    self._lines.pop(line, None)
                    self._lines[line] = monotonic()
                _send_to_whoever_is_slow(line)
        except OSError:
            line.unsent.clear()
            raise
        finally:
            with self._lock:
                self._lines.pop(line, None)

    def spare_one(self, now: float) -> None:
        """Where too many wait, give up the reader who has taken nothing for longest, if that is a while."""
        with self._lock:
            slowest, since = next(iter(self._lines.items()), (None, now))
            if slowest is None or len(self._lines) <= self._most or now - since < SLOW_SECONDS:
                return
            del self._lines[slowest]
            with suppress(OSError):
                slowest.shutdown(socket.SHUT_RDWR)


def _send_to_whoever_is_slow(line: Line) -> None:
    try:
        line.send_piece()
    except BlockingIOError:
        # The system has waited for STALLED_SECONDS, for a third of its buffer to be taken.
        try:
            line.send_piece(socket.MSG_DONTWAIT)
        except BlockingIOError:
            raise BrokenPipeError(errno.EPIPE, "The reader takes nothing any more.") from None


@dataclass(slots=True)
class _Rest:
    until: float
    then: Callable[[], None]


@dataclass(eq=False, slots=True)
class Sending:
    """The rests of answers that a loop sends; `ended` is called for each client that is left before its end."""

    poller: BaseSelector
    ended: Callable[[], None]
    _rests: dict[Line, _Rest] = field(default_factory=dict)
    _unsent: int = 0

    def begin(self, line: Line, then: Callable[[], None]) -> None:
        """Send the rest, and go on with the connection when all of it is taken."""
        line.setblocking(False)
        self._rests[line] = _Rest(monotonic() + arrivals.STALLED_SECONDS, then)
        self._unsent += len(line.unsent)
        self.poller.register(line, EVENT_WRITE, self._send)
        while self._unsent > MOST_UNSENT:
            self.end_oldest()

    def since(self) -> float:
        """The moment since which the slowest has taken nothing; infinite where there is nobody."""
        return next((rest.until - arrivals.STALLED_SECONDS for rest in self._rests.values()), math.inf)

    def end_overdue(self, now: float) -> None:
        """Leave whoever has taken nothing for too long."""
        while self._rests and next(iter(self._rests.values())).until < now:
            # Of somebody very slow the system says nothing until a third of its buffer is taken.
            if not self._send(next(iter(self._rests))):
                self.end_oldest()

    def end_oldest(self) -> None:
        """Leave whoever has taken nothing for longest, where there is anybody."""
        oldest = next(iter(self._rests), None)
        if oldest is not None:
            self._leave(oldest)

    def _send(self, line: Line) -> bool:
        """Whether anything came of it."""
        rest = self._rests.get(line)
        if rest is None:
            return False  # it had to go for another one, of which was heard in the same moment
        before = len(line.unsent)
        try:
            line.send_piece()
        except BlockingIOError:
            return False
        except OSError:  # the client is gone
            self._leave(line)
            return True
        self._unsent -= before - len(line.unsent)
        if line.unsent:
            rest.until = monotonic() + arrivals.STALLED_SECONDS
            self._rests[line] = self._rests.pop(line)
        else:
            self._forget(line).then()
        return True

    def _leave(self, line: Line) -> None:
        self._forget(line)
        line.close()
        self.ended()

    def _forget(self, line: Line) -> _Rest:
        self._unsent -= len(line.unsent)
        self.poller.unregister(line)
        return self._rests.pop(line)
