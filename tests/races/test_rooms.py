"""Fifty people want one room in the same moment: four server processes, both engines, never two winners."""

from datetime import UTC, datetime

import pytest

from models import Space
from services.doctor import ticks
from tests.support import dawdling_server
from tests.support.builders import create_space
from tests.support.drilling import Drill
from tests.support.history import disagreements
from tests.support.race_arena import CLIENTS, Arena, arena, race_for_a_room

SLOT_TAKEN = (409, "slot_taken")
SLOWEST = 2.0
A_ROOM_LASTS = 20
"""Rounds, of which four fit into a day: a room can be asked for that far ahead."""


def tea_room() -> Space:
    return create_space(buffer_minutes=15)


def story() -> list[str]:
    """What the doctor, and a check that knows nothing of the doctor's, find wrong with the ticks."""
    return [*disagreements(), *(f"doctor: {finding.code}" for finding in ticks.findings(datetime.now(UTC)))]


@pytest.mark.drill("races")
def test_of_fifty_who_want_one_time_one_gets_it(field: Arena, drill: Drill) -> None:
    rounds, slowest = drill.size(200, tenth=8), 0.0

    for first in range(0, rounds, A_ROOM_LASTS):
        lasts = min(A_ROOM_LASTS, rounds - first)
        tally = race_for_a_room(field, tea_room(), lasts)
        slowest = max(slowest, tally.slowest)

        assert tally.doubles == []
        assert tally.winners[::2] == [1] * (lasts // 2), "identical wishes"
        assert min(tally.winners[1::2]) >= 1, "partly overlapping wishes"
        assert dict(tally.losers) == {SLOT_TAKEN: lasts * CLIENTS - sum(tally.winners)}

    assert story() == []
    drill.tell("rounds of fifty", rounds)
    drill.at_most("slowest answer", slowest, SLOWEST)


@pytest.mark.mutant
def test_without_the_key_the_same_race_finds_two_winners(keyless: Arena) -> None:
    tally = race_for_a_room(keyless, tea_room(), rounds=2)

    assert min(tally.winners) > 1
    assert tally.doubles != []
    problems = story()
    assert any("live bookings" in problem for problem in problems)
    assert any("holders own" in problem for problem in problems)
    assert any("doctor" in problem for problem in problems)


@pytest.mark.mutant
def test_a_house_that_takes_its_time_with_each_is_found_out() -> None:
    with (
        arena("sqlite", application=f"{dawdling_server.__name__}:create_app()") as slow,
        slow.app.app_context(),
    ):
        tally = race_for_a_room(slow, tea_room(), rounds=1)

    assert tally.winners == [1]
    assert tally.slowest > SLOWEST
