"""Requests on their way to a thread: how much of one is waited for, and whose turn it is."""

import pytest

from services import arrivals
from services.arrivals import LONGEST_REST, Line


class Clock:
    """What stands in for the module `time`."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    there = Clock()
    monkeypatch.setattr(arrivals, "time", there)
    return there


def line_of(*waiting: object, most: int = 1, rest: float = 3.0) -> Line:
    line = Line(most, 9, rest=rest)
    line.waiting.extend((0.0, one) for one in waiting)
    return line


@pytest.mark.parametrize(
    ("received", "wanted"),
    [
        (b"GET / HTTP/1.1\r\nHost: a\r\n", None),
        (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", 27),
        (b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab", 43),
        (b"POST / HTTP/1.1\r\ncontent-length:5\r\n\r\n", 42),
        (b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", 45 + 256 * 1024),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 0),
    ],
)
def test_how_much_is_waited_for(received: bytes, wanted: int | None) -> None:
    assert arrivals.bytes_wanted(bytearray(received)) == wanted


def test_an_upload_in_whose_place_others_wait_is_not_waited_for() -> None:
    one, other = object(), object()
    line = line_of(one, other)

    assert [line.next(), line.next()] == [one, None]
    began = line.inside[one]
    assert line.too_long(began + arrivals.LONG_SECONDS) == []
    assert line.too_long(began + arrivals.LONG_SECONDS + 1) == [one]
    line.waiting.clear()
    assert line.too_long(began + arrivals.LONG_SECONDS + 1) == []


def test_after_work_nobody_is_let_in_for_three_times_as_long(clock: Clock) -> None:
    line = line_of("one", "other")
    assert line.next() == "one"
    line.done("one", 0.25)

    assert line.until_next() == 0.75
    clock.now += 0.74
    assert line.next() is None
    clock.now += 0.02
    assert (line.until_next(), line.next()) == (0.0, "other")


def test_rests_of_those_who_worked_side_by_side_add_up(clock: Clock) -> None:
    line = line_of("one", "two", "three", most=2)
    assert [line.next(), line.next()] == ["one", "two"]
    line.done("one", 0.1)
    line.done("two", 0.1)

    assert line.until_next() == pytest.approx(0.6)


def test_nobody_rests_for_long_and_who_was_not_inside_not_at_all(clock: Clock) -> None:
    line = line_of("one", "other")
    line.done("stranger", 60.0)
    assert line.next() == "one"
    line.done("one", 60.0)

    assert line.until_next() == LONGEST_REST


def test_a_loop_need_not_look_while_nobody_can_be_let_in() -> None:
    full, empty = line_of("one", "other"), line_of()
    full.next()

    assert [full.until_next(), empty.until_next()] == [float("inf")] * 2
