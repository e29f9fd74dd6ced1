"""The primary is killed while many write, and its standby takes over: nothing that was acknowledged is lost."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from models import db
from tests.support.crashes import Crashing, crashing, losses
from tests.support.drilling import Drill
from tests.support.server import wait_until_it_takes_writes
from tests.support.standby import Pair, laid, pair

TIMES = 5
READY_AGAIN = 10.0
pytestmark = pytest.mark.postgresql


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Of a house that all pairs are made of."""
    with laid() as made:
        yield made


def live(both: Pair, *steps: Callable[[], object]) -> tuple[Crashing, int, list[str]]:
    """Let many write while one thing happens after the other, and on; how many operations, and what was lost."""
    with crashing("postgresql", url=both.url) as house:
        left = iter((*steps, lambda: None))

        def step() -> None:
            next(left)()
            wait_until_it_takes_writes(house.frail.url)

        lived = house.live(len(steps) + 1, step)
        db.engine.dispose()
        return house, len(lived.history), list(losses(lived))


@pytest.mark.drill("keeping")
def test_a_standby_that_takes_over_has_all_that_was_acknowledged(folder: Path, drill: Drill) -> None:
    times, ready, operations = drill.size(TIMES, tenth=1), 0.0, 0
    for _ in range(times):
        with pair(folder, synchronous=True) as both:
            house, asked, lost = live(both, both.fail_over)

            assert lost == []
        ready, operations = max(ready, *house.ready), operations + asked
    drill.tell("primaries killed", times)
    drill.tell("operations", operations)
    drill.tell("acknowledged and lost", 0)
    drill.at_most("answers again after", ready, READY_AGAIN)


@pytest.mark.mutant
def test_a_standby_for_which_nobody_waits_is_found_out(folder: Path) -> None:
    with pair(folder, synchronous=False) as both:

        def take_over() -> None:
            both.primary.kill()
            both.standby.start()
            both.promote()

        _, _, lost = live(both, both.standby.kill, take_over)

    assert any("is lost" in one for one in lost)
