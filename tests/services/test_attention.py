"""The numbers of the navigation: exact as long as they are shown, and then no longer counted."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from domain.bookings import BookingStatus
from domain.people import Role
from models import Booking
from services import attention
from tests.support.builders import NOW, between, create_actor, create_booking, create_space

pytestmark = pytest.mark.usefixtures("db")


def ask(db, number):
    """So many requests for one room, on days of their own."""
    first = create_booking(create_space(), between(10, 11, days=1), status=BookingStatus.PENDING)
    columns = {column.key: getattr(first, column.key) for column in Booking.__mapper__.column_attrs}
    rows = [
        columns
        | {
            "id": first.id + later,
            "starts_at": first.starts_at + timedelta(days=later),
            "ends_at": first.ends_at + timedelta(days=later),
        }
        for later in range(1, number)
    ]
    db.session.execute(insert(Booking), rows)
    db.session.commit()


@pytest.mark.parametrize(
    ("asked", "told"), [(attention.MOST - 1, attention.MOST - 1), (attention.MOST + 5, attention.MOST)]
)
def test_requests_are_counted_as_far_as_they_are_shown(db, asked, told):
    ask(db, asked)

    assert attention.counts(create_actor(Role.STAFF), NOW).pending == told
    assert attention.counts(create_actor(), NOW).pending == 0
