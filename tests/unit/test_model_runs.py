"""The model's drills in full size: as many histories as are promised, and no batch lives through those of another."""

import pytest
from hypothesis.stateful import RuleBasedStateMachine

from tests.support import model_runs
from tests.support.drilling import Drill


@pytest.fixture
def lived(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, int]]:
    """The seed and the number of each batch of histories."""
    found: list[tuple[object, int]] = []

    def run(machine: type[RuleBasedStateMachine], *, settings: object) -> None:
        found.append((getattr(machine, "_hypothesis_internal_use_seed", None), settings.max_examples))  # type: ignore[attr-defined]  # of hypothesis

    monkeypatch.setattr(model_runs, "run_state_machine_as_test", run)
    return found


def machine() -> type[RuleBasedStateMachine]:
    return type("Nothing", (RuleBasedStateMachine,), {})


def test_all_batches_together_are_the_histories_that_are_promised(lived: list[tuple[object, int]]) -> None:
    for batch in range(1, model_runs.BATCHES + 1):
        model_runs.drilled(machine(), Drill(full=True, told=[]), batch, at_once=3)

    assert sum(number for _, number in lived) == model_runs.RUNS
    assert len({seed for seed, _ in lived}) == model_runs.BATCHES


def test_with_every_run_of_the_suite_a_few_are_drawn_anew(lived: list[tuple[object, int]]) -> None:
    model_runs.drilled(machine(), Drill(full=False, told=[]), 1, at_once=3)

    assert lived == [(None, 3)]
