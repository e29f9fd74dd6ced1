"""The house is killed again and again while many write: nothing that was acknowledged is lost, nothing is half done."""

import pytest
from sqlalchemy import func, select

from models import OutboxMessage, db
from tests.races.conftest import ENGINES
from tests.support import late_server
from tests.support.builders import set_figure
from tests.support.crashes import Crashing, crashing, losses
from tests.support.drilling import Drill
from tests.support.own_postgres import own_postgres
from tests.support.server import wait_until_it_takes_writes

ROUNDS, KILLS_OF_POSTGRESQL, FEW = 100, 50, 5
READY_AGAIN = 10.0
AT_ITS_JOBS = "tests.support.house_at_its_jobs:create_app()"


@pytest.mark.drill("crashes")
@pytest.mark.parametrize("engine", ENGINES)
def test_a_house_that_is_killed_while_many_write_loses_nothing(engine: str, drill: Drill) -> None:
    rounds = drill.size(ROUNDS, tenth=FEW)
    with crashing(engine, AT_ITS_JOBS) as house:
        set_figure("undo_seconds", 0)  # what staff decide is told at once
        lived = house.live(rounds, house.kill)

        assert list(losses(lived)) == []
        sent = messages_sent()
    assert sent > 0
    drill.tell("kills", rounds)
    drill.tell("messages sent", sent)
    tell(drill, house, len(lived.history))


@pytest.mark.mutant
@pytest.mark.parametrize("engine", ENGINES)
def test_a_house_that_forgets_is_found_out(engine: str) -> None:
    with crashing(engine, "tests.support.forgetful_server:create_app()") as house:
        lived = house.live(3, house.kill)

        assert list(losses(lived)) != []


@pytest.mark.mutant
@pytest.mark.parametrize("engine", ENGINES)
def test_a_house_that_tells_in_a_second_transaction_is_found_out(engine: str) -> None:
    with crashing(engine, "tests.support.late_teller_server:create_app()") as house:
        lived = house.live(3, house.kill)

        assert {one.partition(" has no ")[2][:7] for one in losses(lived)} == {"message"}


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
    with own_postgres() as server, crashing("postgresql", AT_ITS_JOBS, url=server.url) as house:
        set_figure("undo_seconds", 0)

        def crash() -> None:
            server.kill()
            server.start()
            wait_until_it_takes_writes(house.frail.url)

        lived = house.live(kills, crash)

        assert list(losses(lived)) == []
    drill.tell("kills", kills)
    tell(drill, house, len(lived.history))


def messages_sent() -> int:
    """How many were routed."""
    return db.session.scalar(select(func.count()).where(OutboxMessage.sent_at.is_not(None))) or 0


def tell(drill: Drill, house: Crashing, operations: int) -> None:
    drill.tell("operations", operations)
    drill.tell("acknowledged and lost", 0)
    drill.at_most("ready again after", max(house.ready), READY_AGAIN)
