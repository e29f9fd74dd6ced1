"""Requests on their way to a thread: how much of one is waited for."""

import pytest

from services import arrivals


@pytest.mark.parametrize(
    ("received", "wanted"),
    [
        (b"GET / HTTP/1.1\r\nHost: a\r\n", None),
        (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", 27),
        (b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab", 43),
        (b"POST / HTTP/1.1\r\ncontent-length:5\r\n\r\n", 42),
        (b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", 45 + 256 * 1024),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 0),
        (b"POST / HTTP/1.1\r\nContent-Length: 0000000009000000\r\n\r\n", 0),
        (b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n", 0),
        (b"POST / HTTP/1.1\r\nContent-Length : 5\r\n\r\n", 0),
        (b"POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 9000000\r\n\r\n", 0),
    ],
)
def test_how_much_is_waited_for(received: bytes, wanted: int | None) -> None:
    assert arrivals.bytes_wanted(bytearray(received)) == wanted
