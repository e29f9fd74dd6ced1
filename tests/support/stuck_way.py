"""The way to a PostgreSQL, by a loopback port, on which everything may come to a halt without anybody hanging up."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.engine import make_url

from scripts.local_postgres import SOCKET
from tests.support.own_postgres import OwnPostgres

PIECE = 65_536


@dataclass
class Way:
    """Takes connections at its port and hands on what is said, both ways, while it is open."""

    to: Path
    listener: socket.socket
    is_open: bool = True
    _lines: list[Line] = field(default_factory=list)

    def stop(self) -> None:
        """Hand on nothing more; who connects now is never answered, not even later."""
        self.is_open = False
        self.forget()

    def forget(self) -> None:
        """Hand on nothing more of the connections there are; new ones go on."""
        for line in self._lines:
            line.is_dead = True

    def bury(self) -> None:
        """Let the server notice which connections are dead, as it does by itself after half a minute."""
        for line in self._lines:
            if line.is_dead:
                with suppress(OSError):
                    line.server.shutdown(socket.SHUT_RDWR)

    def go_on(self) -> None:
        """Hand on what new connections say."""
        self.is_open = True

    def serve(self) -> None:
        """Take connections until the port is closed."""
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                self._lines.append(Line(client, self._server(), is_dead=not self.is_open))
                self._lines[-1].begin()

    def close(self) -> None:
        """Hang up on everybody."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for line in self._lines:
            line.hang_up()

    def _server(self) -> socket.socket:
        server = socket.socket(socket.AF_UNIX)
        server.connect(str(self.to))
        return server


@dataclass
class Line:
    """One connection."""

    client: socket.socket
    server: socket.socket
    is_dead: bool

    def begin(self) -> None:
        """Hand on both ways."""
        for one, other in ((self.client, self.server), (self.server, self.client)):
            threading.Thread(target=self._hand_on, args=(one, other), daemon=True).start()

    def hang_up(self) -> None:
        """For both sides."""
        for one in (self.client, self.server):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _hand_on(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while piece := one.recv(PIECE):
                if not self.is_dead:
                    other.sendall(piece)
        if not self.is_dead:
            self.hang_up()


@contextmanager
def way_to(server: OwnPostgres) -> Iterator[tuple[Way, str]]:
    """The way to a server, and the address of its database by this way."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        way = Way(server.folder / "socket" / SOCKET, listener)
        threading.Thread(target=way.serve, daemon=True).start()
        port, database = listener.getsockname()[1], make_url(server.url).database
        try:
            yield way, f"postgresql://postgres@127.0.0.1:{port}/{database}"
        finally:
            way.close()
