"""A mail server on a real socket that keeps what it is given, and says no when it is told to."""

from __future__ import annotations

import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

CERTIFICATE = Path(__file__).parent / "tls" / "hooks.example.pem"


def server_tls() -> ssl.SSLContext:
    """TLS of hooks.example and localhost, for a server."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def client_tls() -> ssl.SSLContext:
    """TLS that trusts this one certificate."""
    return ssl.create_default_context(cafile=str(CERTIFICATE))


@dataclass
class Mailbox:
    """What a server got, and how it answers: `replies` by verb, in place of a yes.

    `hangs_up_after`: after that verb the line goes dead without an answer, once.
    """

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    verbs: list[str] = field(default_factory=list)
    replies: dict[str, str] = field(default_factory=dict)
    hangs_up_after: str | None = None

    @property
    def ids(self) -> list[str]:
        """The Message-ID of each mail."""
        return [str(mail["Message-ID"]) for mail in self.mails]


class _Talk(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        if self.server.implicit:
            self._encrypt()
        self._say("220 fake.example ESMTP")
        while line := self.rfile.readline():
            verb = line.split(b" ")[0].strip().decode("ascii", "replace").upper()
            self.server.box.verbs.append(verb)
            if verb == "DATA":
                if not self._take_letter():
                    return
            elif verb == "QUIT":
                self._say("221 bye")
                return
            elif verb == "STARTTLS":
                self._say("220 go on")
                self._encrypt()
            else:
                self._say(self.server.box.replies.get(verb, self._yes(verb)))

    def _yes(self, verb: str) -> str:
        if verb == "EHLO":
            return "250-fake.example\r\n250-STARTTLS\r\n250 AUTH PLAIN"
        return "235 welcome" if verb == "AUTH" else "250 ok"

    def _take_letter(self) -> bool:
        box = self.server.box
        if "DATA" in box.replies:
            self._say(box.replies["DATA"])
            return True
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        box.mails.append(message_from_bytes(b"".join(lines), policy=default))  # type: ignore[arg-type]  # by policy
        if box.hangs_up_after == "DATA":
            box.hangs_up_after = None
            return False
        self._say("250 taken")
        return True

    def _encrypt(self) -> None:
        self.request = server_tls().wrap_socket(self.request, server_side=True)
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())
        self.wfile.flush()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, box: Mailbox, *, implicit: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.box, self.implicit = box, implicit

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the play."""


@contextmanager
def mail_server(*, implicit_tls: bool = False) -> Iterator[Mailbox]:
    """A running server and what it gets."""
    box = Mailbox()
    with _Server(box, implicit=implicit_tls) as server:
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
