"""Whatever was pressed can be taken back, one press after the other."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.bookings import BookingStatus
from domain.errors import RuleViolation
from domain.studio.running import Action, Overrun, SkipReason
from domain.studio.shows import Layout
from services.studio import running
from tests.support.live_shows import START, broken, create_live_show, create_ready_show, later
from tests.support.studio_builders import create_booth, create_merchant, create_product

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def stage():
    """A show with four confirmed booths, its running order made."""
    return create_ready_show()


PRESSES = st.lists(
    st.tuples(st.sampled_from([one for one in Action if one is not Action.UNDO]), st.integers(0, 5), st.integers(0, 5)),
    max_size=12,
)  # fmt: skip


def test_a_mistaken_next_is_taken_back_with_all_its_times(stage):
    stage.press(Action.START, START)
    before = stage.order()
    stage.press(Action.NEXT, later(1))

    stage.press(Action.UNDO, later(2))

    assert stage.order() == before
    assert stage.version == 4


def test_what_was_put_in_goes_again_and_an_ended_show_goes_on(stage):
    stage.press(Action.START, START)
    before = stage.order()
    stage.press(Action.INSERT, later(1), title="抽奖", minutes=3)
    stage.press(Action.REPEAT, later(1), item=stage.item(1))
    stage.press(Action.END, later(2))
    assert stage.order().ended_at == later(2)

    for _ in range(3):
        stage.press(Action.UNDO, later(3))

    assert stage.order() == before
    stage.press(Action.UNDO, later(3))
    with pytest.raises(RuleViolation) as refusal:
        stage.press(Action.UNDO, later(3))
    assert broken(refusal) == "nothing_to_undo"


def test_after_undoing_somebody_may_go_another_way_and_undo_that_too(stage):
    stage.press(Action.START, START)
    stage.press(Action.EXTEND, later(1))
    stage.press(Action.UNDO, later(1))
    stage.press(Action.NEXT, later(2))
    stage.press(Action.UNDO, later(3))
    stage.press(Action.UNDO, later(3))

    assert {state for _, state in stage.titles()} == {"waiting"}


def test_one_booth_of_a_market_slot_is_left_out_and_put_back():
    stage = create_live_show(places=(), layout=Layout.MARKET, slots=2)
    for number in (1, 2):
        shop, owner = create_merchant()
        interval = stage.show.plan.interval_of(number, START)
        product = create_product(shop)
        stage.booths.append(
            create_booth(
                stage.show, number, product, owner, status=BookingStatus.CONFIRMED, interval=interval
            )
        )
    running.prepare(stage.director, stage.show.id, now=START)
    before = stage.order()

    stage.press(Action.SKIP, START, item=stage.item(1), booth=stage.booths[1].id, reason=SkipReason.ABSENT)

    assert stage.titles() == [("1", "waiting"), ("2", "skipped")]
    stage.press(Action.UNDO, START)
    assert stage.order() == before


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(presses=PRESSES)
def test_whatever_is_pressed_undoing_it_all_gives_the_order_as_it_was(stage, presses):
    before, now, done = stage.order(), stage.show.starts_at, 0
    for action, one, other in presses:
        now += timedelta(seconds=50)
        known = [item.id for item in stage.order().items]
        what = {"item": known[one % len(known)], "other": known[other % len(known)]}
        more = {
            "reason": SkipReason.OTHER,
            "place": other,
            "title": "抽奖",
            "minutes": other,
            "overrun": Overrun.LEAVE,
        }
        try:
            stage.press(action, now, **what, **more)
        except RuleViolation:
            continue
        done += 1
    for _ in range(done):
        stage.press(Action.UNDO, now)

    assert stage.order() == before
