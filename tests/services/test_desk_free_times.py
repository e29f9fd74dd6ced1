"""Which times the house may propose, and which it offers at a tap."""

import pytest

from domain.bookings import BookingStatus
from domain.errors import RuleViolation, SlotTaken, Stale
from domain.people import Role
from services import doctor, queue
from services.desk import proposing
from tests.support.builders import (
    NOW,
    between,
    create_actor,
    create_booking,
    create_pool,
    create_space,
    create_studio,
)
from tests.support.deciding import codes_of, now_of, request_for
from tests.support.history import disagreements
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show
from tests.support.waiting import booker_of

pytestmark = pytest.mark.usefixtures("db")
ASKED, OTHER = between(15, 17, days=1), between(10, 12, days=1)


@pytest.fixture
def staff():
    return create_actor(Role.STAFF)


@pytest.fixture
def room():
    return create_space(buffer_minutes=15)


@pytest.fixture
def made(room):
    return request_for(room)


def propose(staff, made, to=OTHER, now=NOW):
    return proposing.propose(staff, made.id, to, version=now_of(made).version, now=now)


def is_sound():
    return disagreements() == [] and doctor.data_findings(NOW) == []


@pytest.mark.parametrize(
    ("to", "code"),
    [
        (ASKED, "proposal_is_the_request"),
        (between(3, 5, days=1), "outside_hours"),
        (between(7.5, 8.5, days=0), "in_the_past"),
    ],
)
def test_what_nobody_could_book_is_not_proposed(staff, made, to, code):
    assert code in codes_of(lambda: propose(staff, made, to))
    assert now_of(made).proposed is None


def test_a_taken_time_is_not_proposed(staff, made, room):
    create_booking(room, OTHER)

    with pytest.raises(SlotTaken):
        propose(staff, made)
    assert (now_of(made).version, now_of(made).proposed) == (1, None)
    assert disagreements() == []


def test_a_seat_of_a_pool_may_be_proposed_too(staff):
    made = request_for(create_pool(places=1), 15, 16)
    propose(staff, made, between(10, 11, days=1))
    proposing.accept(booker_of(made), made.id, version=2, now=NOW)

    assert now_of(made).interval == between(10, 11, days=1)
    assert is_sound()


def test_a_booth_has_its_show_and_what_is_confirmed_its_own_way(staff, room):
    show = create_show(create_studio())
    shop, owner = create_merchant()
    booth = create_booth(show, 3, create_product(shop), owner)
    held = create_booking(room, between(9, 10, days=2))

    assert codes_of(lambda: propose(staff, booth)) == ["booth_cannot_be_moved"]
    with pytest.raises(Stale):
        propose(staff, held)


def test_the_nearest_free_times_of_the_same_length_are_offered(staff, made, room):
    create_booking(room, between(12, 14, days=1))

    found = proposing.free_times(now_of_with_space(made), NOW)

    assert 1 <= len(found) <= 4
    assert all(time.minutes == 120 for time in found)
    assert not any(time.overlaps(between(12, 14, days=1)) for time in found)
    for time in found:
        propose(staff, made, time)
    assert now_of(made).suggested == found[-1]


def now_of_with_space(made):
    return queue.desk(create_actor(Role.STAFF), made.id, NOW).case.booking


def test_a_proposal_that_the_rules_of_the_booker_forbid_says_why(staff, made):
    """The limits of the household count for the proposed time as for any other."""
    own = create_booking(create_space(), OTHER, booker_id=made.booker_id)

    with pytest.raises(RuleViolation):
        propose(staff, made)
    assert now_of(own).status is BookingStatus.CONFIRMED
