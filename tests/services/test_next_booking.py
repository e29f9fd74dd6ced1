"""The next booking of somebody who has had hundreds is found without looking at those."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from domain.bookings import BookingStatus
from models import Booking
from services import board
from tests.support.builders import NOW, between, create_booking, create_person, create_space
from tests.support.plans import watched

HELD = 200


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_what_somebody_once_had_is_not_read(db):
    newcomer, regular = create_person(), create_person()
    first = create_booking(
        create_space(), between(10, 11, days=-300), booker_id=regular.id, status=BookingStatus.CONFIRMED
    )
    columns = {column.key: getattr(first, column.key) for column in Booking.__mapper__.column_attrs}
    moved = [timedelta(days=number) for number in range(1, HELD)]
    rows = [
        columns | {"id": first.id + n, "starts_at": first.starts_at + by, "ends_at": first.ends_at + by}
        for n, by in enumerate(moved, start=1)
    ]
    db.session.execute(insert(Booking), rows)
    db.session.commit()

    read = [steps_to_next(db, person) for person in (newcomer, regular)]

    assert read[1] < read[0] + HELD


def steps_to_next(db, person):
    """How many steps SQLite takes."""
    with watched(db.session()) as watch:
        assert board.next_booking(db.session(), person.as_actor(), NOW) is None
    return watch.read
