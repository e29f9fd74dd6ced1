"""The doctor notices a running order that contradicts itself, and nothing in one that is in order."""

from datetime import timedelta

import pytest
from sqlalchemy import delete

from domain.studio.booths import OnAir
from domain.studio.running import Action
from models import RundownItem, ShowRun, db
from services.doctor import running
from services.unit_of_work import in_transaction
from tests.support.live_shows import START, change, create_live_show, later

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def stage():
    """A show whose second booth is on air."""
    stage = create_live_show()
    stage.press(Action.START, START)
    stage.press(Action.NEXT, later(15))
    return stage


def codes():
    return [found.code for found in running.findings(later(20))]


def test_a_show_in_order_is_healthy_from_its_start_to_its_end(stage):
    assert codes() == []
    stage.press(Action.END, later(20))
    assert codes() == []


def test_two_items_on_air_are_noticed(stage):
    third = RundownItem.id == stage.item(3)
    change(RundownItem, third, state=OnAir.ON_AIR, started_at=later(16))

    assert codes() == ["several_on_air"]


def test_two_items_at_one_place_are_noticed(stage):
    change(RundownItem, RundownItem.id == stage.item(3), position=1)

    assert codes() == ["items_at_one_place"]


def test_what_still_waits_after_the_end_is_noticed(stage):
    change(ShowRun, ShowRun.show_id == stage.show.id, ended_at=START + timedelta(hours=3))

    assert codes() == ["item_after_the_end"] * 3


def test_a_run_that_fell_behind_its_presses_is_noticed(stage):
    change(ShowRun, ShowRun.show_id == stage.show.id, version=2)
    assert codes() == ["run_behind_its_presses"]

    in_transaction(lambda: db.session.execute(delete(ShowRun)))
    assert codes() == ["run_behind_its_presses"]
