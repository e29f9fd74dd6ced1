"""Standing in line, on both engines: who may, for whom, and for which booth."""

from datetime import timedelta

import pytest

from domain.bookings import BookingStatus
from domain.errors import Missing, RuleViolation, StaleEntry
from domain.people import Role
from domain.spaces import Approval
from domain.studio.shows import Layout
from domain.waitlist import EntryStatus
from models import Closure, db
from services import booking, free_times, my_line, queueing
from services.studio import booths
from services.unit_of_work import in_transaction
from tests.support.builders import (
    NOW,
    between,
    create_actor,
    create_booking,
    create_captain,
    create_person,
    create_space,
    create_studio,
)
from tests.support.history import disagreements
from tests.support.studio_builders import create_merchant, create_product, create_show
from tests.support.waiting import (
    ELSEWHEN,
    TIME,
    given_back,
    in_line,
    offer_of,
    refused,
    status_of,
    told,
    waiter,
    waits,
)

pytestmark = pytest.mark.usefixtures("db")


def test_nobody_stands_in_line_for_what_could_not_be_booked():
    room, resident = create_space(lead_minutes=30), create_actor()
    create_booking(room, TIME)
    shut = between(18, 20, days=1)
    closure = Closure(
        space_id=room.id, starts_at=shut.starts_at, ends_at=shut.ends_at, reason="检修",
        created_by_id=resident.id, created_at=NOW,
    )  # fmt: skip
    in_transaction(lambda: db.session.add(closure))

    assert refused(resident, room, now=TIME.starts_at - timedelta(minutes=20)) == ["too_soon"]
    assert refused(resident, room, now=TIME.ends_at) == ["in_the_past"]
    assert refused(resident, room, shut) == ["closed"]
    assert refused(resident, room, ELSEWHEN) == ["time_is_free"]
    assert refused(create_merchant()[1], room) == ["role_may_not_book"]
    assert refused(create_actor(verified_at=None), room) == ["not_verified"]
    with pytest.raises(Missing):
        queueing.join(resident, "nowhere", TIME, purpose="", party_size=1, now=NOW)


def test_who_has_used_up_the_quota_may_hope_that_something_falls_through():
    room, resident = create_space(), create_actor()
    create_booking(room, TIME)
    for days in (3, 4, 5):
        create_booking(room, between(9, 10, days=days), booker_id=resident.id)

    assert waits(resident, room).status is EntryStatus.WAITING


def test_the_same_time_twice_and_a_sixth_time_are_too_much():
    room, resident = create_space(), create_actor()
    for days in range(1, 8):
        create_booking(room, between(15, 17, days=days))

    waits(resident, room)
    assert refused(resident, room, between(16, 17, days=1)) == ["already_in_line"]
    for days in range(2, 6):
        waits(resident, room, between(15, 17, days=days))
    assert refused(resident, room, between(15, 17, days=6)) == ["line_quota"]


def test_a_captain_waits_for_a_neighbour_and_answers_for_them():
    held = create_booking(room := create_space(approval=Approval.CAPTAINS_AT_ONCE), TIME)
    captain, neighbour = create_captain(), create_person(phone=None)
    private = create_space(is_private=True)
    create_booking(private, TIME)

    entry = waits(captain, room, on_behalf_of=neighbour.id)
    assert refused(captain, private, on_behalf_of=neighbour.id) == ["private_space"]
    with pytest.raises(Missing):
        waits(captain, room, on_behalf_of=create_person(building=9).id)
    given_back(held)
    taken = queueing.accept(captain, offer_of(entry).id, now=NOW)

    assert (taken.booker_id, taken.created_by_id) == (neighbour.id, captain.id)
    assert told("offer_made") == sorted([captain.id, neighbour.id])
    assert told("booking_made_for_you") == [neighbour.id]


def test_what_staff_wait_for_is_offered_by_the_rules_for_staff():
    room = create_space(advance_days=7)
    far = between(15, 17, days=20)
    held = create_booking(room, far)
    resident = create_person()

    entry = waits(create_actor(Role.STAFF), room, far, on_behalf_of=resident.id)
    given_back(held)

    assert offer_of(entry).booker_id == resident.id


