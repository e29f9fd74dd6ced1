"""Connections after their last answer: the loop hears of them, and waits for none."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from selectors import DefaultSelector

import pytest

from services import lingering
from services.lingering import LINGER_SECONDS, MOST_DRAINED, Lingering


@dataclass
class Loop:
    """A poller with the connections that linger in it, as a worker has them."""

    poller: DefaultSelector = field(default_factory=DefaultSelector)
    ended: int = 0
    clients: list[socket.socket] = field(default_factory=list)
    lines: list[socket.socket] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lingering = Lingering(self.poller, self.count)

    def count(self) -> None:
        self.ended += 1

    def answered(self) -> socket.socket:
        """A client that has got its last answer; what it is at the other end of lingers."""
        line, client = socket.socketpair()
        self.clients.append(client)
        self.lines.append(line)
        line.sendall(b"the answer")
        self.lingering.begin(line)
        return client

    def turn(self) -> None:
        """Whatever is to be heard of now."""
        for key, _ in self.poller.select(0):
            key.data(key.fileobj)


@pytest.fixture
def loop() -> Iterator[Loop]:
    with opened() as there:
        yield there


@contextmanager
def opened() -> Iterator[Loop]:
    there = Loop()
    yield there
    for one in there.clients + there.lines:
        one.close()
    there.poller.close()


def all_of(client: socket.socket) -> bytes:
    """Until the other end is closed."""
    pieces = []
    while piece := client.recv(4096):
        pieces.append(piece)
    return b"".join(pieces)


def test_a_client_that_closes_is_closed(loop: Loop) -> None:
    client = loop.answered()
    loop.turn()
    assert loop.ended == 0
    assert all_of(client) == b"the answer"
    client.close()
    loop.turn()

    assert loop.ended == 1
    assert loop.lines[0].fileno() == -1


def test_who_still_sends_gets_the_answer_and_is_closed_after_so_many_bytes(loop: Loop) -> None:
    client = loop.answered()
    client.setblocking(False)
    sent = 0
    while loop.ended == 0:
        sent += client.send(b"a" * 65536)
        loop.turn()

    assert MOST_DRAINED <= sent <= MOST_DRAINED + 65536
    assert client.recv(100) == b"the answer"


def test_who_stays_is_closed_after_a_while(loop: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    for moment in (100.0, 101.0):
        monkeypatch.setattr(lingering, "monotonic", lambda moment=moment: moment)
        loop.answered()

    loop.lingering.end_overdue(100.0 + LINGER_SECONDS)
    assert loop.ended == 0
    loop.lingering.end_overdue(100.1 + LINGER_SECONDS)

    assert loop.ended == 1
    assert [line.fileno() == -1 for line in loop.lines] == [True, False]


def test_where_there_are_too_many_the_oldest_goes_though_it_was_just_heard_of(loop: Loop) -> None:
    client = loop.answered()
    client.sendall(b"more")
    heard = loop.poller.select(0)

    assert loop.lingering.end_oldest()
    assert not loop.lingering.end_oldest()
    for key, _ in heard:
        key.data(key.fileobj)
    assert loop.ended == 1


def test_a_client_that_is_gone_already_is_no_trouble(loop: Loop) -> None:
    line, _client = socket.socketpair()
    line.close()

    loop.lingering.begin(line)

    assert loop.ended == 1
