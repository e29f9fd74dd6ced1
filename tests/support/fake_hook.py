"""A program that takes webhooks, on a real socket: it keeps what it is sent and answers as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.fake_mail import server_tls


@dataclass
class Asked:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        """Its JSON."""
        return dict(json.loads(self.body))


@dataclass
class Listener:
    """What a program got, and its answers in turn (status, headers); afterwards 200.

    `drips` lets it begin its answer for ever, a byte at a time.
    """

    port: int = 0
    scheme: str = "http"
    asked: list[Asked] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    drips: threading.Event | None = None

    def url(self, host: str = "localhost", path: str = "/hook") -> str:
        """Its address."""
        return f"{self.scheme}://{host}:{self.port}{path}"


@contextmanager
def hook_server(*, tls: bool = False) -> Iterator[Listener]:
    """A running program and what it gets."""
    listener = Listener(scheme="https" if tls else "http")

    class Talk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            listener.asked.append(Asked(self.path, dict(self.headers), body))
            while listener.drips is not None and not listener.drips.wait(0.02):
                self.wfile.write(b"H")
            status, headers = listener.answers.pop(0) if listener.answers else (200, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name that is overridden
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """A client that hangs up is part of the play."""

    server = Server(("127.0.0.1", 0), Talk)
    if tls:
        server.socket = server_tls().wrap_socket(server.socket, server_side=True)
    listener.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