def test_what_is_somebody_elses_is_not_there():
    held, [waiting], [entry] = in_line(1, create_space())
    stranger = create_actor()
    with pytest.raises(Missing):
        queueing.leave(stranger, entry.id, now=NOW)
    with pytest.raises(Missing):
        my_line.one(stranger, entry.id)

    given_back(held)

    for answer in (queueing.accept, queueing.decline):
        with pytest.raises(Missing):
            answer(stranger, offer_of(entry).id, now=NOW)
    assert my_line.of_person(stranger) == []
    assert [one.entry.id for one in my_line.of_person(waiting)] == [entry.id]


def test_a_place_is_left_once_and_an_offer_is_no_place_any_more():
    held, [gone, _second], entries = in_line(2, create_space())

    assert [my_line.one(gone, entries[0].id).ahead, my_line.one(waiter(entries[1]), entries[1].id).ahead] == [
        0,
        1,
    ]
    queueing.leave(gone, entries[0].id, now=NOW)
    assert my_line.one(waiter(entries[1]), entries[1].id).ahead == 0
    given_back(held)

    assert offer_of(entries[0]) is None
    for actor, entry in ((gone, entries[0]), (waiter(entries[1]), entries[1])):
        with pytest.raises(StaleEntry):
            queueing.leave(actor, entry.id, now=NOW)


def test_whose_time_begins_without_becoming_free_is_told():
    _held, [waiting], [entry] = in_line(1, create_space())

    assert queueing.end_hopes(TIME.starts_at - timedelta(seconds=1)) == 0
    assert queueing.end_hopes(TIME.starts_at) == 1

    assert (status_of(entry), told("waitlist_over")) == (EntryStatus.LAPSED, [waiting.id])


def test_what_became_free_by_itself_is_found():
    """A rule stood in the way when the time was given back, and does not any more."""
    held, [busy], [entry] = in_line(1, create_space())
    other = create_booking(create_space(), TIME, booker_id=busy.id)
    given_back(held)
    assert free_times.serve_free_times(NOW) == 0

    given_back(other)

    assert free_times.serve_free_times(NOW) == 1
    assert status_of(entry) is EntryStatus.OFFERED


def test_a_booth_goes_to_the_shop_that_waits_and_its_offer_ends_at_the_lock():
    show = create_show(create_studio())
    _shop, rival = create_merchant()
    held = booths.take_booth(rival, show.id, 3, create_product(_shop).id, now=NOW)
    shop, merchant = create_merchant()
    tea = create_product(shop)
    with pytest.raises(RuleViolation) as no:
        queueing.join_for_booth(merchant, show.id, 4, tea.id, now=NOW)
    assert [violation.code for violation in no.value.violations] == ["time_is_free"]

    entry = queueing.join_for_booth(merchant, show.id, 3, tea.id, now=NOW)
    assert my_line.for_booth(merchant, show.id, 3, entry.starts_at).ahead == 0
    lock = show.starts_at - timedelta(hours=24)
    booking.cancel(rival, held.id, version=1, now=lock - timedelta(minutes=30))

    offer = offer_of(entry)
    assert (offer.place, offer.booker_id, offer.expires_at) == (3, merchant.id, lock)
    taken = queueing.accept(merchant, offer.id, now=lock - timedelta(seconds=1))
    assert taken.status is BookingStatus.PENDING


def test_a_shop_waits_beyond_its_quota_but_gets_no_offer_beyond_it_or_after_the_lock():
    show = create_show(create_studio(), layout=Layout.MARKET, booths=3, slots=3)
    slots = [show.starts_at + n * timedelta(minutes=15) for n in range(3)]
    other, rival = create_merchant()
    held = booths.take_booth(rival, show.id, 1, create_product(other).id, starts_at=slots[2], now=NOW)
    shop, merchant = create_merchant()
    tea, cakes, weed = (create_product(shop, name).id for name in ("铁观音", "浮粿", "紫菜"))
    mine = [
        booths.take_booth(merchant, show.id, 2, product, starts_at=slot, now=NOW)
        for product, slot in ((tea, slots[0]), (cakes, slots[1]))
    ]

    entry = queueing.join_for_booth(merchant, show.id, 1, weed, starts_at=slots[2], now=NOW)
    booking.cancel(rival, held.id, version=1, now=NOW)
    assert status_of(entry) is EntryStatus.WAITING
    booking.cancel(merchant, mine[0].id, version=1, now=NOW)
    locked = show.starts_at - timedelta(hours=24)
    assert free_times.serve_free_times(locked) == 0
    assert free_times.serve_free_times(locked - timedelta(minutes=1)) == 1
    assert disagreements() == []
