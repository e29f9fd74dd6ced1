"""The views cost a fixed number of queries, whatever the number of spaces."""

import pytest
from sqlalchemy import insert

from domain.bookings import BookingStatus
from domain.people import Role
from models import Booking, OpeningHours, Space
from services import board, day_sheet, find, kept, listing, month, space_calendar
from services.desk import today
from services.find import Search
from tests.support.builders import (
    MONDAY,
    NOW,
    at,
    between,
    create_actor,
    create_booking,
    create_person,
    create_pool,
    create_space,
    create_studio,
)
from tests.support.statements import statements
from tests.support.studio_builders import create_show

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.slow]
SEARCH = Search(MONDAY, 60, 1, frozenset())


def test_five_hundred_spaces_cost_as_many_queries_as_five(db):
    staff = create_actor(Role.STAFF)
    spaces = [create_pool(places=12), create_studio(), *(create_space() for _ in range(3))]
    create_show(spaces[1], at(19.5))
    looks = {
        "board": lambda: board.of_day(staff, None, NOW),
        "month": lambda: month.of_all(staff, None, NOW),
        "month of one": lambda: month.of_space(staff, spaces[2].code, None, NOW),
        "week": lambda: space_calendar.week(staff, spaces[2].code, None, NOW),
        "list": lambda: listing.page_of_spaces(None, 1),
        "find": lambda: find.spaces_for(staff, SEARCH, NOW),
        "day sheet": lambda: day_sheet.of_day(staff, None, NOW),
        "today": lambda: today.of_day(staff, None, NOW),
    }

    def counted():
        numbers = {}
        for name, look in looks.items():
            db.session.expunge_all()
            kept.forget()
            with statements(db) as seen:
                look()
            numbers[name] = len(seen)
        return numbers

    for space in (spaces[0], *spaces[2:]):
        create_booking(space, between(12, 13))
    few = counted()
    grow(db, spaces[2], range(10_000, 10_045))
    assert counted() == few
    grow(db, spaces[2], range(20_000, 20_450))

    assert counted() == few
    shown = board.of_day(staff, None, NOW)
    assert (len(shown.lanes), shown.pages.last) == (50, 10)
    assert len(board.of_day(staff, None, NOW, page=10).lanes) == 50
    assert max(few.values()) <= 14


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.mutant
def test_a_query_for_every_space_would_be_noticed(db):
    codes = [create_space().code for _ in range(5)]

    with statements(db) as seen:
        for code in codes:
            listing.space(code)

    assert len(seen) >= len(codes)


def grow(db, like, ids):
    """More spaces of these ids, each with its hours and a booking, laid in bulk."""
    person = create_person().id
    columns = {c.key: getattr(like, c.key) for c in Space.__mapper__.column_attrs}
    db.session.execute(
        insert(Space), [columns | {"id": n, "code": f"many-{n}", "position": like.position + n} for n in ids]
    )
    db.session.execute(
        insert(OpeningHours),
        [
            {
                "space_id": n,
                "open_on": h.open_on,
                "opens_minute": h.opens_minute,
                "closes_minute": h.closes_minute,
            }
            for n in ids
            for h in like.hours
        ],
    )
    interval = between(14, 15)
    db.session.execute(
        insert(Booking),
        [
            {
                "space_id": n, "place": 1, "starts_at": interval.starts_at, "ends_at": interval.ends_at,
                "status": BookingStatus.CONFIRMED, "booker_id": person, "created_by_id": person, "created_at": NOW,
            }
            for n in ids
        ],
    )  # fmt: skip
    db.session.commit()
