"""The on-air axis of a booth is read from the running order, on both engines."""

from datetime import timedelta

import pytest

from domain.studio.booths import OnAir
from domain.studio.running import Airing, SkipReason
from models import BoothSlot
from services.studio import airings
from tests.support.builders import create_studio
from tests.support.studio_builders import (
    create_airing,
    create_booth,
    create_merchant,
    create_product,
    create_show,
)

MINUTE = timedelta(minutes=1)


@pytest.fixture
def booth(db):
    shop, owner = create_merchant()
    return create_booth(create_show(create_studio()), 1, create_product(shop), owner)


def axis(db, booth):
    slot = db.session.get(BoothSlot, booth.id)
    return airings.of_show(db.session, slot.show_id).get(booth.id)


def test_a_booth_that_stands_in_no_running_order_has_no_airing(db, booth):
    assert axis(db, booth) is None


def test_a_booth_that_is_aired_again_is_on_air_again(db, booth):
    start = booth.starts_at
    create_airing(booth, start, start + 15 * MINUTE)
    assert axis(db, booth) == Airing(OnAir.DONE, start, start + 15 * MINUTE)

    again = create_airing(booth, start + 30 * MINUTE, None, position=9)
    assert axis(db, booth) == Airing(OnAir.ON_AIR, start)

    again.state, again.ended_at = OnAir.DONE, start + 40 * MINUTE
    db.session.flush()
    assert axis(db, booth) == Airing(OnAir.DONE, start, start + 40 * MINUTE)


def test_a_booth_that_was_aired_once_is_done_though_its_repeat_was_skipped(db, booth):
    start = booth.starts_at
    create_airing(booth, start, start + 15 * MINUTE)
    later = start + 30 * MINUTE
    create_airing(booth, None, later, position=9, state=OnAir.SKIPPED, skip_reason=SkipReason.NO_TIME)

    assert axis(db, booth).state is OnAir.DONE


def test_a_booth_that_was_only_skipped_says_why(db, booth):
    create_airing(booth, None, booth.starts_at, state=OnAir.SKIPPED, skip_reason=SkipReason.ABSENT)

    assert axis(db, booth) == Airing(OnAir.SKIPPED, None, booth.starts_at, SkipReason.ABSENT)
