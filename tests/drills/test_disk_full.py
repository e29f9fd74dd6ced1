"""The disk is full: who books is told to come again, who looks sees everything, and nothing is half done."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

import pytest

from tests.support.bad_days import CREATED, PATIENCE, SLOWEST, Heard, Visitor, visitor
from tests.support.crashes import Crashing, crashing, losses
from tests.support.drilling import Drill
from tests.support.engines import migrate
from tests.support.own_postgres import own_postgres
from tests.support.server import HOUSE
from tests.support.tight_disk import FOR_POSTGRESQL, PAGE, limit_files, may_mount, small_disk

ROUNDS = 20
ASKS = 6
BACK_AGAIN = 5.0
FILE_SIZE, SMALL_DISK, OF_POSTGRESQL = "file size", "small disk", "small disk of PostgreSQL"
MOUNTED = (SMALL_DISK, pytest.param(OF_POSTGRESQL, marks=pytest.mark.postgresql))
WAYS = [FILE_SIZE, *(MOUNTED if may_mount() else ())]
FORGETFUL = "tests.support.forgetful_server:create_app()"
BLUNT = "tests.support.blunt_server:create_app()"


@dataclass
class Tight:
    """A house whose disk can be filled, and emptied again."""

    house: Crashing
    fill: Callable[[], None]
    empty: Callable[[], None]
    reads_go_on: bool = True


def tight(way: str, application: str = HOUSE) -> AbstractContextManager[Tight]:
    """A house that has little room, in one of the ways."""
    return {FILE_SIZE: little_files, SMALL_DISK: little_room, OF_POSTGRESQL: little_room_beside}[way](
        application
    )


@contextmanager
def little_files(application: str) -> Iterator[Tight]:
    """On SQLite, where no file may grow."""
    with crashing("sqlite", application) as house:
        yield Tight(house, lambda: limit_files(house.frail, PAGE), lambda: limit_files(house.frail))


@contextmanager
def little_room(application: str) -> Iterator[Tight]:
    """On SQLite, on a disk that somebody else fills."""
    with small_disk() as disk:
        url = f"sqlite:///{disk.folder / 'jufu.sqlite3'}"
        migrate(url)
        with crashing("sqlite", application, url=url) as house:
            yield Tight(house, disk.fill, disk.empty)


@contextmanager
def little_room_beside(application: str) -> Iterator[Tight]:
    """On a PostgreSQL that has such a disk; where it gives up, its keeper starts it again once there is room."""
    with small_disk(FOR_POSTGRESQL) as disk, own_postgres(disk.folder) as server:

        def empty() -> None:
            disk.empty()
            if not server.runs():
                server.start()

        with crashing("postgresql", application, url=server.url) as house:
            yield Tight(house, disk.fill, empty, reads_go_on=False)


@dataclass
class Seen:
    """What somebody heard while there was no room, and how long the house took to get over it."""

    written: list[Heard]
    read: list[Heard]
    back: list[float]
    reads_go_on: bool

    def complaints(self) -> Iterator[str]:
        """What was not as promised."""
        if not self.written:
            yield "there was room all the time"
        for one in self.written:
            yield from one.complaints()
        for one in self.read:
            if one.status != 200:
                yield from (
                    one.complaints() if not self.reads_go_on else [f"a reader was answered {one.status}"]
                )


def live(there: Tight, rounds: int) -> tuple[Seen, list[str]]:
    """Let many write while the disk is full again and again; what was seen, and what was lost."""
    seen, who = Seen([], [], [], there.reads_go_on), visitor(there.house.arena)

    def crash() -> None:
        there.fill()
        try:
            _ask_in_vain(who, seen)
        finally:
            there.empty()
        seen.back.append(who.books_again_after())

    lived = there.house.live(rounds, crash)
    return seen, [*losses(lived), *who.lost()]


def _ask_in_vain(who: Visitor, seen: Seen) -> None:
    """What is left of a log that was longer once is written over first."""
    until, wanted = time.monotonic() + PATIENCE, len(seen.written) + ASKS
    while len(seen.written) < wanted and time.monotonic() < until:
        heard = who.books()
        seen.written += [heard] if heard.status != CREATED else []
        seen.read += [who.reads(), who.looks()]


@pytest.mark.drill("bad days")
@pytest.mark.parametrize("way", WAYS)
def test_a_house_whose_disk_is_full_says_so_and_goes_on(way: str, drill: Drill) -> None:
    rounds = drill.size(ROUNDS)
    with tight(way) as there:
        seen, lost = live(there, rounds)

        assert list(seen.complaints()) == []
        assert lost == []
    drill.tell(f"times full, by {way}", rounds)
    drill.tell("acknowledged and lost", 0)
    drill.at_most("slowest no", max(one.seconds for one in seen.written), SLOWEST)
    drill.at_most("takes bookings again after", max(seen.back), BACK_AGAIN)


@pytest.mark.drill("bad days")
def test_no_way_of_having_no_room_is_left_out(drill: Drill) -> None:
    drill.tell("ways tried", len(WAYS))
    if drill.full or os.environ.get("CI"):
        assert may_mount(), "The disks that are full need the right to mount one: run this as root."


@pytest.mark.mutant
@pytest.mark.parametrize("way", [FILE_SIZE, *([SMALL_DISK] if may_mount() else [])])
def test_a_house_that_loses_what_it_had_no_room_for_is_found_out(way: str) -> None:
    with tight(way, FORGETFUL) as there:
        _, lost = live(there, 1)

        assert lost != []


@pytest.mark.mutant
def test_a_house_that_says_of_a_full_disk_that_it_has_a_bug_is_found_out() -> None:
    with tight(FILE_SIZE, BLUNT) as there:
        seen, _ = live(there, 1)

        assert list(seen.complaints()) != []
