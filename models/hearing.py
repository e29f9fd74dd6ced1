"""A PostgreSQL that stands still, or to which the way is broken, is noticed in seconds: TCP alone may take hours.

A statement may well take longer than a second. So whoever has heard nothing for that long asks the server beside
whether it is at work for this connection: where it isn't, or doesn't answer that either, the connection is given up.
Between many statements sent together it is idle at times, so nobody asks while bytes come and go.
A server that answers nobody is left alone for a moment, and tried by one at a time, so that not everybody waits for it.
"""

from __future__ import annotations

import select
import threading
import time
from enum import Enum
from typing import Any, TypeVar

import psycopg
from psycopg import pq
from psycopg.abc import PQGen
from psycopg.conninfo import make_conninfo

R = TypeVar("R")

SILENT_SECONDS = 1.0
"""After which it is asked whether the server is at work."""
ASIDE_SECONDS = 1.5
"""In which it has to say so."""
BEGUN_SECONDS = 0.5
"""After which one that was not is asked about once more."""
KNOWN_SECONDS = 0.2
"""Which a connection waits for a server that was just found silent."""
REST_SECONDS = 1.0
"""For which a silent server is not tried again."""
INTERVAL = 0.1
AT_WORK = (
    b"SELECT FROM pg_stat_activity WHERE pid = $1::int AND state <> 'idle' AND state <> 'idle in transaction'"
    b" AND wait_event_type IS DISTINCT FROM 'Client'"
)
FOR_DRIVER = frozenset({"autocommit", "context", "cursor_factory", "prepare_threshold", "row_factory"})
"""What is said to psycopg and not to libpq."""
READING, OK, FAILED = pq.PollingStatus.READING, pq.PollingStatus.OK, pq.PollingStatus.FAILED


class Came(Enum):
    """How it went with a new connection: nobody was there, or somebody who said nothing, or no, or yes."""

    IN_VAIN = 1
    NEVER = 2
    TURNED_AWAY = 3
    IN = 4


class Silent(psycopg.OperationalError):
    """The server has not been heard of for too long."""


class Hearing:
    """What this process knows of whether one server answers."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._silent_until = 0.0

    @property
    def is_silent(self) -> bool:
        """Whether somebody has just waited in vain."""
        return time.monotonic() < self._silent_until

    def silent(self) -> None:
        """Somebody has."""
        self._silent_until = time.monotonic() + REST_SECONDS

    def connect(self, *arguments: Any, **more: Any) -> AttentiveConnection:
        """A connection of the driver's; raises Silent at once where it would be waited for in vain."""
        with self._guard:
            if self.is_silent:
                raise Silent("the database does not answer")
            tried = self._silent_until
            if tried:  # it was silent: until this one is back, nobody else waits
                self._silent_until = time.monotonic() + more["connect_timeout"] + REST_SECONDS
        try:
            connection = AttentiveConnection.connect(*arguments, **more)
        except psycopg.errors.ConnectionTimeout:
            self.silent()
            raise
        except psycopg.Error:  # that was an answer
            self._silent_until = 0.0
            raise
        self._silent_until = 0.0
        connection.hearing = self
        known = {name: value for name, value in more.items() if name not in FOR_DRIVER}
        connection.address = make_conninfo(*arguments, **known).encode()
        return connection


class Progress:
    """Whether bytes came or went while an operation was waited for."""

    def __init__(self) -> None:
        self._moved = False

    def watch(self, operation: PQGen[R]) -> PQGen[R]:
        """The same operation, with notice taken of each time its connection was ready.

        Whoever waits for it anew is told what it waits for: it is not sent the None with which such a wait begins,
        which psycopg's compiled half cannot read while it is still sending.
        """
        try:
            wanted = next(operation)
            while True:
                ready: Any = None
                while ready is None:
                    ready = yield wanted
                self._moved = self._moved or bool(ready)
                wanted = operation.send(ready)
        except StopIteration as end:
            result: R = end.value
            return result

    def since_last_asked(self) -> bool:
        """Whether they did since this was asked before."""
        moved, self._moved = self._moved, False
        return moved


