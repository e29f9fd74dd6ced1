"""What the desk is told about a request, on both engines."""

import pytest

from domain.bookings import BookingStatus
from domain.errors import Forbidden, Missing
from domain.people import Role
from domain.studio.shows import Layout
from services import queue
from tests.support.builders import (
    NOW,
    at,
    between,
    create_actor,
    create_booking,
    create_person,
    create_space,
    create_studio,
)
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def staff():
    return create_actor(Role.STAFF)


def request_for(room, start, end, days=1, **changes):
    return create_booking(room, between(start, end, days=days), status=BookingStatus.PENDING, **changes)


def test_only_what_can_still_be_decided_waits(staff):
    room = create_space()
    later, sooner = request_for(room, 9, 10, days=2), request_for(room, 9, 10)
    request_for(room, 8, 9, days=0)
    create_booking(room, between(12, 13, days=1))

    assert [booking.id for booking in queue.waiting(staff, NOW)] == [sooner.id, later.id]


def test_after_a_decision_the_next_in_the_queue_comes_up_then_the_first(staff):
    room = create_space()
    first, second, third = (request_for(room, hour, hour + 1) for hour in (9, 11, 13))

    assert queue.following(staff, second, NOW) == third.id
    assert queue.following(staff, third, NOW) == first.id


def test_the_week_counts_live_bookings_with_the_request_itself(staff):
    room, asker = create_space(), create_person()
    made = request_for(room, 15, 17, booker_id=asker.id)
    create_booking(room, between(9, 10, days=6), booker_id=asker.id)
    create_booking(room, between(9, 12, days=7), booker_id=asker.id)
    create_booking(room, between(9, 12, days=2), booker_id=asker.id, status=BookingStatus.CANCELLED)

    case = queue.desk(staff, made.id, NOW).case

    assert case.week_minutes == 120 + 60


def test_the_lane_covers_the_day_and_names_the_request(staff):
    room = create_space(buffer_minutes=15)
    other, made = create_booking(room, between(9, 10, days=1)), request_for(room, 15, 17)

    case = queue.desk(staff, made.id, NOW).case

    held = {segment.ref: segment.interval for segment in case.segments if segment.ref}
    assert held == {other.id: other.interval, made.id: made.interval}
    assert sum(segment.interval.minutes for segment in case.segments) == case.axis.minutes
    assert [one.id for one in case.neighbours] == [other.id]


def test_a_show_across_midnight_has_a_lane_of_whole_hours(staff):
    show = create_show(create_studio(closes=24), at(22.5), layout=Layout.RUNDOWN, booths=10)
    shop, owner = create_merchant()
    made = create_booth(show, 8, create_product(shop), owner)

    case = queue.desk(staff, made.id, NOW).case

    assert (case.axis.starts_at, case.axis.minutes) == (at(22), 180)
    assert case.month_booths == 1


def test_the_desk_is_for_staff_and_of_requests_that_exist(staff):
    made = request_for(create_space(), 9, 10)

    with pytest.raises(Forbidden):
        queue.desk(create_actor(), made.id, NOW)
    with pytest.raises(Forbidden):
        queue.reveal_booker(create_actor(), made.id, NOW)
    with pytest.raises(Missing):
        queue.desk(staff, made.id + 999, NOW)
