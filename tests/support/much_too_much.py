"""Requests that nobody would send who means well, sent over and over by a process of its own.

In the process of a test it would take the interpreter from those who measure how long others wait.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from urllib.parse import urlsplit

from tests.support.again import again_and_again
from tests.support.server import ROOT

SENDERS = 2
BODY = 100 * 1024 * 1024
DEPTH, FIELDS = 100_000, 10_000
PIECE = b"a" * 65536
FORM = "application/x-www-form-urlencoded"


def head(path: str, kind: str, length: int, token: str = "") -> bytes:
    told = f"Authorization: Bearer {token}\r\n" if token else ""
    return (
        f"POST {path} HTTP/1.1\r\nHost: house\r\nConnection: close\r\nContent-Type: {kind}\r\n{told}"
        f"Content-Length: {length}\r\n\r\n"
    ).encode()


def large(_token: str) -> Iterator[bytes]:
    """A hundred megabytes, in pieces."""
    yield head("/login", FORM, BODY)
    yield from (PIECE for _ in range(BODY // len(PIECE)))


def long_field(_token: str) -> Iterator[bytes]:
    """As much as an upload may have, in one field of a form."""
    length = 31 * 1024 * 1024
    yield head("/login", FORM, length) + b"name="
    yield b"a" * (length - 5)


def many_fields(_token: str) -> Iterator[bytes]:
    """Ten thousand fields of a form."""
    body = "&".join(f"field{number}=1" for number in range(FIELDS)).encode()
    yield head("/login", FORM, len(body)) + body


def many_parts(_token: str) -> Iterator[bytes]:
    """The same in parts."""
    part = b'--x\r\nContent-Disposition: form-data; name="field"\r\n\r\n1\r\n'
    body = part * FIELDS + b"--x--\r\n"
    yield head("/login", "multipart/form-data; boundary=x", len(body)) + body


def deep_lists(token: str) -> Iterator[bytes]:
    """Brackets in brackets."""
    body = b"[" * DEPTH + b"]" * DEPTH
    yield head("/api/v1/bookings", "application/json", len(body), token) + body


def deep_objects(token: str) -> Iterator[bytes]:
    """The same with names."""
    body = b'{"a":' * DEPTH + b"1" + b"}" * DEPTH
    yield head("/api/v1/bookings", "application/json", len(body), token) + body


def long_number(token: str) -> Iterator[bytes]:
    """A number that takes long to be read."""
    body = json.dumps({"space": "x", "party_size": 1}).encode().replace(b"1", b"9" * 200_000)
    yield head("/api/v1/bookings", "application/json", len(body), token) + body


def wide_list(_token: str) -> Iterator[bytes]:
    """Thirty megabytes that are many times as large once they are read, from nobody known."""
    body = b"[" + b"0," * (15 * 1024 * 1024) + b"0]"
    yield head("/", "application/json", len(body)).replace(b"POST", b"GET") + body


HARMFUL: dict[str, Callable[[str], Iterator[bytes]]] = {
    one.__name__: one
    for one in (
        large, long_field, many_fields, many_parts, deep_lists, deep_objects, long_number, wide_list,
    )
}  # fmt: skip


def status_of(url: str, pieces: list[bytes]) -> int:
    """What is answered, though not everything may have been taken; 0 where the house hangs up before."""
    where = urlsplit(url)
    with closing(socket.create_connection((where.hostname, where.port), 300)) as line:
        with suppress(OSError):
            for piece in pieces:
                line.sendall(piece)
        try:
            return int(line.recv(100).split(maxsplit=2)[1])
        except (OSError, IndexError):
            return 0


@contextmanager
def sending(url: str, name: str, token: str) -> Iterator[Counter[int]]:
    """Two who send it again and again while the block lasts; afterwards, the statuses that they heard."""
    heard = Counter[int]()
    command = [sys.executable, "-m", __name__, url, name, token]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as those:
        assert those.stdout is not None
        assert those.stdout.readline() == "ready\n"
        try:
            yield heard
        finally:
            told, _ = those.communicate()
    assert those.returncode == 0
    heard.update({int(status): count for status, count in json.loads(told).items()})


def main(url: str, name: str, token: str) -> None:
    """Send until the other end of the standard input is closed."""
    pieces, heard = list(HARMFUL[name](token)), Counter[int]()

    def send() -> None:
        heard[status_of(url, pieces)] += 1

    send()
    with again_and_again(send, SENDERS):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.read()
    sys.stdout.write(json.dumps(heard))


if __name__ == "__main__":
    main(*sys.argv[1:])
