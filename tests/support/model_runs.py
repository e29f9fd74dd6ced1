"""How the machines that compare the house with a plain model are run: as a drill, or until a slip is found."""

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.support.drilling import FULL, Drill

RUNS, STEPS = 5_000, 50
"""Of a drill in full size, for each engine."""
BATCHES = 10
"""In which they are run, for all together take hours; each begins with a seed of its own."""
STEPS_AT_ONCE = 30
ENOUGH_FOR_A_SLIP = 600


@pytest.hookimpl(tryfirst=True)  # so that a batch has one name, whichever folders are collected
def in_batches(metafunc: pytest.Metafunc) -> None:
    """For a drill that asks which `batch` of it this is: all of them in full size, else a single one."""
    if "batch" in metafunc.fixturenames:
        batches = range(1, BATCHES + 1) if metafunc.config.getoption(FULL) else [1]
        metafunc.parametrize("batch", batches, ids=[f"batch {batch} of {len(batches)}" for batch in batches])


def drilled(
    machine: type[RuleBasedStateMachine], drill: Drill, batch: int, at_once: int, *, full: int = RUNS
) -> None:
    """Live through many histories, with every run of the suite through so many shorter ones; none may diverge."""
    runs, steps = drill.size(full // BATCHES, tenth=at_once), drill.size(STEPS, tenth=STEPS_AT_ONCE)
    run_state_machine_as_test(seed(batch)(machine) if drill.full else machine, settings=_plan(runs, steps))
    drill.tell("runs", runs)
    drill.tell("steps each, at most", steps)
    drill.tell("divergences", 0)


def until_it_is_found(machine: type[RuleBasedStateMachine]) -> None:
    """Live until the machine complains, as it should: always the same histories, and none is made shorter then."""
    found_once = {"phases": [Phase.generate], "database": None, "derandomize": True, "print_blob": False}
    run_state_machine_as_test(machine, settings=_plan(ENOUGH_FOR_A_SLIP, STEPS_AT_ONCE, **found_once))


def _plan(runs: int, steps: int, **more: object) -> settings:
    # The health of a database is not hypothesis's business.
    return settings(
        max_examples=runs,
        stateful_step_count=steps,
        suppress_health_check=list(HealthCheck),
        deadline=None,
        **more,
    )
