"""gunicorn's worker with threads, whose threads never wait for what a client has not sent yet.

gthread hands a connection to a thread as soon as its first byte is there; from then on the thread waits for the rest,
so a handful of slow phones, or one person who means harm, keeps everybody else out. Here one loop gathers requests
until their head, and a body of ordinary size, are complete.
"""

from __future__ import annotations

import errno
import faulthandler
import math
import os
import re
import socket
import sys
import time
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ
from typing import Any
from urllib.parse import unquote_to_bytes

from gunicorn import util
from gunicorn.http import errors
from gunicorn.workers.gthread import TConn, ThreadWorker

from services import passwords, sending
from services.arrivals import LARGEST_BODY, Arrival, spare_threads
from services.lingering import Lingering
from services.turns import Line, Turns

ARRIVAL_SECONDS = 30.0
"""In which a request has to arrive: 256 kB take 9 s by a phone on an old network."""
LARGEST_HEAD = 64 * 1024
PIECE = 64 * 1024
TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
BUSY = (
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nConnection: close\r\nCache-Control: no-store\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\n系统正忙，请过几秒再试。 Busy: try again in a moment.\n"
).encode()
MOST_GATHERED = 8 * 1024 * 1024
"""Bytes that a process keeps of requests that are arriving; beyond that, the largest of them goes."""
SHORT_FORM = 16 * 1024
"""Bytes of a request, beyond which it is bulky: few forms are, and none with a password."""
PLACES_LEFT = 10
"""For those who come while others have all places, so that there is always somebody who can be asked to go."""
HASHING = "jufu_hashing"
"""Under which an application keeps the beginnings of the paths whose forms have a password hashed."""
_ABSOLUTE = re.compile(rb"^https?://[^/]*", re.IGNORECASE)
REFUSED = {
    errors.LimitRequestLine: (414, "URI Too Long"),
    errors.ExpectationFailed: (417, "Expectation Failed"),
    errors.LimitRequestHeaders: (431, "Request Header Fields Too Large"),
    errors.UnsupportedTransferCoding: (501, "Not Implemented"),
}


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn says nothing of types
    """Serves requests in threads once they have arrived."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._arriving: dict[Any, Arrival] = {}
        self._gathered = 0
        self._noted_at = 0.0
        self._worked: dict[Any, float] = {}
        self._given_up: set[Any] = set()
        self._turns = Turns(self.cfg.threads, super().enqueue_req)
        self._waiting = sending.Waiting(max(1, self.cfg.threads - 1))
        self._hashing_paths: tuple[bytes, ...] = ()

    def load_wsgi(self) -> None:
        """Take the application, and what it says of its forms."""
        super().load_wsgi()
        passwords.at_most(self._turns.unfinished.most)
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

    def run(self) -> None:
        """Hear whoever comes, until all are answered that came before the end."""
        self._lingering = Lingering(self.poller, self._ended)
        self._sending = sending.Sending(self.poller, self._ended)
        super().run()
        for conn in self._turns.overdue(math.inf):
            with suppress(OSError):
                conn.sock.send(BUSY)

    def accept(self, listener: Any) -> None:
        """Take a connection; where nearly all places are taken, another one goes for it."""
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        except OSError as error:
            if error.errno not in (errno.EMFILE, errno.ENFILE):
                raise
            self._make_room()
            return
        spare_threads(client)
        self.nr_conns += 1
        if self.nr_conns > self.worker_connections - PLACES_LEFT:
            self._make_room()
        self._expect(TConn(self.cfg, sending.Line(client, self._waiting), address, listener.getsockname()))

    def on_client_socket_readable(self, conn: Any, client: Any) -> None:
        """The next request on a connection that was kept."""
        # It may have had to go for another one, of which was heard in the same moment.
        if conn in self.keepalived_conns:
            super().on_client_socket_readable(conn, client)

    def murder_pending(self) -> None:
        """Leave whoever has not sent a request in time; while stopping, also who has sent nothing."""
        super().murder_pending()
        now = time.monotonic()
        for conn, arrival in list(self._arriving.items()):
            if arrival.until < now or not (self.alive or arrival.received):
                self._leave(conn)
            elif self.alive:
                break  # those that follow came later
        self._lingering.end_overdue(now)
        self._sending.end_overdue(now)
        self._waiting.spare_one(now)
        for conn in self._turns.unfinished.too_long(now):
            self._given_up.add(conn)
            with suppress(OSError):  # what has arrived is answered all the same
                conn.sock.shutdown(socket.SHUT_RD)
        for conn in self._turns.overdue(now):
            self._answer(conn, BUSY)

    def enqueue_req(self, conn: Any) -> None:
        """The next request of a connection that was kept, of which a part may have come with the one before."""
        self._expect(conn, conn.parser.unreader.take_buffered())

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Hear what there is to hear, and let in whose time has come."""
        super().wait_for_and_dispatch_events(min(timeout, self._turns.until_next()))
        if not self.alive:
            self._turns.rest.until = 0.0
        self._turns.let_in()

    def handle(self, conn: Any) -> Any:
        """Answer a request, in a thread, and note how much work that was."""
        began = time.thread_time()
        try:
            return super().handle(conn)
        finally:
            self._worked[conn] = time.thread_time() - began

    def finish_request(self, conn: Any, fs: Any) -> None:
        """A thread is done with a request, but for what the client has not taken yet."""
        self._turns.done(conn, self._worked.pop(conn, 0.0))
        given_up = conn in self._given_up
        self._given_up.discard(conn)
        if conn.sock.unsent and conn.sock.fileno() >= 0:
            self._sending.begin(conn.sock, partial(self._go_on, conn, fs, given_up))
        else:
            self._go_on(conn, fs, given_up)

    def _go_on(self, conn: Any, fs: Any, given_up: bool) -> None:
        if given_up or fs.cancelled() or fs.exception() is not None or not fs.result():
            self._lingering.begin(conn.sock)
        else:
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
        self._gathered += len(begun)
        if begun:
            self._look_at(conn)
        else:
            self._receive(conn)

    def _receive(self, conn: Any, _client: Any = None) -> None:
        arrival = self._arriving.get(conn)
        if arrival is None:
            return  # another one was heard of in the same moment, for whom it had to go
        try:
            piece = conn.sock.recv(PIECE)
        except BlockingIOError:
            self._watch(conn, arrival)
            return
        except OSError:
            piece = b""
        arrival.received += piece
        self._gathered += len(piece)
        if piece:
            self._look_at(conn)
        else:
            self._leave(conn)
        while self._gathered > MOST_GATHERED:
            self._leave(max(self._arriving, key=lambda one: len(self._arriving[one].received)))

    def _look_at(self, conn: Any) -> None:
        arrival = self._arriving[conn]
        if arrival.wanted is None and len(arrival.received) > LARGEST_HEAD and not arrival.is_whole():
            self._forget(conn)
            self._answer(conn, TOO_LARGE)
        elif arrival.is_whole():
            self._hand_on(conn)
        else:
            self._watch(conn, arrival)

    def _watch(self, conn: Any, arrival: Arrival) -> None:
        if not arrival.is_watched:
            arrival.is_watched = True
            self.poller.register(conn.sock, EVENT_READ, lambda client: self._receive(conn, client))

    def _hand_on(self, conn: Any) -> None:
        arrival = self._forget(conn)
        conn.init()
        conn.parser.unreader.unread(bytes(arrival.received))
        conn.data_ready = True
        line = self._line_of(arrival)
        if line is None:
            super().enqueue_req(conn)
        elif not self._turns.wait(conn, line):
            self._answer(conn, BUSY)

    def _line_of(self, arrival: Arrival) -> Line | None:
        if not 0 < (arrival.wanted or 0) <= LARGEST_BODY:
            return self._turns.unfinished
        if len(arrival.received) > SHORT_FORM:
            return self._turns.bulky
        if not self._hashing_paths or not arrival.received.startswith(b"POST "):
            return None
        path = _ABSOLUTE.sub(b"", bytes(arrival.received[5 : arrival.received.find(b" ", 5)]))
        return self._turns.hashing if unquote_to_bytes(path).startswith(self._hashing_paths) else None

    def _answer(self, conn: Any, answer: bytes) -> None:
        with suppress(OSError):
            conn.sock.send(answer)
        self._lingering.begin(conn.sock)

    def _make_room(self) -> None:
        """Let one go that was answered, or waits for a request, or takes or sends one slowly, each for longest."""
        if self._lingering.end_oldest():
            return
        if self.keepalived_conns:
            conn = self.keepalived_conns.popleft()
            self.poller.unregister(conn.sock)
            conn.close()
            self._ended()
            return
        conn, arrival = next(iter(self._arriving.items()), (None, None))
        if arrival is None or arrival.until - ARRIVAL_SECONDS > self._sending.since():
            self._sending.end_oldest()
        else:
            self._leave(conn)

    def _leave(self, conn: Any) -> None:
        self._forget(conn)
        conn.close()
        self._ended()

    def _ended(self) -> None:
        self.nr_conns -= 1

    def _forget(self, conn: Any) -> Arrival:
        arrival = self._arriving.pop(conn)
        self._gathered -= len(arrival.received)
        if arrival.is_watched:
            self.poller.unregister(conn.sock)
        return arrival


def _is_ours(trouble: BaseException) -> bool:
    """Whether it was the application that said something which can't be sent."""
    return isinstance(trouble, errors.InvalidResponseHeader | errors.InvalidResponseHeaderName)
