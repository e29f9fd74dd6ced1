"""The door of a room around midnight."""

from datetime import timedelta

import pytest

from models.base import db as database
from services import attendance, door
from tests.support.builders import MONDAY, at, between, create_actor, create_booking, create_space

pytestmark = pytest.mark.usefixtures("db")


def test_who_came_before_midnight_for_a_booking_after_it_is_seen_as_there():
    room, guest = create_space("tea-room", opens=0, closes=24), create_actor()
    tomorrow = MONDAY + timedelta(days=1)
    booking = create_booking(room, between(0, 1, day=tomorrow), booker_id=guest.id)
    late = at(23, day=MONDAY) + timedelta(minutes=50)

    attendance.check_in(guest, booking.id, version=booking.version, now=late)
    database.session.rollback()

    assert [one.id for one in door.arrival(guest, room.code, room.door_key, late).running] == [booking.id]
