"""The primary is killed while many write, and its standby takes over: nothing that was acknowledged is lost."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

import pytest

from models import db
from tests.support.crashes import crashing, losses
from tests.support.drilling import Drill
from tests.support.long_history import community, wait_for_more
from tests.support.server import wait_until_it_takes_writes
from tests.support.standby import Pair, pair

TIMES, OPERATIONS = 5, 1_000
READY_AGAIN = 10.0
pytestmark = pytest.mark.postgresql


@dataclass
class Seen:
    """What came of a house whose database went over to the standby."""

    operations: int
    back: float
    lost: list[str]


def live(
    both: Pair, operations: int, go_over: Callable[[], None], before: Callable[[], None] | None = None
) -> Seen:
    """Let many write before and after the primary is killed; they begin once something else was done."""
    with crashing("postgresql", url=both.url, processes=2) as house:
        lived, over = community(house.arena), Event()
        if before:
            before()
        with lived.living(iter(over.is_set, True)):
            try:
                wait_for_more(lived, operations)
                began = time.monotonic()
                go_over()
                wait_until_it_takes_writes(house.frail.url)
                back = time.monotonic() - began
                wait_for_more(lived, operations // 2)
            finally:
                over.set()
        db.session.remove()
        db.engine.dispose()
        return Seen(len(lived.history), back, list(losses(lived)))


@pytest.mark.drill("keeping")
def test_a_standby_that_takes_over_has_all_that_was_acknowledged(drill: Drill) -> None:
    times, seen = drill.size(TIMES, tenth=1), []
    for _ in range(times):
        with pair(synchronous=True) as both:
            seen.append(live(both, drill.size(OPERATIONS, tenth=40), both.fail_over))

        assert seen[-1].lost == []
    drill.tell("primaries killed", times)
    drill.tell("operations", sum(one.operations for one in seen))
    drill.tell("acknowledged and lost", 0)
    drill.at_most("answers again after", max(one.back for one in seen), READY_AGAIN)


@pytest.mark.mutant
def test_a_standby_for_which_nobody_waits_is_found_out() -> None:
    with pair(synchronous=False) as both:

        def late() -> None:
            both.primary.kill()
            both.standby.start()
            both.promote()

        seen = live(both, 40, late, before=both.standby.kill)

    assert seen.lost != []
