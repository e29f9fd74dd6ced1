"""What the demo tells of a coming closure."""

import pytest
from sqlalchemy import select

from domain.people import Role
from models import Booking, ClosureCall
from services.seed import news
from services.seed.people import Cast
from tests.support.builders import (
    NOW,
    between,
    create_actor,
    create_booking,
    create_captain,
    create_space,
    set_figure,
)

pytestmark = pytest.mark.usefixtures("db")


def test_a_neighbour_who_has_not_booked_enough_is_to_be_told_by_hand(db):
    set_figure("max_upcoming_bookings", 1)
    create_space(news.PAVILION)
    captain, staff = create_captain(building=7), create_actor(Role.STAFF)
    busy, free = (create_actor(building=7, phone=None) for _ in "ab")
    create_booking(create_space(), between(10, 11, days=1), booker_id=busy.id)

    news.close_pavilion(
        Cast(busy, captain, busy, staff, staff, captains=[captain], without_phone=[busy, free]), NOW
    )

    to_be_told = select(Booking.booker_id).join(ClosureCall, ClosureCall.booking_id == Booking.id)
    assert db.session.scalars(to_be_told).all() == [free.id]