class AttentiveConnection(psycopg.Connection[Any]):
    """A connection on which nobody waits for what will never come."""

    hearing: Hearing
    address: bytes = b""

    def wait(self, gen: PQGen[R], interval: float = INTERVAL, timeout: float | None = None) -> R:
        """See psycopg; raises Silent, and is closed then."""
        if timeout is not None or not self.address:
            return super().wait(gen, interval, timeout)
        progress = Progress()
        watched = progress.watch(gen)
        while True:
            try:
                return super().wait(watched, interval, self._patience())
            except psycopg.errors._WaitTimeout:  # noqa: SLF001  there is no other word for it
                if not progress.since_last_asked():
                    self._go_on_or_give_up()

    def ask(self, text: bytes) -> pq.abc.PGresult:
        """The result of a small question, by libpq itself; raises psycopg.OperationalError."""
        self.pgconn.send_query(text)
        while not _there(self.pgconn, self._patience()):
            self._go_on_or_give_up()
        result = self.pgconn.get_result()
        while self.pgconn.get_result() is not None:
            pass
        if result is None:
            raise psycopg.OperationalError("the connection is lost")
        return result

    def _patience(self) -> float:
        return KNOWN_SECONDS if self.hearing.is_silent else SILENT_SECONDS

    def _go_on_or_give_up(self) -> None:
        if is_readable(self.pgconn, 0) or self._is_at_work():
            return
        # Its answer may be on the way; or it waits for a processor and has not begun.
        if is_readable(self.pgconn, KNOWN_SECONDS / 2 if self.hearing.is_silent else BEGUN_SECONDS):
            return
        if self._is_at_work():
            return
        self.close()
        raise Silent("the database has not answered")

    def _is_at_work(self) -> bool:
        """Whether the server says that it is, if it may be asked."""
        if self.hearing.is_silent:
            return False
        until = time.monotonic() + ASIDE_SECONDS
        beside = pq.PGconn.connect_start(self.address)
        try:
            came = _connected(beside, until)
            if came is Came.NEVER:
                self.hearing.silent()
            if came is not Came.IN:
                return came is Came.TURNED_AWAY  # as when too many have come: whoever is in is served
            beside.send_query_params(AT_WORK, [str(self.pgconn.backend_pid).encode()])
            if not _there(beside, until - time.monotonic()):
                self.hearing.silent()
                return False
            result = beside.get_result()
            return result is not None and result.ntuples == 1
        except psycopg.OperationalError:
            return False
        finally:
            beside.finish()


def is_readable(line: pq.abc.PGconn, seconds: float) -> bool:
    """Whether there is something to hear, or the end, within so many seconds."""
    return _ready(line, select.POLLIN, seconds)


def _ready(line: pq.abc.PGconn, what: int, seconds: float) -> bool:
    waiting = select.poll()
    waiting.register(line.socket, what)
    return bool(waiting.poll(max(0.0, seconds) * 1000))


def _there(line: pq.abc.PGconn, seconds: float) -> bool:
    """Whether the whole of a result is, within so many seconds; raises psycopg.OperationalError."""
    until = time.monotonic() + seconds
    line.flush()
    while line.is_busy():
        if not is_readable(line, until - time.monotonic()):
            return False
        line.consume_input()
    return True


def _connected(line: pq.abc.PGconn, until: float) -> Came:
    reached = False
    while (status := line.connect_poll()) != OK:
        reached = reached or status == READING
        if status == FAILED:
            return Came.TURNED_AWAY if reached else Came.IN_VAIN
        if not _ready(line, select.POLLIN if status == READING else select.POLLOUT, until - time.monotonic()):
            return Came.NEVER
    return Came.IN
