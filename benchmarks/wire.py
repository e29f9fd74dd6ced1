"""HTTP over sockets, as little of it as a browser of ours needs: requests as bytes, answers put together of pieces."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from urllib.parse import urlencode

END_OF_HEAD = b"\r\n\r\n"
PIECE = 262_144
PATIENCE = 120.0

Address = tuple[str, int]


class WrongAnswer(Exception):
    """A server did not answer as the measurement needs it to; a figure made of it would lie."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it came over the wire; `wire` counts its bytes, `body` is put together again."""

    status: int
    head: bytes
    body: bytes
    wire: int

    def header(self, name: str) -> str | None:
        """The value of a header."""
        return _header(self.head, name.encode())

    @property
    def text(self) -> str:
        """The body, where it is text that came uncompressed."""
        return self.body.decode()


class Reader:
    """Puts one answer together out of pieces."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.wire = 0
        self.ends_with_connection = False
        self._head = -1
        self._end: int | None = None

    def feed(self, piece: bytes) -> bool:
        """Take a piece in; says whether the answer is whole."""
        self.data += piece
        self.wire += len(piece)
        if self._head < 0:
            self._head = self.data.find(END_OF_HEAD)
            if self._head < 0:
                return False
            self._end = self._length()
        if self._end is None:
            return not self.ends_with_connection and self.data.endswith(b"0\r\n\r\n")
        return len(self.data) >= self._end

    def _length(self) -> int | None:
        head, start = bytes(self.data[: self._head]), self._head + len(END_OF_HEAD)
        if self.status in (204, 304):
            return start
        told = _header(head, b"content-length")
        self.ends_with_connection = told is None and _header(head, b"transfer-encoding") != "chunked"
        return None if told is None else start + int(told)

    @property
    def status(self) -> int:
        """The status of the answer."""
        return int(self.data[9:12])

    @property
    def closes(self) -> bool:
        """Whether the server ends the connection with it."""
        told = _header(bytes(self.data[: self._head]), b"connection") or ""
        return self.ends_with_connection or told.lower() == "close"

    def answer(self) -> Answer:
        """The whole answer."""
        body = bytes(self.data[self._head + len(END_OF_HEAD) :])
        return Answer(
            self.status,
            bytes(self.data[: self._head]),
            body if self._end is not None or self.ends_with_connection else _unchunked(body),
            self.wire,
        )


class Connection:
    """One kept connection; asks again on a new one where the server had closed it."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.socket = connect(address)

    def send(self, request: bytes) -> Reader:
        """Ask, and wait for the whole answer."""
        reader = self._try(request)
        if reader is None:
            self.renew()
            reader = self._try(request)
        if reader is None:
            raise WrongAnswer("the server closed the connection instead of answering")
        if reader.closes:
            self.renew()
        return reader

    def ask(self, request: bytes) -> Answer:
        """The same, with everything of the answer."""
        return self.send(request).answer()

    def renew(self) -> None:
        """Begin a new connection."""
        self.socket.close()
        self.socket = connect(self.address)

    def close(self) -> None:
        """Be done."""
        self.socket.close()

    def _try(self, request: bytes) -> Reader | None:
        reader = Reader()
        try:
            self.socket.sendall(request)
            while piece := self.socket.recv(PIECE):
                if reader.feed(piece):
                    return reader
        except (ConnectionResetError, BrokenPipeError):
            pass
        if reader.ends_with_connection:
            return reader
        if reader.data:
            raise WrongAnswer("the server ended in the middle of an answer")
        return None


def connect(address: Address) -> socket.socket:
    """A connection that sends at once what it is given."""
    made = socket.create_connection(address, PATIENCE)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def get(path: str, cookie: str = "", **headers: str) -> bytes:
    """A GET as bytes; headers are written with underscores."""
    return _head("GET", path, cookie, headers) + b"\r\n"


def post(path: str, fields: list[tuple[str, str]], cookie: str = "", **headers: str) -> bytes:
    """A form as a browser sends it."""
    body = urlencode(fields).encode()
    more = {
        "Content_Type": "application/x-www-form-urlencoded",
        "Content_Length": str(len(body)),
        "Origin": "http://127.0.0.1",
        "Sec_Fetch_Site": "same-origin",
        **headers,
    }
    return _head("POST", path, cookie, more) + b"\r\n" + body


def _head(method: str, path: str, cookie: str, headers: dict[str, str]) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Accept: text/html,*/*;q=0.8"]
    lines += [] if "Host" in headers else ["Host: 127.0.0.1"]
    lines += [f"Cookie: {cookie}"] if cookie else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "".join(f"{line}\r\n" for line in lines).encode()


def _header(head: bytes, name: bytes) -> str | None:
    at = head.lower().find(b"\r\n" + name.lower() + b":")
    if at < 0:
        return None
    return head[at + 3 + len(name) :].split(b"\r\n", 1)[0].decode("latin-1").strip()


def _unchunked(body: bytes) -> bytes:
    pieces: list[bytes] = []
    at = 0
    while True:
        line_end = body.index(b"\r\n", at)
        size = int(body[at:line_end].split(b";")[0], 16)
        if size == 0:
            return b"".join(pieces)
        pieces.append(body[line_end + 2 : line_end + 2 + size])
        at = line_end + 4 + size
