"""A show while it is live: what is pressed happens once and is written down."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.bookings import BookingStatus
from domain.errors import RuleViolation, StaleRun
from domain.studio.booths import OnAir
from domain.studio.presses import Press
from domain.studio.running import Action, Overrun, SkipReason
from domain.studio.shows import Layout
from models import (
    AuditEvent,
    RunEvent,
    db,
)
from services.studio import airings, console, running
from tests.support.builders import MONDAY, NOW, at
from tests.support.live_shows import START, create_live_show, create_ready_show, later
from tests.support.studio_builders import create_booth, create_merchant, create_product

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def stage():
    """A show with four confirmed booths, its running order made."""
    return create_ready_show()


def test_the_running_order_is_made_of_the_confirmed_booths_once():
    stage = create_live_show(places=(2, 5))
    shop, owner = create_merchant()
    create_booth(stage.show, 7, create_product(shop), owner)

    versions = [running.prepare(stage.director, stage.show.id, now=NOW) for _ in range(2)]

    assert versions == [1, 1]
    order = stage.order()
    assert [one.booths for one in order.items] == [(booth.id,) for booth in stage.booths]
    assert [one.planned_starts_at for one in order.items] == [booth.starts_at for booth in stage.booths]
    assert {one.planned_seconds for one in order.items} == {900}


def test_a_market_airs_all_booths_of_a_slot_at_once():
    stage = create_live_show(places=(), layout=Layout.MARKET, slots=3)
    made = []
    for number, slot in ((4, 0), (2, 0), (2, 2)):
        shop, owner = create_merchant()
        interval = stage.show.plan.interval_of(number, later(15 * slot))
        made.append(
            create_booth(
                stage.show,
                number,
                create_product(shop),
                owner,
                status=BookingStatus.CONFIRMED,
                interval=interval,
            )
        )

    running.prepare(stage.director, stage.show.id, now=NOW)

    assert [(one.booths, one.planned_starts_at) for one in stage.order().items] == [
        ((made[0].id, made[1].id), START),
        ((made[2].id,), later(30)),
    ]  # fmt: skip


def test_the_first_start_makes_the_running_order_by_itself():
    stage = create_live_show()

    assert stage.press(Action.START, START) == 2
    assert stage.titles()[0] == ("1", "on_air")


def test_who_starts_what_somebody_else_got_ready_looks_first(stage):
    with pytest.raises(StaleRun):
        running.press(stage.director, stage.show.id, Press(Action.START), version=0, now=START)

    assert {state for _, state in stage.titles()} == {"waiting"}


def test_planned_and_actual_times_stay_apart(stage):
    stage.press(Action.START, later(1))
    stage.press(Action.NEXT, later(17))

    first, second = stage.order().items[:2]
    assert (first.planned_starts_at, first.started_at, first.ended_at) == (START, later(1), later(17))
    assert (second.planned_starts_at, second.started_at) == (later(15), later(17))
    airing = airings.of_show(db.session(), stage.show.id)[stage.booths[0].id]
    assert (airing.state, airing.started_at, airing.ended_at) == (OnAir.DONE, later(1), later(17))
    assert stage.booths[0].starts_at == START


def test_a_whole_show_with_an_overrun_a_skip_a_swap_a_repeat_and_something_in_between(stage):
    stage.press(Action.START, START)
    stage.press(Action.EXTEND, later(14))
    stage.press(Action.SWAP, later(14), item=stage.item(2), other=stage.item(4))
    stage.press(Action.NEXT, later(18))
    stage.press(Action.SKIP, later(19), item=stage.item(3), reason=SkipReason.ABSENT)
    stage.press(Action.INSERT, later(20), title="抽奖", minutes=5)
    stage.press(Action.OVERRUN, later(20), overrun=Overrun.SQUEEZE)
    stage.press(Action.NEXT, later(33))
    stage.press(Action.NEXT, later(38))
    stage.press(Action.REPEAT, later(40), item=stage.item(1))
    stage.press(Action.END, later(50))

    assert stage.titles() == [
        ("1", "done"),
        ("4", "done"),
        ("3", "skipped"),
        ("抽奖", "done"),
        ("2", "done"),
        ("1", "skipped"),
    ]
    assert stage.order().ended_at == later(50)
    assert airings.of_show(db.session(), stage.show.id)[stage.booths[0].id].state is OnAir.DONE


def test_a_show_crosses_midnight():
    late = create_live_show(at(23.5, day=MONDAY + timedelta(days=5)), places=(1, 2, 3), booths=3)
    begin = late.show.starts_at
    late.press(Action.START, begin)
    late.press(Action.NEXT, begin + timedelta(minutes=15))
    late.press(Action.NEXT, begin + timedelta(minutes=31))

    seen = console.console(late.director, late.show.id, now=begin + timedelta(minutes=32))

    assert seen.projection.offset == 60
    assert seen.projection.ends_at == begin + timedelta(minutes=46)
    assert late.order().items[2].started_at == at(24) + timedelta(days=5, minutes=1)


def test_every_press_is_written_down_with_who_and_when(stage):
    stage.press(Action.START, START)
    stage.press(Action.SKIP, later(2), item=stage.item(3), reason=SkipReason.NOT_READY)

    events = db.session.scalars(select(RunEvent).order_by(RunEvent.version)).all()
    assert [(one.version, one.action, one.at, one.actor_id) for one in events] == [
        (2, "start", START, stage.director.id),
        (3, "skip", later(2), stage.director.id),
    ]
    assert events[1].detail == {"item": stage.item(3), "reason": "not_ready"}
    told = db.session.scalars(select(AuditEvent.action).where(AuditEvent.action.like("run.%"))).all()
    assert sorted(told) == ["run.prepared", "run.skip", "run.start"]


def test_who_saw_an_older_console_is_told_and_changes_nothing(stage):
    stage.press(Action.START, START)
    seen = stage.version
    stage.press(Action.NEXT, later(15))
    before = stage.order()

    with pytest.raises(StaleRun):
        running.press(stage.director, stage.show.id, Press(Action.NEXT), version=seen, now=later(15))

    assert stage.order() == before
    last = console.console(stage.director, stage.show.id, now=later(15)).last
    assert last is not None
    assert (last.name, last.action) == ("林场控", "next")


def test_a_refused_press_takes_no_version(stage):
    with pytest.raises(RuleViolation):
        stage.press(Action.NEXT, START)

    assert stage.version == 1
    assert db.session.scalars(select(RunEvent)).all() == []
