"""One booking read in one row: the session's own objects, with all around them, as they stand now. On both engines."""

import pytest
from sqlalchemy import update
from sqlalchemy.exc import InvalidRequestError

from domain.bookings import BookingStatus
from domain.people import Role
from models import Booking, Person
from services import reading, whole_booking
from services.unit_of_work import in_transaction
from tests.support.builders import between, create_actor, create_booking, create_space, create_studio
from tests.support.statements import statements
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def staff():
    return create_actor(Role.STAFF)


@pytest.fixture
def request_of_a_room():
    return create_booking(create_space("tea-room", name="楼院茶话室"), between(9, 10, days=1))


def read(db, staff, booking_id):
    return reading.booking_for(db.session(), staff, booking_id)


def test_a_room_comes_with_its_space_its_hours_and_its_people(db, staff, request_of_a_room):
    db.session.rollback()
    db.session.expunge_all()

    with statements(db) as asked:
        booking = read(db, staff, request_of_a_room.id)
        told = (
            booking.space.name,
            booking.booker.id,
            booking.created_by is booking.booker,
            booking.booth_slot,
        )
        opening_hours = booking.space.opening_rules()

    assert told == ("楼院茶话室", request_of_a_room.booker_id, True, None)
    assert opening_hours
    assert len([one for one in asked if one.startswith("SELECT")]) == 2


def test_a_booth_comes_with_its_show_its_shop_and_its_product(db, staff):
    merchant, owner = create_merchant("福来茶行")
    show = create_show(create_studio(), between(19, 21, days=2).starts_at, title="秋茶专场")
    booth = create_booth(show, 1, create_product(merchant, "铁观音"), owner)
    db.session.rollback()
    db.session.expunge_all()

    slot = read(db, staff, booth.id).booth_slot

    assert (slot.show.title, slot.merchant.name, slot.product.name) == ("秋茶专场", "福来茶行", "铁观音")


def test_what_the_session_knows_already_is_seen_as_it_stands_now(db, staff, request_of_a_room):
    known = read(db, staff, request_of_a_room.id)

    def change():
        for table, number, values in (
            (Booking, known.id, {"purpose": "下棋"}),
            (Person, known.booker_id, {"name": "林晓"}),
        ):
            db.session.execute(
                update(table)
                .where(table.id == number)
                .values(**values)
                .execution_options(synchronize_session=False)
            )

    in_transaction(change)
    again = read(db, staff, known.id)

    assert again is known
    assert (again.purpose, again.booker.name) == ("下棋", "林晓")


def test_it_can_be_changed_like_any_other(db, staff, request_of_a_room):
    def cancel():
        read(db, staff, request_of_a_room.id).status = BookingStatus.CANCELLED

    in_transaction(cancel)
    db.session.expunge_all()

    assert read(db, staff, request_of_a_room.id).status is BookingStatus.CANCELLED


def test_after_a_rollback_it_is_read_again_with_all_around_it(db, staff, request_of_a_room):
    booking = read(db, staff, request_of_a_room.id)
    db.session.rollback()

    assert booking.purpose == "合唱排练"
    assert booking.booth_slot is None
    assert booking.space.name == "楼院茶话室"


def test_without_knowing_how_it_could_not_be(db, staff, request_of_a_room, monkeypatch):
    monkeypatch.setattr(whole_booking, "again_with", lambda *_: None)
    booking = read(db, staff, request_of_a_room.id)
    db.session.rollback()

    assert booking.purpose == "合唱排练"
    with pytest.raises(InvalidRequestError, match="lazy"):
        _ = booking.booth_slot
