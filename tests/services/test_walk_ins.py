"""Seats without a booking, and the sign at the door, on both engines."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from domain.bookings import BookingStatus
from domain.door import DoorState
from domain.errors import BadInput, Forbidden, Missing, RuleViolation, SlotTaken, TooManyAttempts
from domain.people import Role
from models import Occupancy, WalkIn
from services import attendance, booking, doctor, door, queueing, walk_ins
from tests.support.builders import (
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


def ticks(db):
    """How many quarter-hours walk-ins hold."""
    return db.session.scalar(select(func.count()).where(Occupancy.walk_in_id.is_not(None)))


def test_whoever_walks_in_has_a_seat_for_the_longest_time_allowed_or_as_long_as_one_is_free(db):
    staff, pool = create_actor(Role.STAFF), create_pool(places=2, closes=20)
    booking.request_booking(create_actor(), pool.code, between(9.75, 10), purpose="", party_size=1, now=NOW)

    first = walk_ins.walk_in(staff, pool.code, now=at(9) + MINUTE)
    second = walk_ins.walk_in(staff, pool.code, now=at(9) + MINUTE)

    assert (first.interval, second.interval) == (between(9, 10), between(9, 9.75))
    seats = walk_ins.seats(pool.code, at(9) + MINUTE)
    assert (seats.free, seats.walk_ins, seats.booked) == (0, 2, 0)
    with pytest.raises(SlotTaken):
        walk_ins.walk_in(staff, pool.code, now=at(9.25))
    assert walk_ins.walk_in(staff, pool.code, now=at(19.75)).interval == between(19.75, 20)
    for closed in (at(20), at(7)):
        with pytest.raises(RuleViolation):
            walk_ins.walk_in(staff, pool.code, now=closed)
    assert walk_ins.seats(pool.code, at(20)).free is None
    assert doctor.data_findings(at(9.25)) == []


def test_whoever_leaves_gives_the_seat_to_the_next_in_line_and_a_second_tap_changes_nothing(db):
    staff, pool, waiting = create_actor(Role.STAFF), create_pool(places=1), create_actor()
    made = walk_ins.walk_in(staff, pool.code, now=at(9))
    queueing.join(waiting, pool.code, between(9.5, 10), purpose="", party_size=1, now=at(9))

    left = walk_ins.leave(staff, made.id, now=at(9) + MINUTE)
    again = walk_ins.leave(staff, made.id, now=at(9.25))

    assert left.left_at == again.left_at == at(9) + MINUTE
    assert ticks(db) == 0
    offered = db.session.scalars(select(Occupancy).where(Occupancy.booking_id.is_not(None))).all()
    assert len(offered) == 2
    assert doctor.data_findings(at(9.25)) == []


def test_a_seat_ends_by_itself_and_is_counted_no_more(db):
    staff, pool = create_actor(Role.STAFF), create_pool(places=1)
    walk_ins.walk_in(staff, pool.code, now=at(9))

    assert len(walk_ins.counter(staff, pool.code, at(10) - MINUTE).walk_ins) == 1
    found = walk_ins.counter(staff, pool.code, at(10))
    assert (found.walk_ins, found.seats.free) == ([], 1)
    assert walk_ins.walk_in(staff, pool.code, now=at(10)).starts_at == at(10)
    assert doctor.data_findings(at(10)) == []


def test_the_counter_knows_who_is_expected_and_who_sits_there(db):
    staff, pool, guest = create_actor(Role.STAFF), create_pool(), create_actor()
    made = create_booking(pool, between(9, 10), booker_id=guest.id)
    create_booking(pool, between(12, 13))

    assert [one.id for one in walk_ins.counter(staff, pool.code, NOW).due] == [made.id]
    attendance.check_in(staff, made.id, now=NOW)
    found = walk_ins.counter(staff, pool.code, NOW)
    assert ([one.id for one in found.present], found.due) == ([made.id], [])
    assert (found.seats.free, found.seats.booked) == (2, 1)


def test_only_staff_seat_somebody_and_only_in_a_pool():
    staff, pool, room = create_actor(Role.STAFF), create_pool(), create_space()

    with pytest.raises(BadInput):
        walk_ins.walk_in(staff, room.code, now=NOW)
    with pytest.raises(Missing):
        walk_ins.leave(staff, 4711, now=NOW)
    for service in (
        lambda actor: walk_ins.walk_in(actor, pool.code, now=NOW),
        lambda actor: walk_ins.leave(actor, 1, now=NOW),
        lambda actor: walk_ins.counter(actor, pool.code, NOW),
        lambda actor: door.doors(actor, NOW),
        lambda actor: door.renew_door_key(actor, pool.code, now=NOW),
    ):
        with pytest.raises(Forbidden):
            service(create_actor())


def test_nobody_is_named_in_a_walk_in():
    assert {column.key for column in WalkIn.__mapper__.column_attrs} == {
        "id", "space_id", "starts_at", "ends_at", "arrived_at", "left_at", "created_by_id",
    }  # fmt: skip


def test_the_sign_follows_the_day_of_a_room():
    room = create_space(buffer_minutes=15)
    create_booking(room, between(10, 11))
    create_booking(room, between(15, 16))

    def seen(hour):
        glance = door.sign(room.code, room.door_key, at(hour)).glance
        return glance.state, glance.until

    assert seen(7) == (DoorState.CLOSED, at(8))
    assert seen(9) == (DoorState.FREE, at(10))
    assert seen(10) == (DoorState.BUSY, at(11))
    assert seen(11) == (DoorState.CLEANING, at(11.25))
    assert seen(11.25) == (DoorState.FREE, at(15))
    assert seen(16.25) == (DoorState.FREE, at(22))
    assert seen(22) == (DoorState.CLOSED, None)
    studio = create_studio()
    create_show(studio, at(19.5))
    assert door.sign(studio.code, studio.door_key, at(20)).glance.state is DoorState.BUSY


def test_a_phone_at_the_door_finds_its_own_booking_and_staff_find_everybodys():
    room, mine, other = create_space(), create_actor(), create_actor()
    made = create_booking(room, between(9, 10), booker_id=mine.id)
    later = create_booking(room, between(11, 12), booker_id=other.id)

    def seen(actor, moment=NOW):
        found = door.arrival(actor, room.code, room.door_key, moment)
        return [b.id for b in found.due], [b.id for b in found.running], found.next and found.next.id

    assert seen(None) == ([], [], None)
    assert seen(mine) == ([made.id], [], None)
    assert seen(other) == ([], [], later.id)
    assert door.arrival(other, room.code, room.door_key, NOW).next_opens_at == at(10.75)
    assert seen(create_actor(Role.STAFF)) == ([made.id], [], None)
    attendance.check_in(mine, made.id, now=NOW)
    assert seen(mine) == ([], [made.id], None)


def test_a_renewed_key_kills_the_old_address():
    room = create_space()
    old = room.door_key

    renewed = door.renew_door_key(create_actor(Role.ADMIN), room.code, now=NOW)

    assert door.sign(room.code, renewed.door_key, NOW).space.id == room.id
    for key in (old, "", "1"):
        with pytest.raises(Missing):
            door.sign(room.code, key, NOW)


def test_four_digits_check_in_whoever_is_due_here_and_attempts_are_limited(db):
    room = create_space()
    made = create_booking(room, between(9, 10), pickup_number="4821")
    create_booking(create_space(), between(9, 10), pickup_number="1111")
    create_booking(room, between(11, 12), pickup_number="2222")

    for wrong in ("1111", "2222", "", "x"):
        with pytest.raises(BadInput):
            door.check_in_by_number(room.code, room.door_key, wrong, NOW)
    assert door.check_in_by_number(room.code, room.door_key, " 48 21", NOW).id == made.id
    db.session.refresh(made)
    assert made.status is BookingStatus.CHECKED_IN
    for _ in range(door.PER_DOOR - 5):
        with pytest.raises(BadInput):
            door.check_in_by_number(room.code, room.door_key, "9999", NOW)
    with pytest.raises(TooManyAttempts):
        door.check_in_by_number(room.code, room.door_key, "9999", NOW)
