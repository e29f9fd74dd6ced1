"""A first look at the daily pages takes a small, fixed number of statements, whatever there was."""

from datetime import timedelta

import pytest

from domain.bookings import BookingStatus
from domain.people import Role
from tests.support.attributed_sales import create_sale
from tests.support.builders import (
    MONDAY,
    at,
    between,
    create_actor,
    create_booking,
    create_person,
    create_space,
    create_studio,
)
from tests.support.statements import statements
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show
from tests.support.visits import log_in, visitor

pytestmark = [pytest.mark.usefixtures("db", "clock"), pytest.mark.slow]
WEEK = timedelta(days=7)
MOST = {
    "/desk": 18,
    "/desk/list": 6,
    "/desk/today": 17,
    "/bookings": 8,
    "/notices": 7,
    "/sales": 15,
    "/shows/{show}/sales": 9,
    "/shows/{show}/console": 14,
    "/shows/{show}/host": 10,
    "/shows/{show}/now": 9,
}
"""Statements of a first look, that of the session among them."""
SHOPS = ("/sales",)
RESIDENTS = ("/bookings", "/notices")


class House:
    """A room with requests and a booking of today, a resident who has both, and a show that a shop was in."""

    def __init__(self, app):
        self.room, self.studio = create_space(), create_studio()
        self.resident = create_person()
        self.merchant, self.owner = create_merchant()
        self.product = create_product(self.merchant)
        self.lived, self.show = 0, None
        self.book(between(15, 16), BookingStatus.CONFIRMED)
        self.book(between(9, 10, days=1), BookingStatus.PENDING)
        self.live_through(1)
        self.clients = {
            "staff": log_in(visitor(app), create_actor(Role.STAFF)),
            "resident": log_in(visitor(app), self.resident),
            "shop": log_in(visitor(app), self.owner),
        }

    def book(self, time, status):
        """A booking of the room by the resident."""
        create_booking(self.room, time, booker_id=self.resident.id, status=status)

    def live_through(self, weeks):
        """More history: each week a booking of the resident's, one that came to nothing, and a show that sold."""
        for _ in range(weeks):
            self.lived += 1
            day = MONDAY - self.lived * WEEK
            self.book(between(9, 10, days=-7 * self.lived), BookingStatus.COMPLETED)
            self.book(between(11, 12, days=-7 * self.lived), BookingStatus.EXPIRED)
            show = create_show(self.studio, at(19.5, day=day))
            create_booth(show, 1, self.product, self.owner, status=BookingStatus.COMPLETED)
            create_sale(self.product, show.starts_at + timedelta(minutes=3))
            self.show = self.show or show

    def look(self, db, page):
        """How many statements a first look at a page takes."""
        who = "shop" if page in SHOPS else "resident" if page in RESIDENTS else "staff"
        with statements(db) as seen:
            answer = self.clients[who].get(page.format(show=self.show.id))
        assert answer.status_code == 200, page
        return len([one for one in seen if one != "BEGIN"])


@pytest.fixture
def house(app):
    return House(app)


def test_a_first_look_takes_few_statements_and_as_many_after_ten_times_the_history(db, house):
    few = {page: house.look(db, page) for page in MOST}
    house.live_through(10)

    assert {page: house.look(db, page) for page in MOST} == few
    assert {page: number for page, number in few.items() if number > MOST[page]} == {}


def test_a_poll_of_the_queue_and_of_a_show_is_one_statement_beside_the_session(db, house):
    for page in ("/desk/list", "/desk/today", "/shows/{show}/console", "/shows/{show}/host"):
        address = page.format(show=house.show.id)
        staff = house.clients["staff"]
        tag = staff.get(address).headers["ETag"].strip('"')
        create_person()  # the house has changed, but nothing of these

        with statements(db) as seen:
            answer = staff.get(f"{address}?seen={tag}")

        assert answer.status_code == 204, page
        assert len([one for one in seen if one != "BEGIN"]) == 2, page


def test_my_bookings_tell_whether_there_are_older_ones(house):
    house.live_through(14)  # 15 weeks with two each

    page = house.clients["resident"].get("/bookings").text

    assert page.count("list-title") == 1 + 20, "one that comes is a card, one is in the list of what comes"
    assert "更早的" in page
    assert house.clients["resident"].get("/bookings?page=2").text.count("list-title") == 1 + 10
