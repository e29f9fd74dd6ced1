"""Whatever is pressed during a show, its sales end up as if attributed from scratch, on both engines."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from domain.errors import RuleViolation
from domain.studio.running import Action, Overrun, SkipReason
from models import Sale, Show, Space
from services.sales import attributing
from services.studio import running
from tests.support.attributed_sales import by_the_rule, create_sale
from tests.support.live_shows import START, create_live_show

pytestmark = pytest.mark.usefixtures("db")

MOVES = st.lists(
    st.tuples(
        st.sampled_from([*Action, "recompute"]),
        st.integers(0, 5),
        st.integers(0, 5),
    ),
    max_size=14,
)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(moves=MOVES, orders=st.lists(st.tuples(st.integers(0, 3), st.integers(-30, 400)), max_size=8))
def test_after_any_running_order_all_is_as_if_attributed_from_scratch(db, moves, orders):
    stage = fresh_stage(db)
    lines = [
        create_sale(stage.products[one], later_of(stage, minute), live_evidence=bool(minute % 2))
        for one, minute in orders
    ]
    for minute, (action, one, other) in enumerate(moves):
        moment = later_of(stage, minute * 6)
        if action == "recompute":
            attributing.attribute_due(moment)
            continue
        press(stage, action, one, other, moment)

    attributing.attribute_due(later_of(stage, 400))

    db.session.rollback()
    for line in lines:
        stored = db.session.get_one(Sale, line.id, populate_existing=True)
        fresh = by_the_rule(stored)
        assert (stored.tier, stored.show_id, stored.booth_booking_id, stored.evidence) == (
            fresh.tier,
            fresh.show_id,
            fresh.booth_slot_id,
            fresh.evidence,
        )


def later_of(stage, minutes):
    return stage.show.starts_at + timedelta(minutes=minutes)


def press(stage, action, one, other, moment):
    items = stage.order().items
    which = {"item": items[one % len(items)].id, "other": items[other % len(items)].id, "place": one + 1}
    more = {"reason": SkipReason.NO_TIME, "title": "抽奖", "minutes": 3, "overrun": Overrun.LEAVE}
    with suppress(RuleViolation):  # what can't be pressed just then changes nothing
        stage.press(action, moment, **which, **more)


def fresh_stage(db):
    """A show of its own for each example, a day after the one before; no show of another example is near."""
    last = db.session.scalar(select(func.max(Show.starts_at)))
    starts_at = START if last is None else last + timedelta(days=3)
    studio = db.session.scalars(select(Space)).first()
    stage = create_live_show(starts_at, studio=studio, named=False)
    running.prepare(stage.director, stage.show.id, now=starts_at - timedelta(minutes=20))
    return stage
