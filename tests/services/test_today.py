"""The staff's day: the next step of every booking, seats, shows and what comes within the hour, on both engines."""

from datetime import timedelta

import pytest

from domain.bookings import BookingStatus
from domain.errors import Forbidden, RuleViolation
from domain.people import Role
from models import PenaltyPoint
from services import attendance, points, walk_ins
from services.desk import today
from services.desk.today import Step
from services.house import closures
from services.studio import running
from tests.support.builders import (
    MONDAY,
    NOW,
    at,
    between,
    create_actor,
    create_booking,
    create_pool,
    create_space,
    create_studio,
)
from tests.support.studio_builders import create_show

pytestmark = pytest.mark.usefixtures("db")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def staff():
    return create_actor(Role.STAFF)


@pytest.fixture
def room():
    return create_space("tea-room")


def lines(staff, now, wanted=None):
    """What stands on the page, by booking."""
    found = today.of_day(staff, wanted, now)
    return {line.booking.id: line for place in found.places for line in place.lines}


def step(staff, booking, now):
    return lines(staff, now)[booking.id].step


def test_a_booking_has_one_next_step_at_each_time_of_its_life(staff, room):
    made = create_booking(room, between(15, 17))

    early = lines(staff, at(14.75) - MINUTE)[made.id]
    assert (early.step, early.opens_at) == (None, at(14.75))
    assert step(staff, made, at(14.75)) is Step.CHECK_IN
    assert step(staff, made, at(15.25) - MINUTE) is Step.CHECK_IN
    assert step(staff, made, at(15.25)) is None

    attendance.check_in(staff, made.id, now=at(15))
    assert step(staff, made, at(15) + MINUTE) is Step.LEAVE
    attendance.leave(staff, made.id, now=at(16))
    done = lines(staff, at(16))[made.id]
    assert (done.step, done.is_over) == (None, True)


def test_leaving_is_not_offered_under_the_finger_that_has_just_checked_in(staff, room):
    made = create_booking(room, between(15, 17))

    attendance.check_in(staff, made.id, now=at(15))

    assert step(staff, made, at(15) + MINUTE - timedelta(seconds=1)) is None


def test_who_stayed_away_can_be_excused_until_that_is_done(staff, room, db):
    made = create_booking(room, between(15, 17))
    attendance.release_no_shows(at(15.25))
    point = db.session.query(PenaltyPoint).one()

    found = lines(staff, at(16))[made.id]
    assert (found.step, found.point.id, found.is_over) == (Step.EXCUSE, point.id, False)
    before = today.stamp()
    points.excuse(staff, point.id, reason="生病或住院", now=at(16))

    assert step(staff, made, at(16)) is None
    assert today.stamp() != before, "the other tablets must hear of it"
    yesterday = lines(staff, at(9, day=MONDAY + timedelta(days=1)), MONDAY)[made.id]
    assert (yesterday.step, yesterday.point.excused_at) == (None, at(16))


def test_who_gets_no_point_for_staying_away_needs_no_excuse(staff, room):
    made = create_booking(room, between(15, 17), booker_id=staff.id)
    attendance.release_no_shows(at(15.25))

    assert step(staff, made, at(16)) is None


def test_requests_and_wishes_to_move_lead_to_the_desk(staff, room):
    asked = create_booking(room, between(15, 16), status=BookingStatus.PENDING)
    other = between(18, 19)
    moving = create_booking(
        room, between(9, 10, days=2), proposed_starts_at=other.starts_at, proposed_ends_at=other.ends_at
    )

    found = lines(staff, NOW)

    assert found[asked.id].step is Step.DECIDE
    assert (found[moving.id].step, found[moving.id].is_proposal) == (Step.DECIDE, True)


def test_what_comes_within_the_hour_and_who_may_check_in_stands_on_top_in_order(staff, room):
    pool = create_pool()
    late = create_booking(room, between(10, 11))
    due = create_booking(pool, between(9, 9.75), place=None)
    create_booking(create_space(), between(10.25, 11))
    create_booking(pool, between(9.25, 9.5), status=BookingStatus.CANCELLED, place=None)

    found = today.of_day(staff, None, NOW)

    assert [line.booking.id for line in found.soon] == [due.id, late.id]
    assert today.of_day(staff, MONDAY + timedelta(days=1), NOW).soon == []


def test_the_counter_counts_whoever_walks_in_and_out(staff):
    pool = create_pool(places=3, code="rest-station")
    create_pool(places=5)
    create_booking(pool, between(9, 10), place=None)

    first = walk_ins.walk_in(staff, pool.code, now=at(9))
    walk_ins.walk_in(staff, pool.code, now=at(9) + MINUTE)
    seats = [place.seats for place in today.of_day(staff, None, at(9.1)).places]
    assert [(one.free, one.walk_ins, one.booked) for one in seats] == [(0, 2, 1), (5, 0, 0)]

    gone = walk_ins.one_leaves(staff, pool.code, now=at(9.1))
    assert gone.id == first.id, "whoever has sat longest"
    walk_ins.one_leaves(staff, pool.code, now=at(9.1))
    with pytest.raises(RuleViolation) as refused:
        walk_ins.one_leaves(staff, pool.code, now=at(9.1))
    assert refused.value.violations[0].code == "nobody_walked_in"
    with pytest.raises(Forbidden):
        walk_ins.one_leaves(create_actor(), pool.code, now=at(9.1))
    assert today.of_day(staff, None, at(23)).places[0].seats.free is None


def test_a_show_tells_where_it_stands_and_a_press_changes_the_page(staff):
    show = create_show(create_studio(), at(19.5))
    assert not today.of_day(staff, None, NOW).places[0].shows[0].has_begun
    before = today.stamp()

    running.prepare(staff, show.id, now=at(19.4))

    assert today.stamp() != before
    assert [one.show.id for one in today.of_day(staff, None, at(19)).soon_shows] == [show.id]


def test_a_closed_space_says_which_closure_closes_it(staff, room):
    (made,) = closures.close(staff, [room.code], between(9, 24), "停电", {}, now=NOW)

    place = today.of_day(staff, None, NOW).places[0]

    assert (place.closed_at(NOW).id, place.closed_at(at(8))) == (made.id, None)


def test_the_day_is_for_staff_only(room):
    with pytest.raises(Forbidden):
        today.of_day(create_actor(), None, NOW)
