"""Turns with what keeps a thread for long: who goes in, who waits, and for how long nobody does."""

from math import inf

import pytest

from services import turns
from services.turns import LINE_SECONDS, LONG_SECONDS, LONGEST_REST, UPLOADS_WAIT, Turns


class Clock:
    """What stands in for the module `time`."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now


class Process(Turns):
    """The turns of a process with four threads, and who was let in."""

    def __init__(self, threads: int = 4) -> None:
        self.begun: list[str] = []
        super().__init__(threads, self.begun.append)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    there = Clock()
    monkeypatch.setattr(turns, "time", there)
    return there


@pytest.mark.parametrize(("threads", "uploads"), [(1, 1), (2, 1), (4, 2), (8, 4)])
def test_half_of_the_threads_wait_for_uploads_and_log_ins_wait_for_none(threads: int, uploads: int) -> None:
    process = Process(threads)
    for number in range(9):
        process.wait(f"upload {number}", process.unfinished)
    for line in (process.bulky, process.hashing):
        process.wait(f"one {id(line)}", line)

    assert process.begun == [
        *(f"upload {number}" for number in range(uploads)),
        *(f"one {id(line)}" for line in (process.bulky, process.hashing)),
    ]
    process.done("upload 0", 0.0)
    assert process.begun[-1] == f"upload {uploads}"


def test_who_finds_the_line_full_is_told_so() -> None:
    process = Process()

    told = [process.wait(str(number), process.unfinished) for number in range(2 + UPLOADS_WAIT + 1)]

    assert told == [True] * (2 + UPLOADS_WAIT) + [False]


def test_who_has_waited_for_too_long_is_taken_out(clock: Clock) -> None:
    process = Process()
    for number in range(4):
        process.wait(str(number), process.unfinished)
        clock.now += 1

    assert list(process.overdue(clock.now - 2 + LINE_SECONDS)) == []
    assert list(process.overdue(clock.now - 1.5 + LINE_SECONDS)) == ["2"]
    assert list(process.overdue(inf)) == ["3"]


def test_after_bulky_work_nobody_with_such_is_let_in_for_three_times_as_long(clock: Clock) -> None:
    process = Process()
    process.wait("one", process.bulky)
    process.wait("other", process.bulky)
    clock.now += 1
    process.done("one", 0.25)
    process.wait("upload", process.unfinished)
    process.wait("log-in", process.hashing)
    assert process.begun == ["one", "log-in"]

    assert process.until_next() == 0.75
    clock.now += 0.74
    process.let_in()
    assert process.begun == ["one", "log-in"]
    clock.now += 0.02
    process.let_in()
    assert process.begun == ["one", "log-in", "upload", "other"]


def test_rests_of_those_who_worked_side_by_side_add_up(clock: Clock) -> None:
    process = Process()
    for number in range(3):
        process.wait(str(number), process.unfinished)
    process.done("0", 0.1)
    process.done("1", 0.1)

    assert process.until_next() == pytest.approx(0.6)


def test_nobody_rests_for_long_and_for_a_stranger_not_at_all(clock: Clock) -> None:
    process = Process()
    process.done("stranger", 60.0)
    assert process.wait("one", process.bulky)
    assert process.begun == ["one"]
    process.wait("other", process.bulky)
    process.done("one", 60.0)

    assert process.until_next() == LONGEST_REST


def test_a_loop_need_not_look_while_nobody_can_be_let_in() -> None:
    process = Process()
    assert process.until_next() == inf
    process.wait("one", process.bulky)
    process.wait("other", process.bulky)

    assert process.until_next() == inf


def test_an_upload_is_given_up_only_for_somebody_who_waits_for_its_place(clock: Clock) -> None:
    process = Process()
    line = process.unfinished
    process.wait("one", line)
    process.done("form", 0.0)
    process.rest.after(0.2)
    process.wait("while it rests", line)
    later = clock.now + LONG_SECONDS + 1
    assert line.too_long(later) == []

    clock.now += 1
    process.let_in()
    process.wait("who waits", line)

    assert line.too_long(clock.now + LONG_SECONDS - 1) == []
    assert line.too_long(later) == ["one"]
