"""Answers that are taken slowly: the loop sends what is left, and a thread waits only for what is very large."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from selectors import DefaultSelector
from threading import Thread
from time import monotonic
from typing import Any

import pytest

from services.arrivals import SEND_BUFFER, STALLED_SECONDS, spare_threads
from services.sending import MOST_UNSENT, ROOM, SLOW_SECONDS, Line, Sending, Waiting
from tests.support.slow_clients import far_client

PAGE = bytes(range(256)) * 2_000
"""More than a local connection takes by itself."""
LARGE = b"a" * (ROOM + 1024 * 1024)


class House:
    """A loop with the lines of its clients, as a worker has them."""

    def __init__(self, threads_that_wait: int = 1) -> None:
        self.poller = DefaultSelector()
        self.waiting = Waiting(threads_that_wait)
        self.ended = 0
        self.sending = Sending(self.poller, self.count)
        self.sockets: list[socket.socket] = []
        self.taken: list[Line] = []

    def count(self) -> None:
        self.ended += 1

    def line(self) -> tuple[Line, socket.socket]:
        """A line of the house, and its client."""
        here, client = socket.socketpair()
        here.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        line = Line(here, self.waiting)
        client.settimeout(30)
        self.sockets += [line, client]
        return line, client

    def answered(self, page: bytes = PAGE) -> tuple[Line, socket.socket]:
        """A client who has taken nothing yet of what a thread has answered."""
        line, client = self.line()
        line.sendall(page)
        self.sending.begin(line, lambda: self.taken.append(line))
        return line, client

    def turn(self) -> None:
        """Whatever is to be heard of now."""
        for key, _ in self.poller.select(0):
            key.data(key.fileobj)


@pytest.fixture
def house() -> Iterator[House]:
    house = House()
    yield house
    for one in house.sockets:
        one.close()
    house.poller.close()


def read(client: socket.socket, size: int, house: House | None = None) -> bytes:
    """So much, while the loop turns."""
    got = b""
    while len(got) < size and (piece := client.recv(size - len(got))):
        got += piece
        if house is not None:
            house.turn()
    return got


def in_a_thread(line: Line, data: bytes) -> tuple[Thread, list[OSError]]:
    """Send it as a thread of the house does."""
    failed: list[OSError] = []

    def send() -> None:
        try:
            line.sendall(data)
        except OSError as error:
            failed.append(error)

    thread = Thread(target=send, daemon=True)
    thread.start()
    return thread, failed


def test_what_is_taken_at_once_leaves_nothing(house: House) -> None:
    line, client = house.line()
    line.sendall(b"a page")

    assert not line.unsent
    assert client.recv(100) == b"a page"


def test_a_page_that_nobody_takes_keeps_no_thread_and_comes_whole(house: House) -> None:
    line, client = house.line()
    for piece in (PAGE[:1_000], PAGE[1_000:400_000], PAGE[400_000:]):
        line.sendall(piece)
    assert line.unsent
    house.sending.begin(line, lambda: house.taken.append(line))
    house.turn()
    assert house.taken == []

    assert read(client, len(PAGE), house) == PAGE
    assert house.taken == [line]
    assert not house.poller.get_map()


def test_who_takes_nothing_for_long_is_left(house: House) -> None:
    _line, client = house.answered()
    house.sending.end_overdue(monotonic() + STALLED_SECONDS - 1)
    assert house.ended == 0

    house.sending.end_overdue(monotonic() + STALLED_SECONDS + 1)

    assert house.ended == 1
    assert house.taken == []
    assert len(read(client, len(PAGE))) < len(PAGE)


def test_who_takes_a_little_has_time_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    _line, client = house.answered()
    _other, _client = house.answered()
    monkeypatch.setattr("services.sending.monotonic", lambda: monotonic() + STALLED_SECONDS - 1)
    read(client, 300_000, house)

    house.sending.end_overdue(monotonic() + STALLED_SECONDS + 1)

    assert house.ended == 1
    assert read(client, len(PAGE) - 300_000, house) == PAGE[300_000:]


def test_who_hangs_up_is_left(house: House) -> None:
    _line, client = house.answered()
    client.close()
    house.turn()

    assert house.ended == 1
    assert not house.poller.get_map()


def test_when_too_much_is_kept_whoever_took_nothing_for_longest_goes(house: House) -> None:
    many = [house.answered(b"a" * ROOM) for _ in range(2 * MOST_UNSENT // ROOM + 4)]

    lost = [number for number, (line, _client) in enumerate(many) if line.fileno() < 0]
    assert lost == list(range(len(lost)))
    assert 0 < len(lost) < len(many)
    assert house.ended == len(lost)


def test_a_thread_waits_for_the_reader_of_what_is_very_large(house: House) -> None:
    line, client = house.line()
    thread, failed = in_a_thread(line, LARGE)
    wait_until_it_waits(house.waiting, line)

    got = read(client, len(LARGE) - ROOM // 2)
    thread.join(30)

    assert not thread.is_alive()
    house.sending.begin(line, lambda: house.taken.append(line))
    got += read(client, ROOM // 2, house)
    assert (got, failed, house.taken) == (LARGE, [], [line])


def test_when_too_many_threads_wait_the_slowest_reader_is_given_up_after_a_while(house: House) -> None:
    lines = [house.line() for _ in range(2)]
    (slow, _), (other, _) = lines
    waits, failed = in_a_thread(slow, LARGE)
    wait_until_it_waits(house.waiting, slow)
    house.waiting.spare_one(monotonic() + SLOW_SECONDS + 1)  # one may wait for as long as it likes
    still_waits, _ = in_a_thread(other, LARGE)
    wait_until_it_waits(house.waiting, other)
    house.waiting.spare_one(monotonic())  # nobody has waited for long
    assert slow in house.waiting._lines  # noqa: SLF001  its thread would end a little later

    house.waiting.spare_one(monotonic() + SLOW_SECONDS + 1)
    waits.join(30)

    assert [type(error) for error in failed] == [BrokenPipeError]
    assert not slow.unsent
    assert still_waits.is_alive()
    other.shutdown(socket.SHUT_RDWR)
    still_waits.join(30)


@contextmanager
def far_away(house: House) -> Iterator[tuple[Line, socket.socket]]:
    """The same over the network, whose system says that there is room once a third of its buffer is free."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = far_client(f"http://127.0.0.1:{listener.getsockname()[1]}", 30)
        here, _ = listener.accept()
    with client, here:
        spare_threads(here)
        yield Line(here, house.waiting), client


