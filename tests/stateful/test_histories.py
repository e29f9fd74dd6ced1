"""Whatever happens in a house, in whatever order: the services end as a plain model says, on both engines."""

import pytest
from hypothesis.stateful import invariant
from sqlalchemy import select

from models import Space
from services import locks
from tests.support.drilling import Drill
from tests.support.history_stage import Stage
from tests.support.history_whole_machine import WholeHistory
from tests.support.kept_house import drawn, nothing_kept
from tests.support.model_runs import drilled, until_it_is_found

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.slow]

AT_ONCE = {"sqlite": 8, "postgresql": 5}
LOOKED_AT, LOOKED_AT_IN_FULL = 3, 500
"""Histories of which every lane of every viewer is made twice after each step, which takes ten times as long."""


@pytest.fixture
def history(stage: Stage) -> type[WholeHistory]:
    """The machine on its stage."""
    return type("History", (WholeHistory,), {"stage": stage})


@pytest.mark.drill("model")
def test_every_history_ends_as_the_model_says(
    history: type[WholeHistory], engine_name: str, drill: Drill, batch: int
) -> None:
    drilled(history, drill, batch, AT_ONCE[engine_name])


@pytest.fixture
def compared(history: type[WholeHistory], monkeypatch: pytest.MonkeyPatch) -> type[WholeHistory]:
    """The same machine; after every step each viewer's lanes are compared with those that are made anew."""

    def look(self: WholeHistory) -> None:
        viewers = [None, self.stage.staff, *self.stage.residents.values()]
        seen = [drawn(viewer, self.now) for viewer in viewers]
        with nothing_kept(monkeypatch):
            assert seen == [drawn(viewer, self.now) for viewer in viewers]

    return type("Compared", (history,), {"lanes_are_true": invariant()(look)})


@pytest.mark.drill("model")
def test_lanes_that_were_kept_are_those_made_anew(
    compared: type[WholeHistory], drill: Drill, batch: int
) -> None:
    drilled(compared, drill, batch, LOOKED_AT, full=LOOKED_AT_IN_FULL)


@pytest.mark.mutant
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_writer_that_tells_nobody_is_found(
    compared: type[WholeHistory], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "_REVISE", select(Space.id).where(Space.id == 0))

    with pytest.raises((AssertionError, ExceptionGroup)):
        until_it_is_found(compared)
