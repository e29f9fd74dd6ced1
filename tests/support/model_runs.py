"""How the machines that compare the house with a plain model are run: as a drill, or until a slip is found."""

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.support.drilling import Drill

RUNS, STEPS = 5_000, 50
"""Of a drill in full size, for each engine."""
STEPS_AT_ONCE = 30
ENOUGH_FOR_A_SLIP = 600


def drilled(machine: type[RuleBasedStateMachine], drill: Drill, at_once: int, *, full: int = RUNS) -> None:
    """Live through many histories, with every run of the suite through so many shorter ones; none may diverge."""
    runs, steps = drill.size(full, tenth=at_once), drill.size(STEPS, tenth=STEPS_AT_ONCE)
    run_state_machine_as_test(machine, settings=_plan(runs, steps))
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
