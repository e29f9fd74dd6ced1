"""Connections whose last answer is on its way: closed when the client has closed them too, or has had time to.

Who closes while the client still sends resets the connection, and the answer may be lost (RFC 9112, section 9.6).
gunicorn waits for the client inside its loop, two seconds for each, in which the process hears nobody at all.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from selectors import EVENT_READ, BaseSelector
from time import monotonic

LINGER_SECONDS = 2.0
MOST_DRAINED, PIECE = 1024 * 1024, 64 * 1024
"""Bytes that are still taken from a client, and forgotten; in pieces of so many."""


@dataclass(slots=True)
class _Last:
    until: float
    drained: int = 0


@dataclass(eq=False, slots=True)
class Lingering:
    """The connections of a loop that nothing more is said on; `ended` is called for each that is closed."""

    poller: BaseSelector
    ended: Callable[[], None]
    _open: dict[socket.socket, _Last] = field(default_factory=dict)

    def begin(self, client: socket.socket) -> None:
        """Say that the answer ends here, and let the loop hear whether the client has understood."""
        try:
            client.shutdown(socket.SHUT_WR)
            client.setblocking(False)
        except OSError:  # the client is gone already
            self._close(client)
            return
        self._open[client] = _Last(monotonic() + LINGER_SECONDS)
        self.poller.register(client, EVENT_READ, self._drain)

    def end_overdue(self, now: float) -> None:
        """Close those that have had their time."""
        while (oldest := self._oldest()) is not None and self._open[oldest].until < now:
            self._end(oldest)

    def end_oldest(self) -> bool:
        """Close one, where there is one, because others need its place."""
        oldest = self._oldest()
        if oldest is not None:
            self._end(oldest)
        return oldest is not None

    def _oldest(self) -> socket.socket | None:
        return next(iter(self._open), None)

    def _drain(self, client: socket.socket) -> None:
        last = self._open.get(client)
        if last is None:
            return  # it had to go for another one, of which was heard in the same moment
        piece = b""
        with suppress(OSError):
            piece = client.recv(PIECE)
        last.drained += len(piece)
        if not piece or last.drained >= MOST_DRAINED:
            self._end(client)

    def _end(self, client: socket.socket) -> None:
        del self._open[client]
        self.poller.unregister(client)
        self._close(client)

    def _close(self, client: socket.socket) -> None:
        with suppress(OSError):
            client.close()
        self.ended()
