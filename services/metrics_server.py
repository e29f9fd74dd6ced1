"""Answers `/metrics` at an address of its own: one process, one request at a time, nothing else."""

from __future__ import annotations

import logging
import select
import socket
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer

from services.metrics import CONTENT_TYPE

PATIENCE = 5.0
"""Seconds for which who asks may keep the others waiting."""
log = logging.getLogger(__name__)


def serve(listener: socket.socket, page: Callable[[], str], lifeline: int | None) -> None:
    """Answer until the parent is gone."""
    server = HTTPServer(listener.getsockname()[:2], _answering(page), bind_and_activate=False)
    server.socket.close()
    server.socket = listener
    watched = [listener.fileno(), *([] if lifeline is None else [lifeline])]
    while lifeline not in select.select(watched, [], [])[0]:
        server.handle_request()


def _answering(page: Callable[[], str]) -> type[BaseHTTPRequestHandler]:
    class Answering(BaseHTTPRequestHandler):
        timeout = PATIENCE
        server_version, sys_version = "jufu", ""

        def do_GET(self) -> None:
            if self.path.partition("?")[0] != "/metrics":
                self.send_error(404)
                return
            try:
                body = page().encode()
            except Exception:  # whatever it is, the next question may be answered
                log.exception("The metrics could not be told.")
                self.send_error(500)
                return
            self.send_response(200)
            self.send_header("Content-Type", CONTENT_TYPE)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said: object) -> None:
            """Who watches asks every few seconds: that is not worth a line."""

    return Answering
