"""The house is killed again and again while many write: nothing that was acknowledged is lost, nothing is half done."""

import pytest

from tests.races.conftest import ENGINES
from tests.support import late_server
from tests.support.crashes import Crashing, crashing, losses
from tests.support.drilling import Drill
from tests.support.own_postgres import own_postgres
from tests.support.server import wait_until_it_takes_writes

ROUNDS, KILLS_OF_POSTGRESQL = 100, 50
READY_AGAIN = 10.0


@pytest.mark.drill("crashes")
@pytest.mark.parametrize("engine", ENGINES)
def test_a_house_that_is_killed_while_many_write_loses_nothing(engine: str, drill: Drill) -> None:
    rounds = drill.size(ROUNDS, tenth=5)
    with crashing(engine) as house:
        lived = house.live(rounds, house.kill)

        assert list(losses(lived)) == []
    drill.tell("kills", rounds)
    tell(drill, house, len(lived.history))


@pytest.mark.mutant
@pytest.mark.parametrize("engine", ENGINES)
def test_a_house_that_forgets_is_found_out(engine: str) -> None:
    with crashing(engine, "tests.support.forgetful_server:create_app()") as house:
        lived = house.live(3, house.kill)

        assert list(losses(lived)) != []


@pytest.mark.mutant
def test_a_house_that_is_long_in_coming_back_is_found_out(drill: Drill, monkeypatch) -> None:
    late = drill.size(int(READY_AGAIN), tenth=1)
    monkeypatch.setenv(late_server.SECONDS, str(late))
    with crashing("sqlite", f"{late_server.__name__}:create_app()", processes=1) as house:
        house.live(1, house.kill)

    assert min(house.ready) > late


@pytest.mark.drill("crashes")
@pytest.mark.postgresql
def test_a_postgresql_that_is_killed_while_many_write_loses_nothing(drill: Drill) -> None:
    kills = drill.size(KILLS_OF_POSTGRESQL, tenth=3)
    with own_postgres() as server, crashing("postgresql", url=server.url) as house:

        def crash() -> None:
            server.kill()
            server.start()
            wait_until_it_takes_writes(house.frail.url)

        lived = house.live(kills, crash)

        assert list(losses(lived)) == []
    drill.tell("kills", kills)
    tell(drill, house, len(lived.history))


def tell(drill: Drill, house: Crashing, operations: int) -> None:
    drill.tell("operations", operations)
    drill.tell("acknowledged and lost", 0)
    drill.at_most("ready again after", max(house.ready), READY_AGAIN)
