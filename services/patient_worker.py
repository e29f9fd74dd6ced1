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
from contextlib import suppress
from dataclasses import dataclass, field
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

ARRIVAL_SECONDS = 30.0
"""In which a request has to arrive: 256 kB take 9 s by a phone on an old network."""
STALLED_SECONDS = 15
"""After which a thread gives up a client that sends nothing of a large body, or takes nothing of its answer."""
LARGEST_HEAD = 64 * 1024
LARGEST_BODY = 256 * 1024
"""Bytes of a body that are gathered here: every form; a thread reads the rest of an upload."""
PIECE = 64 * 1024
TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
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

    def _expect(self, conn: Any) -> None:
        conn.sock.setblocking(False)
        self._arriving[conn] = Arrival(time.monotonic() + ARRIVAL_SECONDS)
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
        if not piece:
            self._leave(conn)
        elif arrival.wanted is None and len(arrival.received) > LARGEST_HEAD and not arrival.is_whole():
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
        self.enqueue_req(conn)

    def _leave(self, conn: Any) -> None:
        if self._arriving.pop(conn).is_watched:
            self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()


def _give_up_when_stalled(client: socket.socket) -> None:
    """Let the system end a wait of a thread that goes on for too long, whatever Python thinks of the socket."""
    span = struct.pack("ll", STALLED_SECONDS, 0)
    for direction in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        client.setsockopt(socket.SOL_SOCKET, direction, span)
