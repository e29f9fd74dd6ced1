"""gunicorn's worker with threads, whose threads never wait for what a client has not sent yet.

gthread hands a connection to a thread as soon as its first byte is there; from then on the thread waits for the rest,
so a handful of slow phones, or one person who means harm, keeps everybody else out. Here one loop gathers requests
until their head, and a body of ordinary size, are complete.
"""

from __future__ import annotations

import faulthandler
import os
import re
import socket
import struct
import sys
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from selectors import EVENT_READ
from typing import Any
from urllib.parse import unquote_to_bytes

from gunicorn import util
from gunicorn.http import errors
from gunicorn.workers.gthread import TConn, ThreadWorker

from services import passwords

ARRIVAL_SECONDS = 30.0
"""In which a request has to arrive: 256 kB take 9 s by a phone on an old network."""
STALLED_SECONDS = 15
"""After which a thread gives up a client that sends nothing of a large body, or takes nothing of its answer."""
LARGEST_HEAD = 64 * 1024
LARGEST_BODY = 256 * 1024
"""Bytes of a body that are gathered here: every form; a thread reads the rest of an upload."""
PIECE = 64 * 1024
TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
BUSY = (
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nConnection: close\r\nCache-Control: no-store\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\n系统正忙，请过几秒再试。 Busy: try again in a moment.\n"
).encode()
LONGEST_LINE, LINE_SECONDS = 64, 30.0
"""How many wait for a turn with what takes long, and for how long, until they are told to come again."""
LONG_SECONDS = 20.0
"""After which no more is heard of an upload for which others have to wait."""
HASHING = "jufu_hashing"
"""Under which an application keeps the beginnings of the paths whose forms have a password hashed."""
REFUSED = {
    errors.LimitRequestLine: (414, "URI Too Long"),
    errors.ExpectationFailed: (417, "Expectation Failed"),
    errors.LimitRequestHeaders: (431, "Request Header Fields Too Large"),
    errors.UnsupportedTransferCoding: (501, "Not Implemented"),
}
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


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn says nothing of types
    """Serves requests in threads once they have arrived."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._arriving: dict[Any, Arrival] = {}
        self._noted_at = 0.0
        half = max(1, self.cfg.threads // 2)
        self._unfinished, self._hashing = Line(half), Line(max(1, half // 2))
        self._hashing_paths: tuple[bytes, ...] = ()

    def load_wsgi(self) -> None:
        """Take the application, and what it says of its forms."""
        super().load_wsgi()
        passwords.at_most(self._unfinished.most)
        self._hashing_paths = getattr(self.wsgi, "extensions", {}).get(HASHING, ())

    def notify(self) -> None:
        """Be heard of; a loop that isn't for `timeout` seconds ends its process, whatever it hangs in, saying where."""
        super().notify()
        now = time.monotonic()
        if now - self._noted_at >= 1:
            self._noted_at = now
            faulthandler.dump_traceback_later(self.cfg.timeout, exit=True)

    def init_process(self) -> None:
        """Begin; the threads of this process leave each other the core until they are done or wait for something.

        By itself the system lets whoever wakes up go before who is running, in the middle of an answer too and while it
        holds what all others wait for: of sixteen who ask at a time, one of a hundred then waits four times as long as
        the others, instead of twice.
        """
        if sys.platform == "linux":
            with suppress(OSError):  # where it is not allowed, they do well enough
                os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
        super().init_process()

    def accept(self, listener: Any) -> None:
        """Take a connection; where there are too many, the one whose request has been arriving for longest goes."""
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        _give_up_when_stalled(client)
        self.nr_conns += 1
        if self.nr_conns >= self.worker_connections and self._arriving:
            self._leave(next(iter(self._arriving)))
        self._expect(TConn(self.cfg, client, address, listener.getsockname()))

    def on_client_socket_readable(self, conn: Any, client: Any) -> None:
        """The next request on a connection that was kept."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._expect(conn)

    def murder_pending(self) -> None:
        """Leave whoever has not sent a request in time; while stopping, also who has sent nothing."""
        super().murder_pending()
        now = time.monotonic()
        for conn, arrival in list(self._arriving.items()):
            if arrival.until < now or not (self.alive or arrival.received):
                self._leave(conn)
        for line in (self._unfinished, self._hashing):
            for conn in line.too_long(now):
                with suppress(OSError):  # what has arrived is answered all the same
                    conn.sock.shutdown(socket.SHUT_RD)
            while line.waiting and line.waiting[0][0] < now:
                self._turn_away(line.waiting.popleft()[1])

    def enqueue_req(self, conn: Any) -> None:
        """The next request of a connection, of which a part came together with the one before."""
        self._expect(conn, conn.parser.unreader.take_buffered())

    def finish_request(self, conn: Any, fs: Any) -> None:
        """A thread is done with a request."""
        for line in (self._unfinished, self._hashing):
            line.inside.pop(conn, None)
            self._let_in(line)
        super().finish_request(conn, fs)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Say in the log what kind of trouble it was, and nothing of what was sent: there may be a secret in it."""
        if not isinstance(exc, errors.ParseException) or _is_ours(exc):
            super().handle_error(None, client, addr, exc)
            return
        self.log.warning("A request could not be read: %s", type(exc).__name__)
        status, reason = REFUSED.get(type(exc), (400, "Bad Request"))
        with suppress(OSError):
            util.write_error(client, status, reason, "")

    def _expect(self, conn: Any, begun: bytes = b"") -> None:
        conn.sock.setblocking(False)
        self._arriving[conn] = Arrival(time.monotonic() + ARRIVAL_SECONDS, received=bytearray(begun))
        if begun:
            self._look_at(conn)
        else:
            self._receive(conn)

    def _receive(self, conn: Any, _client: Any = None) -> None:
        arrival = self._arriving[conn]
        try:
            piece = conn.sock.recv(PIECE)
        except BlockingIOError:
            self._watch(conn, arrival)
            return
        except OSError:
            piece = b""
        arrival.received += piece
        if piece:
            self._look_at(conn)
        else:
            self._leave(conn)

    def _look_at(self, conn: Any) -> None:
        arrival = self._arriving[conn]
        if arrival.wanted is None and len(arrival.received) > LARGEST_HEAD and not arrival.is_whole():
            with suppress(OSError):
                conn.sock.send(TOO_LARGE)
            self._leave(conn)
        elif arrival.is_whole():
            self._hand_on(conn)
        else:
            self._watch(conn, arrival)

    def _watch(self, conn: Any, arrival: Arrival) -> None:
        if not arrival.is_watched:
            arrival.is_watched = True
            self.poller.register(conn.sock, EVENT_READ, lambda client: self._receive(conn, client))

    def _hand_on(self, conn: Any) -> None:
        arrival = self._arriving.pop(conn)
        if arrival.is_watched:
            self.poller.unregister(conn.sock)
        conn.init()
        conn.parser.unreader.unread(bytes(arrival.received))
        conn.data_ready = True
        line = self._line_of(arrival)
        if line is None:
            super().enqueue_req(conn)
        elif len(line.waiting) >= LONGEST_LINE:
            self._turn_away(conn)
        else:
            line.waiting.append((time.monotonic() + LINE_SECONDS, conn))
            self._let_in(line)

    def _line_of(self, arrival: Arrival) -> Line | None:
        if not 0 < (arrival.wanted or 0) <= LARGEST_BODY:
            return self._unfinished
        if not self._hashing_paths or not arrival.received.startswith(b"POST "):
            return None
        path = bytes(arrival.received[5 : arrival.received.find(b" ", 5)])
        return self._hashing if unquote_to_bytes(path).startswith(self._hashing_paths) else None

    def _let_in(self, line: Line) -> None:
        while (conn := line.next()) is not None:
            super().enqueue_req(conn)

    def _turn_away(self, conn: Any) -> None:
        with suppress(OSError):
            conn.sock.send(BUSY)
        self.nr_conns -= 1
        conn.close()

    def _leave(self, conn: Any) -> None:
        if self._arriving.pop(conn).is_watched:
            self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()


def _is_ours(trouble: BaseException) -> bool:
    """Whether it was the application that said something which can't be sent."""
    return isinstance(trouble, errors.InvalidResponseHeader | errors.InvalidResponseHeaderName)


def _give_up_when_stalled(client: socket.socket) -> None:
    """Let the system end a wait of a thread that goes on for too long, whatever Python thinks of the socket."""
    span = struct.pack("ll", STALLED_SECONDS, 0)
    for direction in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        client.setsockopt(socket.SOL_SOCKET, direction, span)
