"""Fifty people want one room in the same moment: four server processes, both engines, never two winners."""

from datetime import UTC, datetime

import pytest

from models import Space
from services.doctor import ticks
from tests.races.conftest import ENGINES
from tests.support.builders import create_space
from tests.support.history import disagreements
from tests.support.race_arena import CLIENTS, ROUNDS, Arena, arena, race_for_a_room

SLOT_TAKEN = (409, "slot_taken")


def tea_room() -> Space:
    return create_space(buffer_minutes=15)


def story() -> list[str]:
    """What the doctor, and a check that knows nothing of the doctor's, find wrong with the ticks."""
    return [*disagreements(), *(f"doctor: {finding.code}" for finding in ticks.findings(datetime.now(UTC)))]


def test_in_ten_rounds_of_fifty_wishes_no_two_winners_meet(field: Arena) -> None:
    tally = race_for_a_room(field, tea_room())

    assert tally.doubles == []
    assert tally.winners[::2] == [1] * (ROUNDS // 2), "identical wishes"
    assert min(tally.winners[1::2]) >= 1, "partly overlapping wishes"
    assert dict(tally.losers) == {SLOT_TAKEN: ROUNDS * CLIENTS - sum(tally.winners)}
    assert story() == []


@pytest.mark.parametrize("engine", ENGINES)
def test_without_the_key_the_same_race_finds_two_winners(engine: str) -> None:
    with arena(engine, keyless=True) as opened, opened.app.app_context():
        tally = race_for_a_room(opened, tea_room(), rounds=2)

        assert min(tally.winners) > 1
        assert tally.doubles != []
        problems = story()

    assert any("live bookings" in problem for problem in problems)
    assert any("holders own" in problem for problem in problems)
    assert any("doctor" in problem for problem in problems)
