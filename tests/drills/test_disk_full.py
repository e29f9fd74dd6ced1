"""The disk is full: who books is told to come again, who looks sees everything, and nothing is half done."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from tests.support.bad_days import CREATED, PATIENCE, SLOWEST, Heard, Visitor, visitor
from tests.support.crashes import Crashing, crashing, losses
from tests.support.drilling import Drill
from tests.support.engines import migrate
from tests.support.tight_disk import PAGE, limit_files, may_mount, small_disk

ROUNDS = 20
ASKS = 6
BACK_AGAIN = 5.0
WAYS = ["file size", *(["small disk"] if may_mount() else [])]
FORGETFUL = "tests.support.forgetful_server:create_app()"
BLUNT = "tests.support.blunt_server:create_app()"


@dataclass
class Tight:
    """A house whose disk can be filled, and emptied again."""

    house: Crashing
    fill: Callable[[], None]
    empty: Callable[[], None]


@contextmanager
def tight(way: str, application: str = "app:create_app()") -> Iterator[Tight]:
    """A house on SQLite that has little room, in one of the ways."""
    if way == "file size":
        with crashing("sqlite", application) as house:
            yield Tight(house, lambda: limit_files(house.frail, PAGE), lambda: limit_files(house.frail))
        return
    with small_disk() as disk:
        url = f"sqlite:///{disk.folder / 'jufu.sqlite3'}"
        migrate(url)
        with crashing("sqlite", application, url=url) as house:
            yield Tight(house, disk.fill, disk.empty)


@dataclass
class Seen:
    """What somebody heard while there was no room, and how long the house took to get over it."""

    written: list[Heard]
    read: list[Heard]
    back: list[float]

    def complaints(self) -> Iterator[str]:
        """What was not as promised."""
        if not self.written:
            yield "there was room all the time"
        for one in self.written:
            yield from one.complaints()
        yield from (f"a reader was answered {one.status}" for one in self.read if one.status != 200)


def live(there: Tight, rounds: int) -> tuple[Seen, list[str]]:
    """Let many write while the disk is full again and again; what was seen, and what was lost."""
    seen, who = Seen([], [], []), visitor(there.house.arena)

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
    drill.tell("times full", rounds)
    drill.tell("acknowledged and lost", 0)
    drill.at_most("slowest no", max(one.seconds for one in seen.written), SLOWEST)
    drill.at_most("takes bookings again after", max(seen.back), BACK_AGAIN)


@pytest.mark.mutant
@pytest.mark.parametrize("way", WAYS)
def test_a_house_that_loses_what_it_had_no_room_for_is_found_out(way: str) -> None:
    with tight(way, FORGETFUL) as there:
        _, lost = live(there, 1)

        assert lost != []


@pytest.mark.mutant
def test_a_house_that_says_of_a_full_disk_that_it_has_a_bug_is_found_out() -> None:
    with tight("file size", BLUNT) as there:
        seen, _ = live(there, 1)

        assert list(seen.complaints()) != []
