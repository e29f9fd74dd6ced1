"""Giving a booth back late, its points, and the way of a sample, on both engines."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.attendance import PointKind
from domain.bookings import BookingStatus
from domain.errors import Forbidden, Stale
from domain.people import Role
from domain.studio.booths import Sample
from domain.waitlist import EntryStatus
from models import BoothSlot, MerchantMember, PenaltyPoint, db
from services import booking, points, queueing
from services.studio import samples
from tests.support.booth_builders import booth_of, codes
from tests.support.builders import NOW, create_actor, create_person, create_studio, saved
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show
from tests.support.waiting import status_of, told

pytestmark = pytest.mark.usefixtures("db")
CONFIRMED = {"status": BookingStatus.CONFIRMED}
SECOND = timedelta(seconds=1)


@pytest.fixture
def show(db):
    return create_show(create_studio())


@pytest.fixture
def staff(db):
    return create_actor(Role.STAFF)


def late_points():
    return [
        (point.kind, point.points, point.booking_id)
        for point in db.session.scalars(select(PenaltyPoint).order_by(PenaltyPoint.id))
    ]


def test_a_late_withdrawal_of_a_confirmed_booth_costs_its_shop_a_point(show, staff):
    free = show.starts_at - timedelta(hours=48)
    early, _late, asked, by_staff = (
        booth_of(show, number, **more)
        for number, more in ((1, CONFIRMED), (2, CONFIRMED), (3, {}), (4, CONFIRMED))
    )
    booking.cancel(early[0], early[1].id, version=1, now=free)
    booking.cancel(_late[0], _late[1].id, version=1, now=free + SECOND)
    booking.cancel(asked[0], asked[1].id, version=1, now=free + SECOND)
    booking.cancel(staff, by_staff[1].id, version=1, now=free + SECOND)

    assert late_points() == [(PointKind.LATE_WITHDRAWAL, 1, _late[1].id)]


def test_the_points_of_a_shop_are_seen_by_all_its_people_pause_nobody_and_can_be_excused(show, staff):
    shop, actor = create_merchant()
    helper = create_person(Role.MERCHANT)
    saved(MerchantMember(merchant_id=shop.id, person_id=helper.id))
    late = show.starts_at - timedelta(hours=30)
    for number in (1, 2, 3):
        made = create_booth(show, number, create_product(shop, f"茶{number}"), actor, **CONFIRMED)
        booking.cancel(actor, made.id, version=1, now=late)

    _, record = points.of_person(staff, helper.id, late)
    assert (record.live, record.paused_until) == (3, None)
    points.excuse(staff, record.points[0].id, reason="货出了问题", now=late)
    assert points.own(helper.as_actor((shop.id,)), late).live == 2
    assert told("booth_point_excused") == [actor.id]


def test_a_booth_given_back_after_the_lock_is_offered_to_nobody(show):
    actor, made = booth_of(show, 3, **CONFIRMED)
    waiting_shop, waiting = create_merchant()
    entry = queueing.join_for_booth(waiting, show.id, 3, create_product(waiting_shop).id, now=NOW)

    booking.cancel(actor, made.id, version=1, now=show.starts_at - timedelta(hours=23))

    assert status_of(entry) is EntryStatus.WAITING


def sample_of(made):
    slot = db.session.get_one(BoothSlot, made.id, populate_existing=True)
    return slot.sample, slot.sample_received_by_id, slot.sample_received_at, slot.sample_returned_by_id


def test_a_sample_comes_and_goes_home_with_time_and_person(show, staff):
    _, made = booth_of(show, 3)
    other = create_actor(Role.STAFF)

    samples.mark(staff, made.id, Sample.RECEIVED, now=NOW)
    samples.mark(other, made.id, Sample.RECEIVED, now=NOW + SECOND)
    assert sample_of(made) == (Sample.RECEIVED, staff.id, NOW, None)
    samples.mark(other, made.id, Sample.RETURNED, now=NOW + SECOND)

    assert sample_of(made) == (Sample.RETURNED, staff.id, NOW, other.id)
    found = samples.of_show(staff, show.id)
    assert (found.count(Sample.RETURNED), len(found.bookings), set(found.names)) == (
        1,
        1,
        {staff.id, other.id},
    )


def test_a_mark_of_a_sample_is_undone_step_by_step_within_a_day(show, staff):
    actor, made = booth_of(show, 3)
    samples.mark(staff, made.id, Sample.RECEIVED, now=NOW)
    samples.mark(staff, made.id, Sample.RETURNED, now=NOW)

    assert codes(lambda: samples.undo(staff, made.id, now=NOW + timedelta(hours=24, seconds=1))) == [
        "sample_undo_late"
    ]
    samples.undo(staff, made.id, now=NOW + timedelta(hours=24))
    assert sample_of(made)[0] is Sample.RECEIVED
    samples.undo(staff, made.id, now=NOW)
    assert sample_of(made) == (Sample.AWAITED, None, None, None)
    for late in (
        lambda: samples.undo(staff, made.id, now=NOW),
        lambda: samples.mark(staff, made.id, Sample.RETURNED, now=NOW),
    ):
        with pytest.raises(Stale):
            late()
    with pytest.raises(Forbidden):
        samples.mark(actor, made.id, Sample.RECEIVED, now=NOW)


def test_the_sample_of_a_booth_given_back_still_goes_home(show, staff):
    actor, made = booth_of(show, 3)
    samples.mark(staff, made.id, Sample.RECEIVED, now=NOW)
    booking.cancel(actor, made.id, version=1, now=NOW)

    assert [one.id for one in samples.of_show(staff, show.id).bookings] == [made.id]
    samples.mark(staff, made.id, Sample.RETURNED, now=NOW)
    assert samples.of_show(staff, show.id).bookings == []