def test_who_takes_less_than_the_system_tells_of_takes_something(house: House) -> None:
    with far_away(house) as (line, client):
        line.sendall(PAGE)
        house.sending.begin(line, lambda: house.taken.append(line))
        while house.poller.select(0.2):
            house.turn()
        left = len(line.unsent)
        read(client, 30_000)
        assert not house.poller.select(0.2)

        house.sending.end_overdue(monotonic() + STALLED_SECONDS + 1)
        assert house.ended == 1
        assert len(line.unsent) < left


def test_a_thread_gives_up_who_takes_nothing(house: House) -> None:
    line, _client = house.line()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, (1).to_bytes(8, "little") + bytes(8))

    with pytest.raises(BrokenPipeError):
        line.sendall(LARGE)


def test_before_that_it_tries_what_the_system_does_not_tell_of(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    line, _client = house.line()
    tried: list[int] = []

    def send_piece(line: Line, flags: int = 0) -> None:
        tried.append(flags)
        if not flags:
            raise BlockingIOError
        line.unsent.clear()

    monkeypatch.setattr(Line, "send_piece", send_piece)
    line.sendall(LARGE)

    assert tried == [0, socket.MSG_DONTWAIT]


def wait_until_it_waits(waiting: Any, line: Line) -> None:
    until = monotonic() + 30
    while line not in waiting._lines and monotonic() < until:  # noqa: SLF001  there is no other way to know
        pass
