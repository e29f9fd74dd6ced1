"""Clients that begin a request and do not go on, or that do not read what they asked for."""

from __future__ import annotations

import socket
from contextlib import suppress
from urllib.parse import urlsplit

SEGMENT, RECEIVED = 1_460, 4_096
"""Bytes of a packet as on other ways than the loopback's, and what the client's system takes for somebody who does not
read: what the server's system takes off it depends on both."""
SLOW_HEAD = b"GET /healthz HTTP/1.1\r\nHost: house\r\nX-Slow: "
SLOW_BODY = b"POST /login HTTP/1.1\r\nHost: house\r\nContent-Length: 20000\r\n\r\nphone="
NO_END = (
    b"POST /login HTTP/1.1\r\nHost: house\r\nTransfer-Encoding: chunked\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\n5\r\npho"
)
"""Without a kind the body would not be read before the answer."""
LARGE_BODY = (
    b"POST /login HTTP/1.1\r\nHost: house\r\nContent-Length: 9000000\r\n"
    b"Content-Type: multipart/form-data; boundary=x\r\n\r\n"
    b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n' + b"a" * 330_000
)
ODD_LENGTH = LARGE_BODY.replace(b"9000000", b"0000000009000000")
HALF_BEHIND = b"GET /healthz HTTP/1.1\r\nHost: house\r\n\r\n" + SLOW_HEAD
ASK = b"GET /healthz HTTP/1.1\r\nHost: house\r\nConnection: close\r\n\r\n"
UNREAD = b"GET /static/css/house.css HTTP/1.1\r\nHost: house\r\n\r\n"
BEGINNINGS = {
    "heads": SLOW_HEAD, "bodies": SLOW_BODY, "nothing at all": b"", "bodies without a length": NO_END,
    "large bodies": LARGE_BODY, "lengths that only others read": ODD_LENGTH,
    "half a request behind a whole one": HALF_BEHIND, "whole requests, and stay": ASK,
    "whole requests, and do not read": UNREAD,
}  # fmt: skip


def slow_client(url: str, beginning: bytes, patience: float) -> socket.socket:
    """Somebody who has begun so, as far as the house let them: it may have hung up before all of it was sent."""
    client = far_client(url, patience)
    with suppress(OSError):
        client.sendall(beginning)
    return client


def far_client(url: str, patience: float) -> socket.socket:
    """A connection to the house as from somewhere else."""
    where = urlsplit(url)
    client = socket.socket()
    try:
        client.settimeout(patience)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, SEGMENT)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVED)
        client.connect((where.hostname, where.port))
    except OSError:
        client.close()
        raise
    return client
